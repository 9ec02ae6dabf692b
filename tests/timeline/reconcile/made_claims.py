"""Any claims, for properties: few people, days and words, so that they often meet."""
from __future__ import annotations

from hypothesis import strategies as st
from told_claims import ABBAS, BIDEN, BLINKEN, NETANYAHU, XI, claim

from timeline.model import Claim

DAYS = ["2023-10-10", "2023-10-11", "2023-10-16", "2023-11-02"]
TOLD = ["2023-10-01", "2023-10-10", "2023-10-12", "2023-10-20", "2023-11-03"]

REPORT = ("Antony Blinken arrived in Tel Aviv early on Thursday. The secretary promised Israel further ammunition, and asked his hosts "
          "to spare civilians wherever fighting continues. Afterwards he travelled onwards towards Amman, where Jordanian "
          "officials expected him before nightfall.")
SHORTENED = REPORT[:REPORT.index("Afterwards")]
OTHER = ("Israeli ministers received their American visitor in wartime quarters. Nobody spoke publicly about hostages, although "
         "relatives waited outside throughout the afternoon with photographs.")

claims: st.SearchStrategy[Claim] = st.builds(
    lambda number, **told: claim(article=f"https://a.example/{number}", words=str(number), **told),
    number=st.integers(0, 10**6),
    type_=st.sampled_from(["meeting", "visit", "call", "summit", "conference", "signing"]),
    parties=st.lists(st.sampled_from([BIDEN, BLINKEN, NETANYAHU, ABBAS, "IL", "US", XI]), min_size=1, max_size=3, unique=True),
    when=st.sampled_from([*DAYS, "2023-10", "2023", "week 2023-10-09", "2023-10-10/2023-10-12"]),
    told=st.sampled_from(TOLD),
    status=st.sampled_from(["planned", "held", "held", "cancelled", "postponed"]),
    place=st.sampled_from([None, "Tel Aviv/IL", "/IL", "Washington/US"]),
    body=st.sampled_from([None, None, "G7", "APEC"]),
    source=st.sampled_from(["a", "b", "c"]),
    tier=st.sampled_from(["official", "wire", "press"]),
    formerly=st.sampled_from([None, None, None, *DAYS]),
    text=st.sampled_from(["", REPORT, SHORTENED, OTHER]),
    home=st.sampled_from([None, None, "US", "IL"]),
    outlet=st.sampled_from(["", "", "", "a.example", "b"]))

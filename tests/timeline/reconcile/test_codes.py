"""Codes of other event databases, derived from type, status and place."""
from __future__ import annotations

import pytest
from told_claims import BIDEN, PUTIN, TOKAYEV, XI, claim

from timeline.codes import Codes, codes
from timeline.reconcile import fold


@pytest.mark.parametrize(("type_", "status", "place", "expected"), [
    ("meeting", "held", "Astana/KZ", Codes("CONSULT", "040", "EventScheduled")),
    ("meeting", "held", None, Codes("CONSULT", "040", "EventScheduled")),
    ("meeting", "held", "Geneva/CH", Codes("CONSULT-third-party", "044", "EventScheduled")),
    ("visit", "held", "Astana/KZ", Codes("CONSULT-visit", "042", "EventScheduled")),
    ("call", "held", None, Codes("CONSULT-phone", "041", "EventScheduled")),
    ("summit", "held", "Minsk/BY", Codes("CONSULT-multilateral", "040", "EventScheduled")),
    ("conference", "held", "Minsk/BY", Codes("CONSULT-multilateral", "040", "EventScheduled")),
    ("signing", "held", None, Codes("SUPPORT", "057", "EventScheduled")),
    ("ceremony", "held", "Astana/KZ", Codes("CONSULT-visit", "042", "EventScheduled")),
    ("meeting", "planned", "Geneva/CH", Codes("AGREE", "036", "EventScheduled")),
    ("signing", "planned", None, Codes("AGREE", "030", "EventScheduled")),
    ("meeting", "postponed", None, Codes("AGREE", "036", "EventPostponed")),
    ("meeting", "cancelled", None, Codes("REJECT-meet", "125", "EventCancelled")),
    ("signing", "cancelled", None, Codes("REJECT", "120", "EventCancelled"))])
def test_codes(type_: str, status: str, place: str | None, expected: Codes) -> None:
    told = claim(type_, [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", status=status, place=place)
    assert codes(fold([told], "e")) == expected


def test_a_plan_with_a_new_date_is_rescheduled() -> None:
    told = claim("meeting", [BIDEN, XI], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01")
    assert codes(fold([told], "e")).schema_org == "EventRescheduled"


def test_the_seat_of_an_organisation_is_no_third_country() -> None:
    told = claim("meeting", [BIDEN, "Ursula von der Leyen/EU"], "2023-11-09", told="2023-11-09", place="Brussels/BE")
    assert codes(fold([told], "e")).plover == "CONSULT"

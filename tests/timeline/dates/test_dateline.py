"""A dateline gives the place, the day and the agency before the first sentence, and nothing else passes for one."""
from __future__ import annotations

from datetime import date

import pytest

from timeline.dateline import find_dateline
from timeline.when import When

PUBLISHED = date(2023, 11, 10)
NINTH = When.day(date(2023, 11, 9))


@pytest.mark.parametrize(("text", "place", "when", "agency"), [
    ("ASTANA, November 9 (TASS) - The presidents met.", "ASTANA", NINTH, "TASS"),
    ("ASTANA, November 9. /TASS/. The presidents met.", "ASTANA", NINTH, "TASS"),
    ("ASTANA, 9 November (Interfax) – The presidents met.", "ASTANA", NINTH, "Interfax"),
    ("ASTANA, Nov. 9, 2023 (Xinhua) -- The presidents met.", "ASTANA", NINTH, "Xinhua"),
    ("ASTANA, Nov 9 — The presidents met.", "ASTANA", NINTH, None),
    ("Astana, Nov 9 - The presidents met.", "Astana", NINTH, None),
    ("WASHINGTON (AP) — The secretary left.", "WASHINGTON", None, "AP"),
    ("Washington (AFP) - The secretary left.", "Washington", None, "AFP"),
    ("BANDAR SERI BEGAWAN, Nov. 9(Xinhua) -- The sultan spoke.", "BANDAR SERI BEGAWAN", NINTH, "Xinhua"),
    ("GYEONGJU, South Korea, Nov. 9 (Yonhap) -- The leaders met.", "GYEONGJU, South Korea", NINTH, "Yonhap"),
    ("DAR ES SALAAM, Tanzania (AP) _ The secretary came.", "DAR ES SALAAM, Tanzania", None, "AP"),
    ("RALEIGH, N.C. (AP) — The governor spoke.", "RALEIGH, N.C.", None, "AP"),
    ("ABU DHABI, November 9 - The council met.", "ABU DHABI", NINTH, None),
    ("Astana – President Tokayev received him.", "Astana", None, None),
    ("QUETTA: The traders met.", "QUETTA", None, None),
    ("MOSCOW/WASHINGTON (Reuters) - They talked.", "MOSCOW/WASHINGTON", None, "Reuters"),
    ("(ATTN: UPDATES with details)\nSEOUL, Nov. 9 (Yonhap) -- The minister left.", "SEOUL", NINTH, "Yonhap"),
    ("By A. Writer\n\nKYIV, Ukraine (AP) — The envoy came.", "KYIV, Ukraine", None, "AP"),
    ("RIO DE JANEIRO, Nov 9 (Reuters) - The bank met.", "RIO DE JANEIRO", NINTH, "Reuters"),
    ("PORT-AU-PRINCE, Nov. 9 (EFE) - The mission arrived.", "PORT-AU-PRINCE", NINTH, "EFE"),
])
def test_found(text: str, place: str, when: When | None, agency: str | None) -> None:
    line = find_dateline(text, PUBLISHED)
    assert line is not None
    assert (line.place_text, line.when, line.agency) == (place, when, agency)
    assert line.place_text in text[line.start:line.end]
    assert text[line.end:].strip()[0].isupper()


@pytest.mark.parametrize("text", [
    "",
    "The presidents met in Astana on November 9.",
    "He went home - and stayed there.",
    "ANALYSIS - What the summit means.",
    "Opinion – The summit was a success.",
    "President Tokayev - who came late - spoke first.",
    "SUBJECT: TRANSCRIPT OF THE PRESS CONFERENCE HELD IN ASTANA",
    "In short: they met.",
    "Nov. 9 - The presidents met.",
    "A well-known diplomat said so.",
])
def test_not_found(text: str) -> None:
    """Sentences, headings and rubrics are no datelines."""
    assert find_dateline(text, PUBLISHED) is None


def test_the_year_is_the_one_nearest_to_the_publication() -> None:
    line = find_dateline("PARIS, Dec. 31 (AFP) - They met.", date(2024, 1, 1))
    assert line is not None
    assert line.when == When.day(date(2023, 12, 31))


def test_a_long_head_costs_no_more_than_a_short_one() -> None:
    """A head of a million characters without a dash is given up: only its beginning is looked at."""
    assert find_dateline("ASTANA " * 150_000, PUBLISHED) is None

"""Whose "the Foreign Minister" is in a text of an official outlet."""
from __future__ import annotations

from datetime import date

import pytest

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.reading import article_from_text


def parties(text: str, url: str) -> list[set[str | None]]:
    article = article_from_text(text, title="Meetings of the day", published=date(2023, 11, 15), url=url)
    return [{party.country or party.name for party in claim.participants} for claim in claims_from(article, load_gazetteer())]


@pytest.mark.parametrize(("text", "url", "home"), [
    ("The Foreign Minister met Turkish Foreign Minister Hakan Fidan today.", "https://www.mofa.go.jp/a", "JP"),
    ("Today the Minister for Foreign Affairs met with Foreign Minister Hakan Fidan of Turkey.", "https://www.mofa.go.jp/a", "JP"),
    ("The Prime Minister met Turkish President Recep Tayyip Erdogan today.", "https://www.gov.uk/a", "GB"),
    ("The Secretary-General met today with Mr. Hakan Fidan, Minister for Foreign Affairs of Turkey.", "https://www.un.org/a", "UN"),
    ("The Secretary General met Turkish Foreign Minister Hakan Fidan today.", "https://www.nato.int/a", "NATO"),
    ("The President met Turkish Foreign Minister Hakan Fidan in Brussels today.", "https://ec.europa.eu/a", "EU")])
def test_an_office_without_a_state_is_that_of_the_outlet(text: str, url: str, home: str) -> None:
    """Though the article names no other holder of the office than the guest."""
    assert parties(text, url) == [{home, "TR"}]


def test_an_office_that_the_outlets_state_does_not_have_is_the_guests() -> None:
    """Japan has no president."""
    text = "Turkish President Recep Tayyip Erdogan arrived in Tokyo on Tuesday. The President met Prime Minister Fumio Kishida on Wednesday."
    assert {"JP", "TR"} in parties(text, "https://www.mofa.go.jp/a")


def test_a_newspaper_speaks_for_nobody() -> None:
    assert parties("The Foreign Minister met Turkish Foreign Minister Hakan Fidan today.", "https://daily.example/a") == []

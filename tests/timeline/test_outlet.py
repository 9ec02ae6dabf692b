"""An official outlet speaks for its state; a newspaper for nobody."""
from __future__ import annotations

from datetime import date

import pytest

from timeline.gazetteer import load_gazetteer
from timeline.outlet import home_of
from timeline.reading import article_from_text


@pytest.mark.parametrize(("url", "publisher", "home"), [
    ("https://www.foreignminister.gov.au/minister/transcript", "", "AU"),
    ("https://www.gov.uk/government/news/a", "", "GB"),
    ("https://www.mofa.go.jp/press/a.html", "", "JP"),
    ("https://www.whitehouse.gov/briefing-room/a", "", "US"),
    ("https://www.diplomatie.gouv.fr/en/a", "", "FR"),
    ("https://example.org/a", "The White House", "US"),
    ("https://www.governor-news.com/a", "", None),
    ("https://www.theguardian.com/world/a", "The Guardian", None),
    ("https://example.org/a", "San Jose Mercury News", None),
    ("https://example.org/a", "Korea Herald", None),
    ("", "", None),
])
def test_the_home_of_an_outlet_is_told_by_its_address_or_its_name(url: str, publisher: str, home: str | None) -> None:
    article = article_from_text("A text.", published=date(2023, 11, 10), url=url, publisher=publisher)
    assert home_of(article, load_gazetteer()) == home

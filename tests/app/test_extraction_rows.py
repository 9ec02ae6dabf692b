"""Articles as rows of NDJSON."""
from __future__ import annotations

from typing import Any

import pytest

from app.extraction import article_of_row


@pytest.mark.parametrize(("fields", "source"), [
    ({"source": "ministry", "publisher": "Ministry", "url": "https://mfa.example/1"}, "ministry"),
    ({"publisher": "Daily", "url": "https://daily.example/1"}, "Daily"),
    ({"url": "https://www.daily.example/1"}, "www.daily.example"),
    ({"source": {"file": "a.json"}, "url": "https://daily.example/1"}, "daily.example"),
    ({"id": "7"}, "")])
def test_a_row_tells_whose_words_it_holds(fields: dict[str, Any], source: str) -> None:
    """Sources are counted, so that two outlets must not look like one: publisher or host stand in for a missing source."""
    assert article_of_row({"text": "They met.", "published": "2023-11-10", **fields}).source == source

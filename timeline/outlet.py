"""Whose outlet it is: the state that an official source speaks for.

A ministry writes "the Foreign Minister", and "I", and leaves out its own state. Where its address or its name tells that state,
those words are that state's. A newspaper speaks for nobody.
"""
from __future__ import annotations

from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from timeline.gazetteer import Gazetteer
from timeline.mentions import NameKind
from timeline.model import Article
from timeline.names import find_names

# Labels of a host below which governments have their pages: gov.au, go.jp, gouv.fr, gob.mx, govt.nz, admin.ch.
_OFFICIAL = frozenset({"gov", "go", "gouv", "gob", "govt", "gub", "admin", "mil"})
_TOP = {"uk": "GB", "eu": "EU", "gov": "US", "mil": "US"}
_BODIES = {"un.org": "UN", "nato.int": "NATO", "europa.eu": "EU", "osce.org": "OSCE"}
_MINISTRY = frozenset({"mfa", "mofa", "president", "presidency", "kremlin", "pmo"})  # a host's own name says what it is


def home_of(article: Article, gazetteer: Gazetteer) -> str | None:
    """The ISO 3166-1 code of the state (or that of a body, "EU") whose official outlet published the article, None for any other outlet."""
    host = (urlsplit(article.url).hostname or "").lower()
    labels = host.split(".")
    if (body := _BODIES.get(".".join(labels[-2:]))) is not None:
        return body
    if len(labels) > 1 and (_OFFICIAL & set(labels[-3:]) or _MINISTRY & set(labels)):
        code = _TOP.get(labels[-1], labels[-1].upper())
        if code in gazetteer.states or code == "EU":
            return code
    return _home_of_named(article.publisher, gazetteer, article.published_on or date(2000, 1, 1)) if article.publisher else None


@lru_cache(maxsize=1024)  # an outlet has many articles of one day
def _home_of_named(publisher: str, gazetteer: Gazetteer, day: date) -> str | None:
    """The state that a publisher's name tells."""
    for name in find_names(f"The {publisher}", gazetteer, day):
        seat = name.kind in (NameKind.STATE, NameKind.PLACE, NameKind.OFFICE, NameKind.GROUP, NameKind.PERSON)
        official = name.text.lower() not in publisher.lower().split() and seat
        if name.country in gazetteer.states and official and (name.role is not None or " " in name.text):
            return name.country
    return None

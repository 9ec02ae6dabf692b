"""Pages that a server puts in the place of an article, with status 200: a bot check, a "not found", a "back soon".

They are told by their headlines, which are few and the same everywhere, and by being the same text under several
addresses. What is told here is a failure of that page, never an article, and concludes nothing about what was there before.
"""
from __future__ import annotations

import re

from scraper.errors import PageError
from timeline.model import Article

__all__ = ["StandIns"]

SAME = 3  # different addresses of one run with one text; two may be one article that was published twice
_SHORT = 1500  # characters: an article about a city where access was denied is longer than a page that denies it

_CHECK = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?(?:is )?denied|security check|are you (?:a )?(?:robot|human)|"
    r"(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human|verification required|checking your browser|request blocked|"
    r"(?:error )?403(?: forbidden)?|forbidden|robot check|captcha|ddos[- ]guard|one more step|pardon our interruption|please enable (?:javascript|cookies)", re.IGNORECASE)
_MISSING = re.compile(
    r"(?:error )?404|(?:error:? )?(?:404:? )?(?:the )?(?:page|article|story|content) (?:was |is |could )?(?:not (?:be )?found|no longer available|"
    r"unavailable|does(?:n't| not) exist)|not found|nothing (?:was )?found|oops", re.IGNORECASE)
_AWAY = re.compile(
    r"(?:site|website|service|page)? ?(?:is )?(?:under|down for|undergoing) (?:scheduled )?maintenance|service (?:temporarily )?unavailable|"
    r"temporarily unavailable|we(?:'|’)ll be (?:right )?back(?: soon)?|coming soon|internal server error|bad gateway", re.IGNORECASE)
_KINDS = (("challenge", _CHECK, "a bot check or a refusal"), ("missing", _MISSING, "a 'not found'"), ("away", _AWAY, "a 'back soon'"))
_ENDS = re.compile(r"\s*(?:[|\-–—:!?.…(]|$)")


class StandIns:
    """Tells stand-ins among the pages of one run of one source."""

    def __init__(self) -> None:
        self._addresses: dict[tuple[str, ...], set[str]] = {}  # by headline and paragraphs

    def check(self, article: Article) -> None:
        """Raises `PageError` (`challenge`, `missing`, `away`, or `repeated`) where `article` is none."""
        headline = article.headline.strip()
        if sum(map(len, article.paragraphs)) <= _SHORT:
            for reason, pattern, what in _KINDS:
                found = pattern.match(headline)
                if found is not None and _ENDS.match(headline, found.end()):
                    raise PageError(reason, f"{what} in the place of an article: {headline[:100]!r}")
        addresses = self._addresses.setdefault((headline, *article.paragraphs), set())
        addresses.add(article.url)
        if len(addresses) >= SAME:
            raise PageError("repeated", f"the same text under {len(addresses)} addresses")

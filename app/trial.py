"""Collecting a source once without storing anything: what its listing holds, and how three of its articles are read."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.health import HALF
from app.remedies import remedy
from scraper.collect import collect
from scraper.collected import Failure, Fetch, Listing, Page, Parser
from scraper.source import Source
from timeline.model import Article, Claim
from timeline.titles import title

__all__ = ["Trial", "lines_of", "try_source"]

PAGES = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `listing` is None where it could not be had or read; `told` are the articles that were read with
    what they claim, `failures` the listing's or pages'."""

    source: Source
    listing: Listing | None
    told: tuple[tuple[Article, tuple[Claim, ...]], ...]
    failures: tuple[Failure, ...]

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to mend, in sentences; none where all is well. Each begins with its class of error."""
        codes = [failure.error_class for failure in self.failures if failure.kind == "listing" and self.listing is None]
        if self.listing is not None and self.listing.empty:
            codes.append("empty-listing")
        pages = [failure for failure in self.failures if failure.kind == "page"]
        asked = len(self.told) + len(pages)
        unread = [failure for failure in pages if failure.error_class.startswith("page-")]
        undated = [article for article, _ in self.told if article.published_on is None]
        if asked and len(unread) >= asked * HALF:
            codes.append("unread-pages")
        elif asked and len(undated) >= asked * HALF:
            codes.append("undated-pages")
        codes += [failure.error_class for failure in pages if failure not in unread]
        return tuple(f"{code}: {remedy(code)}" for code in dict.fromkeys(codes))

    @property
    def well(self) -> bool:
        """Whether the source can be collected: its listing holds links, and a page of it was read."""
        return self.listing is not None and bool(self.told)


def try_source(source: Source, fetch: Fetch, parser: Parser, read: Callable[[Article], Sequence[Claim]],
               now: Callable[[], datetime], *, deadline: float = 120.0) -> Trial:
    """Collect `source` once, at most three pages of it, within `deadline` seconds. Never raises for what it does."""
    listing, told, failures = None, [], []
    for item in collect(source, fetch, lambda urls: {}, parser, now=now, max_pages=PAGES, deadline=deadline):
        if isinstance(item, Listing):
            listing = item
        elif isinstance(item, Page):
            told.append((item.article, tuple(read(item.article))))
        elif isinstance(item, Failure):
            failures.append(item)
    return Trial(source, listing, tuple(told), tuple(failures))


def lines_of(trial: Trial) -> Iterator[str]:
    """The trial in lines for a terminal."""
    source = trial.source
    if trial.listing is not None:
        links = trial.listing.links
        picked = f", picked by {source.selectors.links!r}" if source.selectors.links else ""
        yield f"{source.kind.value} {source.url}: {len(links)} link{'s' if len(links) != 1 else ''}{picked}"
        if trial.listing.moved_to:
            yield f"  it moved for good to {trial.listing.moved_to}; write that into the sources file"
    for article, claims in trial.told:
        yield f"  {article.published_on or 'no date'}  {article.headline}"
        yield f"              {article.url}"
        seen = dict.fromkeys(f"{claim.type.value}, {claim.status.value}, {claim.when.edtf()}: "
                             f"{title(claim.type, claim.participants, claim.place, claim.organisation)}" for claim in claims)
        for line in seen:
            yield f"              {line}"
        if not seen:
            yield "              no events"
    for failure in trial.failures:
        yield f"  {failure.url}: {failure.error_class}: {failure.detail}"
    for sentence in trial.remedies:
        yield f"What to mend: {sentence}"

"""`/desk/sources`: an outlet's address in, how it would be collected shown, and its row written into the sources file."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from flask import Response, request

from app.api.backend import Backend
from app.api.problems import Problem
from app.event_json import asserted_fields
from app.remedies import remedy
from app.site.event_line import EventLine, line_of
from app.site.notices import done
from app.site.pages import Pages
from app.site.signing_in import Operator
from app.site.trials import AtWork, Trials
from app.sourcing import FINDING, Asked, Faulty, Sourcing, Stopped
from app.trial import Trial
from app.web_address import web_address
from scraper.errors import FetchError
from scraper.find import NothingFound
from scraper.source import Kind, Source, SourcesError, Tier
from scraper.source_row import AlreadyThere, row_of, source_in
from timeline.model import Claim
from timeline.titles import title

__all__ = ["Adding"]

_FOUND = (Kind.FEED, Kind.SITEMAP, Kind.LISTING)  # what can be found at an address; a folder of this machine is no such thing
_LONGEST = 2_000  # characters of a field


class Adding:
    """The pages that add sources."""

    def __init__(self, backend: Backend, pages: Pages) -> None:
        self._backend = backend
        self._pages = pages
        self._trials = Trials(backend.sourcing) if backend.sourcing is not None else None

    def form(self) -> Response:
        return self._page({"url": request.args.get("url", "")[:_LONGEST]})

    def start(self, operator: Operator) -> Response:
        """Begin to look at an address, and lead to the page that shows how that goes. Raises `Problem` 404 where this service adds no
        sources."""
        given = {name: request.form.get(name, "").strip() for name in ("url", "id", "time_zone", "tier", "interval")}
        wrong = _faults(given)
        if wrong:
            return self._page(given, wrong, 422)
        asked = Asked(given["url"], given["id"] or None, given["time_zone"] or None, Tier(given["tier"] or "press"),
                      int(given["interval"]) if given["interval"] else None)
        try:
            started = self._started().start(asked, operator.name)
        except Faulty as error:
            return self._page(given, dict(error.faults), 422)
        except AtWork:
            return self._page(given, {"url": "Other outlets are being looked at just now. Try it again in a moment."}, 503)
        return self._pages.elsewhere(f"/desk/sources/trials/{started.id}")

    def trial(self, operator: Operator, trial: str) -> Response:
        """How a trial goes, or what came of it. Raises `Problem` 404 where this operator has started none of that id."""
        started = self._started().of(operator.name, trial)
        if started is None:
            raise Problem(404, "There is no such trial. The last ones are kept until the service ends, for whoever started them.")
        given = _asked(started.asked)
        if not started.ended:
            return self._page(given, started=started, longest=round(FINDING))
        error = started.error
        if started.trial is not None:
            found = started.trial
            return self._page(_given(found.source) | {"url": given["url"]}, trial=found, row=row_of(found.source),
                              told=[self._told(article, claims) for article, claims in found.told])
        if isinstance(error, Faulty):
            return self._page(given, dict(error.faults))
        if isinstance(error, NothingFound):
            return self._page(given, {"url": f"{error.detail[:1].upper()}{error.detail[1:]}."}, tried=error.tried)
        if isinstance(error, FetchError):
            return self._page(given, {"url": f"{error.error_class}: {error.detail}. {remedy(error.error_class)}"})
        return self._page(given, {"url": "The service ended meanwhile." if isinstance(error, Stopped) else
                                  "It could not be looked at, by a fault of this service; its log tells more."})

    def add(self) -> Response:
        """Write the row that was shown. It is held to what any row of the file is held to, and is of a kind that can be found."""
        try:
            source = source_in(request.form.get("row", "").replace("\r\n", "\n"))
        except SourcesError as error:
            raise Problem(422, f"That is no row of a sources file: {error}") from error
        if source.kind not in _FOUND:
            raise Problem(422, f"A source of kind {source.kind.value!r} can't be added here.")
        try:
            self._sourcing().add(source)
        except AlreadyThere:
            return self._page(_given(source), {"id": "The sources file has a source with this id or this address already."}, 409)
        except SourcesError as error:
            raise Problem(409, f"The sources file has a fault, which must be mended first: {error}") from error
        except OSError as error:
            raise Problem(503, f"The sources file can't be written: {error.strerror or error}.") from error
        return done(self._pages, "added", source.id)

    def _sourcing(self) -> Sourcing:
        if self._backend.sourcing is None:
            raise Problem(404, "This service adds no sources.")
        return self._backend.sourcing

    def _started(self) -> Trials:
        if self._trials is None:
            raise Problem(404, "This service adds no sources.")
        return self._trials

    def _page(self, given: Mapping[str, str], wrong: Mapping[str, str] | None = None, status: int = 200, *, trial: Trial | None = None,
              **more: Any) -> Response:
        return self._pages.page("desk_add.html", title="Add a source", about="How an outlet would be collected.", private=True, status=status,
                                given=given, wrong=wrong or {}, trial=trial, tiers=[tier.value for tier in Tier], **more)

    def _told(self, article: Any, claims: Sequence[Claim]) -> Mapping[str, Any]:
        day = article.published_on or self._backend.now().astimezone(UTC).date()
        return {"headline": article.headline, "link": web_address(article.url), "day": article.published_on,
                "lines": [_line(claim, day) for claim in claims]}


def _given(source: Source) -> dict[str, str]:
    return {"url": source.url, "id": source.id, "time_zone": source.time_zone, "tier": source.tier.value, "interval": str(source.interval)}


def _asked(asked: Asked) -> dict[str, str]:
    return {"url": asked.address, "id": asked.id or "", "time_zone": asked.time_zone or "", "tier": asked.tier,
            "interval": str(asked.interval or "")}


def _faults(given: Mapping[str, str]) -> dict[str, str]:
    wrong = {name: f"At most {_LONGEST:,} characters." for name, text in given.items() if len(text) > _LONGEST}
    if not given["url"]:
        wrong["url"] = "Give the address of an outlet: of its feed, its sitemap, or any page of it."
    if given["tier"] and given["tier"] not in set(Tier):
        wrong["tier"] = "There is no such tier."
    if given["interval"] and not (given["interval"].isascii() and given["interval"].isdecimal() and len(given["interval"]) < 9):
        wrong["interval"] = "A whole number of seconds is needed."
    return wrong


def _line(claim: Claim, day: date) -> EventLine:
    told = asserted_fields(claim)
    return line_of(told | {"id": claim.id, "title": title(claim.type, claim.participants, claim.place, claim.organisation),
                           "updated": "", "formerly": [told["formerly"]] if told["formerly"] else []}, day)

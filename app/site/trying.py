"""`/try`: an article of one's own, the events that it tells of, and what was declined in it. Nothing is stored."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, request
from marshmallow import ValidationError

from app.api.backend import Backend
from app.api.extraction import wrong_field
from app.api.problems import Problem, reasons
from app.api.schemas import TEXT_LIMIT, ExtractRequestSchema
from app.event_json import API_PREFIX
from app.site.commands import post_command
from app.site.event_line import EventLine, line_of
from app.site.marking import Passage, marked
from app.site.pages import Pages

__all__ = ["try_page"]

_FIELDS = ("text", "published", "title", "url")
_MISSING = {"text": "Paste the article's text.", "published": "Give the day on which it was published: all dates are counted from it."}

EXAMPLE = {
    "title": "Kishida and Yoon meet in Seoul",
    "published": "2023-05-08",
    "text": """\
SEOUL, May 8 – Japanese Prime Minister Fumio Kishida met South Korean President Yoon Suk Yeol in Seoul on Sunday. No leader of \
Japan had come to the city for talks in twelve years.
Yoon had travelled to Tokyo in March to see Kishida, and both will attend the G7 summit in Hiroshima from May 19 to 21.
The trip was made public a few days after Yoon held talks with U.S. President Joe Biden in Washington on April 26.
Kishida and Yoon said that their officials had recently taken up work on security again, which had come to a standstill in 2018."""}


def try_page(backend: Backend, pages: Pages) -> Response:
    """The form; with an example in it where that is asked for, and after a POST with what was read, or what is wrong with it."""
    if request.method == "POST":
        return _read(backend, pages, {name: request.form.get(name, "").replace("\r\n", "\n") for name in _FIELDS})
    return _page(pages, EXAMPLE if "example" in request.args else {})


def _read(backend: Backend, pages: Pages, given: Mapping[str, str]) -> Response:
    wrong = {name: told for name, told in _MISSING.items() if not given[name].strip()}
    if len(given["text"]) > TEXT_LIMIT:
        wrong["text"] = f"At most {TEXT_LIMIT:,} characters can be read; these are {len(given['text']):,}."
    told: Mapping[str, Any] = {}
    if not wrong:
        try:
            row = ExtractRequestSchema().load({name: text for name, text in given.items() if text})
            told = backend.extract(row)
        except ValidationError as error:
            wrong = {str(name): " ".join(reasons(why)) for name, why in error.normalized_messages().items()}
        except ValueError as error:
            found = wrong_field(error, given)
            wrong = {found.get("field", "text"): found["detail"]}
        except Problem as problem:  # there is no turn just now: what was typed must not be lost for it
            return _page(pages, given, {"": f"{problem.detail} Try it again in a moment."}, problem.status)
        if "published" in wrong:
            wrong["published"] = "A day such as 2023-11-10 is needed."
    if wrong:
        return _page(pages, given, wrong, 422)
    day = date.fromisoformat(given["published"][:10])
    lines = [_line(number, event, day) for number, event in enumerate(told["events"], 1)]
    paragraphs = marked(told["text"], told["events"], told["declined"])
    return _page(pages, given, read=True, events=list(zip(lines, told["events"], strict=True)), declined=told["declined"],
                 headline=paragraphs[0] if told["text"].partition("\n\n")[0] else None, paragraphs=paragraphs[1:],
                 anchors=_anchors(paragraphs))


def _page(pages: Pages, given: Mapping[str, str], wrong: Mapping[str, str] | None = None, status: int = 200, *, read: bool = False,
          **told: Any) -> Response:
    """`read` says that the article was read: the command then asks for this one, and else for the example."""
    asked = {name: given[name] for name in _FIELDS if given.get(name)}
    response = pages.page(
        "try.html", title="Try it", about="Paste an article and see which diplomatic events it tells of, sentence by sentence, and which "
        "dates were declined and why.", command=post_command(f"{pages.home()}{API_PREFIX}/extract", asked if read else EXAMPLE), read=read, given=given, wrong=wrong or {}, limit=TEXT_LIMIT, focus="HX-Request" in request.headers, status=status, **told)
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    return response


def _line(number: int, event: Mapping[str, Any], day: date) -> EventLine:
    """The line of an event that is told by one sentence and stored nowhere."""
    absent = {"time": None, "time_zone": None, "end": None, "place": None}
    formerly = [event["formerly"]] if "formerly" in event else []
    place = {"name": None, "country": None} | event["place"] if "place" in event else None
    return line_of(absent | dict(event) | {"id": str(number), "place": place, "updated": "",
                                           "formerly": [absent | one for one in formerly]}, day)


def _anchors(paragraphs: Sequence[Sequence[Passage]]) -> dict[int, int]:
    """For each event the anchor of the passage that first tells of it."""
    found: dict[int, int] = {}
    for passage in (passage for passages in paragraphs for passage in passages if passage.anchor):
        for number in passage.events:
            found.setdefault(number, passage.anchor)
    return found

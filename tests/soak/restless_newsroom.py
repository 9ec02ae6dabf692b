"""The sample newsroom while it is at work: pages come, are edited, go away and come back, and its server has bad minutes."""
from __future__ import annotations

import calendar
import os
import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from http import HTTPStatus
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

from running_service import SAMPLES, copy_samples

import app.newsroom
from app.newsroom import fill_sources, serve_newsroom

TROUBLES = ("fails", "slow", "cut short", "hangs up")

EDITS = {  # pages of the sample, each with a phrase and what it is edited to; at the end all stand as they were
    "harbour/article/wang-yi-hanoi-1201.html": ("in Hanoi on Friday", "in Hanoi on Thursday"),
    "harbour/article/cameron-kyiv-zelenskiy-1116.html": ("in Kyiv on his first foreign trip", "in Lviv on his first foreign trip"),
}
_UNDER_WAY = 5.0  # seconds: an answer that began before a change may end so much later
MOST_EDITS = 9  # of one page there and back: of a page that never rests 24 versions are kept, and no more are read

_LEADERS = ("Vladimir Putin", "Kassym-Jomart Tokayev", "Emmanuel Macron", "Narendra Modi", "Olaf Scholz", "Xi Jinping", "Joe Biden",
            "Recep Tayyip Erdogan", "Shavkat Mirziyoyev", "Anthony Albanese", "Fumio Kishida", "Giorgia Meloni")
_PLACES = ("Vienna", "Astana", "Geneva", "Paris", "Tashkent", "Ankara")
_PLANS = ("{0} and {1} will meet in {place} on May {day}, 2024, their offices said.",
          "The meeting of {0} and {1} in {place} on May {day}, 2024 was cancelled, their offices said.",
          "The meeting of {0} and {1} in {place} on May {day}, 2024 was postponed, their offices said.")
_HELD = "{0} met {1} in {place} on April {day}, 2024, their offices said."
_FILLER = ("rail", "grain", "water", "visas", "ports", "credit", "pipelines", "students", "customs", "flights", "copper", "rivers")


@dataclass
class Told:
    """An occasion of which one outlet tells, or two in the same words."""

    number: int
    parties: tuple[str, str]
    held: bool
    outlets: tuple[str, ...]
    edits: int = 0
    sentence: str = ""
    away: bool = field(default=False)


class RestlessNewsroom:
    """`chance` decides; what it does is the same for the same seed, when it is done is not. A `small` one has the pages of the ministry,
    and an outlet that has published nothing yet. Close it."""

    def __init__(self, folder: Path, chance: random.Random, *, small: bool = False) -> None:
        self._site = copy_samples(folder) / "site"
        self._small = small
        self._chance = chance
        self._pairs = list(combinations(_LEADERS, 2))
        chance.shuffle(self._pairs)
        self._told: list[Told] = []
        self._edits = {} if small else dict.fromkeys(EDITS, 0)
        self._trouble, self._trouble_ends = "", 0.0
        self._asked: dict[str, float] = {}  # when each path was answered last, and each page changed, in seconds since 1970
        self._changed: dict[str, float] = {}
        self._lock = threading.Lock()
        self._newsroom = serve_newsroom(self._site, on_request=self._note)
        self._newsroom._server.RequestHandlerClass = _handler_of(self)
        self.address = self._newsroom.address
        self.sources = folder / "sources.toml"
        rows = fill_sources(SAMPLES / "sources.toml", self._newsroom.base_url).replace("interval = 60", "interval = 10").split("[[source]]")
        if small:
            rows = [row for row in rows if 'id = "courier"' in row or 'id = "ministry"' in row]
            feed = self._site / "courier/rss.xml"
            feed.write_text(re.sub(r"<item>.*</item>", "", feed.read_text(encoding="utf-8"), flags=re.DOTALL), encoding="utf-8")
        self.sources.write_text("[[source]]".join(["", *rows[not small:]]), encoding="utf-8")

    def close(self) -> None:
        self._newsroom.close()

    # What its editors do -----------------------------------------------------------------------------------------------

    def publish(self) -> None:
        if not self._pairs:
            return
        told = Told(len(self._told), self._pairs.pop(), self._chance.random() < 0.4,
                    self._some_outlets())
        self._told.append(told)
        self._write(told)
        for outlet in told.outlets:
            self._list(told, outlet)

    def _some_outlets(self) -> tuple[str, ...]:
        if self._small:
            return ("courier",)
        return ("harbour", "courier") if self._chance.random() < 0.35 else (self._chance.choice(("harbour", "courier")),)

    def edit(self) -> None:
        """Another day, another place, called off: a page that came lately, or one of the sample."""
        restless = [told for told in self._told if told.edits < MOST_EDITS]
        sample = [page for page, edits in self._edits.items() if edits < MOST_EDITS]
        if sample and (not restless or self._chance.random() < 0.15):
            self._turn(self._chance.choice(sample))
        elif restless:
            told = self._chance.choice(restless)
            told.edits += 1
            self._write(told)

    def take_away(self) -> None:
        """A page is gone for a while."""
        if there := [told for told in self._told if not told.away]:
            told = self._chance.choice(there)
            told.away = True
            for outlet in told.outlets:
                file = self._file(told, outlet)
                file.rename(file.with_suffix(".away"))
                self._note_change(self._path(told, outlet))

    def put_back(self) -> None:
        if gone := [told for told in self._told if told.away]:
            self._return(self._chance.choice(gone))

    def come_to_rest(self) -> None:
        """No trouble any more, all pages there, those of the sample as they were."""
        self._trouble_ends = 0.0
        for told in self._told:
            if told.away:
                self._return(told)
        for page, edits in self._edits.items():
            if edits % 2:
                self._turn(page)

    @property
    def edited(self) -> set[str]:
        """Paths of the pages that did not always tell what they tell now."""
        return {page for page, edits in self._edits.items() if edits} | {
            self._path(told, outlet) for told in self._told for outlet in told.outlets if told.edits}

    def unasked(self, read: Mapping[str, float]) -> set[str]:
        """Paths of the pages that nobody was answered with since they came, were edited, went or came back; and those that were read last
        (`read`, by path, in seconds since 1970) before that, since only the source that read a page first takes a new text of it."""
        with self._lock:
            return {path for path, changed in self._changed.items()
                    if self._asked.get(path, 0.0) <= changed or read.get(path, 0.0) <= changed + _UNDER_WAY}

    # What its server does ----------------------------------------------------------------------------------------------

    def have_trouble(self, seconds: float) -> str:
        self._trouble, self._trouble_ends = self._chance.choice(TROUBLES), time.monotonic() + seconds
        return self._trouble

    def trouble(self) -> str:
        """What goes wrong with this request, by the dice of the moment: half of them fare well in bad minutes too."""
        return self._trouble if time.monotonic() < self._trouble_ends and random.random() < 0.5 else ""

    def _note(self, path: str) -> None:
        with self._lock:
            self._asked[urlsplit(path).path] = time.time()

    def _note_change(self, path: str) -> None:
        with self._lock:
            self._changed[f"/{path}"] = time.time()

    # Files ---------------------------------------------------------------------------------------------------------------

    def _path(self, told: Told, outlet: str) -> str:
        return f"harbour/article/live-{told.number}.html" if outlet == "harbour" else f"courier/world/2024/live-{told.number}.html"

    def _file(self, told: Told, outlet: str) -> Path:
        return self._site / self._path(told, outlet)

    def _write(self, told: Told) -> None:
        first, second = told.parties
        form = _HELD if told.held else self._chance.choice(_PLANS)
        told.sentence = form.format(first, second, place=self._chance.choice(_PLACES), day=self._chance.randrange(1, 28))
        for outlet in told.outlets:
            file = self._file(told, outlet)
            _replace(file.with_suffix(".away") if told.away else file, _page(told, outlet))
            self._note_change(self._path(told, outlet))

    def _list(self, told: Told, outlet: str) -> None:
        address, title = "{base}/" + self._path(told, outlet), _title(told)
        feed = self._site / ("harbour/feed.atom" if outlet == "harbour" else "courier/rss.xml")
        text = feed.read_text(encoding="utf-8")
        entry, before = (
            (f"<entry><id>tag:live-{told.number}</id><title>{title}</title><link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>"
             "<published>2024-04-29T09:00:00Z</published></entry>\n  ", "<entry>") if outlet == "harbour" else
            (f"<item><title>{title}</title><link>{address}</link><guid>{address}</guid>"
             "<pubDate>Mon, 29 Apr 2024 09:00:00 +0000</pubDate></item>\n    ", "<item>" if "<item>" in text else "</channel>"))
        _replace(feed, text.replace(before, entry + before, 1))
        if outlet == "courier":  # its sitemap lists all, and which of the two is read first is chance
            sitemap = self._site / "courier/news-sitemap.xml"
            entry = f"<url><loc>{address}</loc><lastmod>2024-04-29T09:00:00Z</lastmod></url>\n  "
            _replace(sitemap, sitemap.read_text(encoding="utf-8").replace("<url>", entry + "<url>", 1))

    def _return(self, told: Told) -> None:
        told.away = False
        for outlet in told.outlets:
            file = self._file(told, outlet)
            file.with_suffix(".away").rename(file)
            self._note_change(self._path(told, outlet))

    def _turn(self, page: str) -> None:
        before, after = EDITS[page] if self._edits[page] % 2 == 0 else EDITS[page][::-1]
        file = self._site / page
        text = file.read_text(encoding="utf-8")
        assert before in text, f"{page} has not {before!r}"
        _replace(file, text.replace(before, after))
        self._edits[page] += 1
        self._note_change(page)


def _title(told: Told) -> str:
    return escape(f"{told.parties[0]} and {told.parties[1]}: diary note {told.number}")


def _page(told: Told, outlet: str) -> str:
    words = random.Random(f"{told.number}")
    more = "".join(f"<p>Officials on both sides have spoken of {words.choice(_FILLER)} and {words.choice(_FILLER)} before, and will go on "
                   f"to speak of {words.choice(_FILLER)}, note {told.number}.{line} of the diary says.</p>" for line in range(3))
    day = date(2024, 4, 29)
    return (f"<!doctype html><!-- synthetic page written for Summitry --><html lang=\"en\"><head><meta charset=\"utf-8\">"
            f"<title>{_title(told)}</title><meta property=\"og:type\" content=\"article\">"
            f"<meta property=\"article:published_time\" content=\"{day}T09:00:00+00:00\"></head><body><article><h1>{_title(told)}</h1>"
            f"<time datetime=\"{day}T09:00:00Z\">{day.day} {calendar.month_name[day.month]} {day.year}</time>"
            f"<p>{escape(told.sentence)}</p>{more}</article></body></html>\n")


def _replace(file: Path, text: str) -> None:
    """At once: nobody is served half a page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)


def _handler_of(newsroom: RestlessNewsroom) -> type[app.newsroom._Handler]:
    class Handler(app.newsroom._Handler):
        def do_GET(self) -> None:
            match newsroom.trouble():
                case "fails":
                    self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, True)
                case "cut short":
                    self.send_response(HTTPStatus.OK)
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", "5000")
                    self.end_headers()
                    self.wfile.write(b"<!doctype html><title>Half a page</title><p>")
                    self.close_connection = True
                case "hangs up":
                    self.close_connection = True
                case other:
                    if other == "slow":
                        time.sleep(0.6)
                    super().do_GET()

    return Handler

"""Pages that are edited, churn, vanish and come back, and feeds that say odd things: over HTTP, into a real store.

Every sentence here is written for the test.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.config import Settings
from app.newsroom import Newsroom, serve_newsroom
from app.service import Service
from app.store import tables

NOW = datetime(2023, 11, 10, 18, 0, tzinfo=UTC)
MET = "Russian President Vladimir Putin met Kazakh President Kassym-Jomart Tokayev in Astana on Thursday."
FILLER = ("<p>Officials of both governments described the atmosphere as calm, and said that further documents would be made "
          "public in due course by the press services.</p><p>Markets in the region were quiet, and the weather was mild for "
          "the season, as forecasters had expected earlier.</p>")

Item = dict[str, str]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Outlets:
    """Outlets on loopback, each a folder with a feed, and the service that collects them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "www"
        self.folder.mkdir()
        self.clock = Clock()
        self.on_request: Callable[[str], None] = lambda path: None
        self.newsroom: Newsroom = serve_newsroom(self.folder, on_request=lambda path: self.on_request(path))
        self._sources = folder / "sources.toml"
        self._sources.write_text("")
        self._database = folder / "store.db"
        self._names: list[str] = []
        self.service: Service | None = None

    def close(self) -> None:
        if self.service is not None:
            self.service.close()
        self.newsroom.close()

    def page(self, path: str, *paragraphs: str, published: str = "2023-11-10T08:00:00Z", headline: str = "Diary") -> None:
        """Lay a page out; `published` may be empty, then it carries no date."""
        meta = f'<meta property="article:published_time" content="{published}">' if published else ""
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline}</title>{meta}</head>'
                        f"<body><article><h1>{headline}</h1>{body}{FILLER}</article></body></html>", encoding="utf-8")

    def feed(self, outlet: str, *items: Item) -> None:
        """The outlet's feed: each item has `link`, perhaps `guid` and `date`."""
        told = "".join(
            f"<item><title>Diary</title><link>{self.newsroom.base_url}/{item['link']}</link>"
            + (f"<guid isPermaLink='false'>{item['guid']}</guid>" if "guid" in item else "")
            + (f"<pubDate>{item['date']}</pubDate>" if "date" in item else "") + "</item>" for item in items)
        (self.folder / outlet).mkdir(exist_ok=True)
        (self.folder / outlet / "rss.xml").write_text(
            f"<?xml version='1.0'?><rss version='2.0'><channel><title>{outlet}</title>{told}</channel></rss>", encoding="utf-8")
        if outlet not in self._names:
            self._names.append(outlet)
            with self._sources.open("a") as sources:
                sources.write(f'[[source]]\nid = "{outlet}"\nname = "{outlet.title()}"\nhome = "{self.newsroom.base_url}/{outlet}/"\n'
                              f'kind = "feed"\nurl = "{self.newsroom.base_url}/{outlet}/rss.xml"\nlanguage = "en"\n'
                              'time_zone = "Asia/Almaty"\ninterval = 60\ntier = "press"\n')

    def scrape(self, hours: float = 12) -> str:
        """Collect all, `hours` after the time before; the state of the run."""
        self.clock.now += timedelta(hours=hours)
        if self.service is None:
            self.service = Service(Settings(database=f"sqlite:///{self._database}", sources=self._sources, host_gap=0.0, workers=1,
                                            allow_hosts=(self.newsroom.address,)), clock=self.clock)
        claimed = self.service.store.ledger.claim_queued(self.service.store.request_run(None, "cli"))
        assert claimed is not None
        return self.service.runner.carry_out(claimed)

    @property
    def client(self) -> FlaskClient:
        assert self.service is not None
        client: FlaskClient = self.service.web_app().test_client()
        return client

    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/api/v1/events").get_json()["events"]
        return found

    def feed_bytes(self) -> bytes:
        return bytes(self.client.get("/calendar.ics").data)

    def count(self, table: Any) -> int:
        assert self.service is not None
        with self.service.store.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def outlets(tmp_path: Path) -> Iterator[Outlets]:
    outlets = Outlets(tmp_path)
    yield outlets
    outlets.close()


def only(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(events) == 1, [event["title"] for event in events]
    return events[0]


def sequence(feed: bytes) -> int:
    return int(feed.split(b"SEQUENCE:")[1].split(b"\r\n")[0])


class TestItemsOfAFeed:
    """Row 42: one id for several items, none, or another one with each fetch."""

    @pytest.mark.parametrize("guids", [["x", "x", "x"], [None, None, None], ["a", "b", "c"]])
    def test_a_page_is_one_article_whatever_ids_its_items_have(self, outlets: Outlets, guids: list[str | None]) -> None:
        outlets.page("courier/a.html", MET)
        for guid in guids:
            outlets.feed("courier", {"link": "courier/a.html", **({"guid": guid} if guid else {})})
            assert outlets.scrape() == "ok"
        assert outlets.count(tables.articles) == 1
        assert only(outlets.events())["title"] == "Putin – Tokayev, meeting"

    def test_items_with_one_id_and_different_pages_are_all_read(self, outlets: Outlets) -> None:
        outlets.page("courier/a.html", MET)
        outlets.page("courier/b.html", MET.replace("Thursday", "Wednesday"))
        outlets.feed("courier", {"link": "courier/a.html", "guid": "1"}, {"link": "courier/b.html", "guid": "1"})
        outlets.scrape()
        assert sorted(event["start"] for event in outlets.events()) == ["2023-11-08", "2023-11-09"]

    def test_an_item_that_is_listed_twice_is_read_once(self, outlets: Outlets) -> None:
        outlets.page("courier/a.html", MET)
        outlets.feed("courier", {"link": "courier/a.html", "guid": "1"}, {"link": "courier/a.html?utm_source=rss", "guid": "2"})
        outlets.scrape()
        assert outlets.count(tables.articles) == 1
        only(outlets.events())


class TestOneStoryOfManyOutlets:
    """Row 43: the same text in five outlets."""

    def test_it_is_one_event_that_names_them_all(self, outlets: Outlets) -> None:
        names = ["courier", "gazette", "harbour", "herald", "tribune"]
        for name in names:
            outlets.page(f"{name}/a.html", MET)
            outlets.feed(name, {"link": f"{name}/a.html"})
        assert outlets.scrape() == "ok"
        assert [source["source"] for source in only(outlets.events())["sources"]] == names
        assert outlets.feed_bytes().count(b"BEGIN:VEVENT") == 1


class TestAnEditedPage:
    """Row 44: the page is edited after it was published."""

    def test_a_new_date_moves_the_event_under_its_uid_with_a_higher_sequence(self, outlets: Outlets) -> None:
        outlets.page("courier/a.html", MET)
        outlets.feed("courier", {"link": "courier/a.html"})
        outlets.scrape()
        before, feed = only(outlets.events()), outlets.feed_bytes()
        outlets.page("courier/a.html", MET.replace("Thursday", "Wednesday"))
        outlets.scrape()
        after = only(outlets.events())
        assert (before["start"], after["start"]) == ("2023-11-09", "2023-11-08")
        assert after["id"] == before["id"]
        assert after["revision"] == before["revision"] + 1
        assert after["updated"] > before["updated"]
        assert sequence(outlets.feed_bytes()) == sequence(feed) + 1
        article = outlets.client.get(f"/api/v1/articles/{_article(outlets, after)}").get_json()
        assert [version["version"] for version in article["versions"]] == [1, 2]

    def test_an_edit_that_says_the_same_leaves_the_calendar_as_it_is(self, outlets: Outlets) -> None:
        outlets.page("courier/a.html", MET)
        outlets.feed("courier", {"link": "courier/a.html"})
        outlets.scrape()
        before, feed = only(outlets.events()), outlets.feed_bytes()
        outlets.page("courier/a.html", "The talks lasted two hours.", MET)
        outlets.scrape()
        assert only(outlets.events()) == before
        assert outlets.feed_bytes() == feed
        assert outlets.count(tables.article_versions) == 2


class TestAPageThatChangesWithEachFetch:
    """Row 45: a clock in the page. How many versions are kept of one is told in the tests of the store."""

    def test_no_byte_of_what_is_served_changes(self, outlets: Outlets) -> None:
        fetches = [0]

        def tick(path: str) -> None:
            if path.endswith("a.html"):
                fetches[0] += 1
                outlets.page("courier/a.html", MET, f"Page served {fetches[0]} times, most recently while you were reading it.")

        outlets.on_request = tick
        outlets.page("courier/a.html", MET)
        outlets.feed("courier", {"link": "courier/a.html"})
        outlets.scrape()
        served = [outlets.client.get(path) for path in ("/api/v1/events", "/calendar.ics")]
        for _ in range(6):
            outlets.scrape(24)
        assert fetches[0] > 3
        for path, before in zip(("/api/v1/events", "/calendar.ics"), served, strict=True):
            now = outlets.client.get(path)
            assert now.data == before.data
            assert now.headers["ETag"] == before.headers["ETag"]
        assert outlets.count(tables.article_versions) == fetches[0]
        assert outlets.count(tables.changes) == 1


class TestAPageThatGoes:
    """Row 46: it answers 404, and perhaps comes back."""

    @pytest.fixture
    def gone(self, outlets: Outlets) -> tuple[dict[str, Any], bytes]:
        """The event and the calendar of before."""
        outlets.page("courier/a.html", MET)
        outlets.feed("courier", {"link": "courier/a.html"})
        outlets.scrape()
        before = only(outlets.events()), outlets.feed_bytes()
        (outlets.folder / "courier" / "a.html").unlink()
        outlets.scrape()
        return before

    def test_its_event_stays_and_says_that_the_page_is_gone(self, outlets: Outlets, gone: tuple[dict[str, Any], bytes]) -> None:
        event, feed = gone
        after = only(outlets.events())
        since = after["sources"][0].pop("gone")
        assert since == outlets.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert {**after, "updated": event["updated"]} == event
        assert outlets.feed_bytes() == feed
        outlets.scrape(30)  # still gone, since the first time
        assert only(outlets.events())["sources"][0]["gone"] == since

    def test_come_back_it_is_no_second_article_and_no_second_event(self, outlets: Outlets,
                                                                   gone: tuple[dict[str, Any], bytes]) -> None:
        event, feed = gone
        outlets.page("courier/a.html", MET)
        outlets.scrape(30)
        after = only(outlets.events())
        assert {**after, "updated": event["updated"]} == event
        assert outlets.feed_bytes() == feed
        assert outlets.count(tables.articles) == outlets.count(tables.article_versions) == 1

    def test_come_back_with_another_text_it_is_the_same_event(self, outlets: Outlets,
                                                              gone: tuple[dict[str, Any], bytes]) -> None:
        outlets.page("courier/a.html", MET.replace("Thursday", "Wednesday"))
        outlets.scrape(30)
        after = only(outlets.events())
        assert (after["id"], after["start"], after["revision"]) == (gone[0]["id"], "2023-11-08", 1)
        assert "gone" not in after["sources"][0]

    def test_what_was_known_earlier_does_not_depend_on_it(self, outlets: Outlets, gone: tuple[dict[str, Any], bytes]) -> None:
        assert [event["id"] for event in outlets.client.get("/api/v1/events?as_of=2023-11-10").get_json()["events"]] == [
            gone[0]["id"]]


class TestOddDates:
    """Row 47: a date in the future, of 1970, of 32 February, at 24:00, with two digits, with a zone's name, or none."""

    ODD = ("Fri, 10 Nov 2093 08:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 32 Feb 2023 08:00:00 GMT",
           "Fri, 10 Nov 2023 24:00:00 GMT", "10 Nov 23 08:00 EST", "Fri, 10 Nov 2023 08:00:00 EST", "yesterday", "", "0",
           "2023-11-10", "99999999999999999999")

    def told(self, outlets: Outlets, *days: tuple[str, str]) -> list[dict[str, Any]]:
        """The events of pages that differ in their own date and in that of the feed."""
        for number, (own, _) in enumerate(days):  # one text under many addresses would be no articles
            outlets.page(f"courier/a{number}.html", MET, published=own, headline=f"Diary, page {number + 1}")
        outlets.feed("courier", *({"link": f"courier/a{number}.html", "date": of_feed}
                                  for number, (_, of_feed) in enumerate(days)))
        assert outlets.scrape() == "ok"
        assert outlets.count(tables.articles) == len(days)
        return outlets.events()

    def test_the_page_has_the_say_over_its_feed(self, outlets: Outlets) -> None:
        event = only(self.told(outlets, *(("2023-11-10T08:00:00Z", odd) for odd in self.ODD)))
        assert event["start"] == "2023-11-09"
        assert {source["published"] for source in event["sources"]} == {"2023-11-10T08:00:00Z"}
        assert len(event["sources"]) == len(self.ODD)

    def test_a_feed_that_alone_tells_a_day_never_leads_to_a_time_that_cannot_be(self, outlets: Outlets) -> None:
        for event in self.told(outlets, *(("", odd) for odd in self.ODD)):
            assert event["start"] == "2023-11-09"
            assert {source["published"][:10] for source in event["sources"]} <= {"2023-11-10", "2023-11-11"}

    def test_nor_does_a_page_with_an_odd_date(self, outlets: Outlets) -> None:
        odd = ("2093-11-10T08:00:00Z", "1970-01-01T00:00:00Z", "2023-02-32", "2023-11-10T24:00:00", "0000-00-00", "10.11.23", "soon")
        for event in self.told(outlets, *((own, "") for own in odd)):
            assert event["start"] == "2023-11-09"
            assert {source["published"][:10] for source in event["sources"]} <= {"2023-11-10", "2023-11-11"}


def _article(outlets: Outlets, event: dict[str, Any]) -> str:
    found = json.loads(outlets.client.get(event["url"]).data)
    return str(found["evidence"][0]["article_id"])

"""Adding a source at the desk: what is shown before, what is written, and what is refused; outlets are servers on loopback."""
from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from reading_pages import faults, reading
from serving import SampleStore, sample_app, served

sys.path.insert(0, str(Path(__file__).parents[1] / "scraper"))

from misbehaving import MisbehavingServer, Request, answer

from app.config import Settings
from app.scopes import Scope
from app.service import Service
from app.site.trials import Trials
from app.sourcing import Asked, Stopped
from app.trial import Trial
from scraper.source import Kind, Source, load_sources
from scraper.source_row import row_of

HTML = {"Accept": "text/html"}
_PATIENCE = 60_000  # ms; looking at an outlet may take 45 s on a machine that has much to do
TOLD = "President Vladimir Putin met his Kazakh counterpart Kassym-Jomart Tokayev in Astana on Thursday."


def _article(number: int) -> bytes:
    return answer(f"""<!doctype html><!-- synthetic --><html lang="en"><head><title>Talks, part {number}</title>
<meta property="article:published_time" content="2023-11-10T10:00:00Z"></head><body><article><h1>Talks, part {number}</h1><p>{TOLD}</p>
<p>{'The two sides spoke about trade and the roads that carry it. ' * 5}</p></article></body></html>""".encode(), Content_Type="text/html")


@pytest.fixture
def outlet() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    items = "".join(f"<item><title>Talks, part {number}</title><link>/{number}</link></item>" for number in range(4))
    server.routes = {"/": answer(b'<!doctype html><html lang="en"><title>Front | The Meridian</title>'
                                 b'<link rel="alternate" type="application/rss+xml" href="/rss">', Content_Type="text/html"),
                     "/rss": answer(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()),
                     "/empty": answer(b"<!doctype html><title>Nothing</title>", Content_Type="text/html")}
    server.routes |= {f"/{number}": _article(number) for number in range(4)}
    yield server
    server.close()


@pytest.fixture
def service(outlet: MisbehavingServer, tmp_path: Path) -> Iterator[Service]:
    """A whole service with an empty sources file, which may fetch from the outlet alone."""
    (tmp_path / "sources.toml").write_text("# Mine\n")
    made = Service(Settings(database=f"sqlite:///{tmp_path / 'store.db'}", sources=tmp_path / "sources.toml", host_gap=0.0,
                            allow_hosts=(outlet.host,)))
    yield made
    made.close()


@pytest.mark.parametrize("script", [True, False])
def test_an_outlet_is_looked_at_and_added(chromium: Browser, service: Service, outlet: MisbehavingServer, tmp_path: Path, script: bool) -> None:
    """The row that was shown is the row that is written, and the source is there at once."""
    file = tmp_path / "sources.toml"
    with served(service.web_app()) as base, reading(chromium, base) as reader:
        page = reader.open("/desk", script=script)
        page.set_default_timeout(_PATIENCE)
        page.get_by_label("Add an outlet").fill(outlet.url("/"))
        page.get_by_role("button", name="Look at it").click()
        page.get_by_role("button", name="Look at it").click()
        assert "/desk/sources/trials/" in page.url
        expect(page.locator("#found")).to_be_visible(timeout=_PATIENCE)
        assert page.locator(".tried-page h3").count() == 3
        assert page.locator(".tried-page .event").first.inner_text().replace("\n", "") == "Thu 9 Nov · Astana · Putin – Tokayev, meeting · held"
        expect(page.locator("#adding")).to_contain_text("4 links")
        page.get_by_label("Id").fill("meridian")
        page.get_by_label("Time zone").fill("Asia/Almaty")
        page.get_by_label("Tier").select_option("official")
        page.get_by_role("button", name="Look again").click()
        row = page.locator("pre")
        expect(row).to_contain_text('id = "meridian"', timeout=_PATIENCE)
        if script:
            assert faults(page) == []
        assert file.read_text() == "# Mine\n"
        shown = row.inner_text()
        page.get_by_role("button", name="Add it").click()
        expect(page.locator(".notice")).to_contain_text("The source is in the sources file")
        expect(page.locator("#sources tbody tr")).to_contain_text("meridian")
        expect(page.locator("#sources tbody tr")).to_contain_text("waiting")
    assert file.read_text().strip() == "# Mine\n\n" + shown.strip()
    source, = load_sources(file)
    assert (source.id, source.url, source.time_zone, source.tier.value) == ("meridian", outlet.url("/rss"), "Asia/Almaty", "official")


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"url": ""}, "url", "Give the address of an outlet"), ({"url": "http://10.0.0.1/"}, "url", "guarded-address"),
    ({"url": "file:///etc/passwd"}, "url", "bad-url"), ({"url": "http://user:word@news.example/"}, "url", "bad-url"),
    ({"url": "http://2130706433/"}, "url", "bad-url"), ({"url": "http://[::1"}, "url", "bad-url"), ({"url": "x" * 2001}, "url", "At most 2,000"),
    ({"url": "EMPTY"}, "url", "Neither a feed, nor a listing, nor a sitemap was found."),
    ({"url": "OUTLET", "interval": "soon"}, "interval", "A whole number"), ({"url": "OUTLET", "interval": "1"}, "interval", "must lie between"),
    ({"url": "OUTLET", "tier": "gossip"}, "tier", "There is no such tier."), ({"url": "OUTLET", "time_zone": "Mars"}, "time_zone", "IANA"),
    ({"url": "OUTLET", "id": "A B"}, "id", "must be small letters")]


def looked_at(client: FlaskClient, given: dict[str, str]) -> tuple[int, str]:
    """The status of the answer to the form, and the page where it ends."""
    answer = client.post("/desk/sources/add", data=given, headers=HTML)
    page, patience = answer.get_data(as_text=True), time.monotonic() + _PATIENCE / 1000
    while answer.status_code == 303 and ("Redirecting" in page or "Looking at" in page):
        assert time.monotonic() < patience
        time.sleep(0.05)
        page = client.get(answer.headers["Location"], headers=HTML).get_data(as_text=True)
    return answer.status_code, page


def test_what_can_not_be_looked_at_is_said_beside_the_field(service: Service, outlet: MisbehavingServer) -> None:
    """At once where it need not be fetched to be known."""
    client = service.web_app().test_client()
    known = {"OUTLET": outlet.url("/"), "EMPTY": outlet.url("/empty")}
    for given, field, told in REFUSED:
        posted = {name: known.get(value, value) for name, value in given.items()}
        status, page = looked_at(client, posted)
        assert status == (422 if field != "url" or told.startswith(("Give", "At most")) else 303), given
        assert told in page.partition(f'id="fault-{field}">')[2].partition("</span>")[0], given
        assert "Add it" not in page
        assert f'value="{posted["url"]}"' in page


def _row(**fields: object) -> str:
    return row_of(Source(**({"id": "a", "name": "A", "home": "https://a.example/", "kind": Kind.FEED, "url": "https://a.example/rss"}  # type: ignore[arg-type]
                            | fields)))


BAD_ROWS = [("", "one source is needed"), ("id = 1", "unknown field"), ("[[source]]\nid = \"a\"", "is missing"),
            (_row(kind=Kind.FOLDER, url="/etc"), "can&#39;t be added here"), (_row() + "\n" + _row(id="b"), "one source is needed")]


def test_only_one_good_row_of_an_outlet_is_written(service: Service, tmp_path: Path) -> None:
    client = service.web_app().test_client()
    for row, told in BAD_ROWS:
        answered = client.post("/desk/sources", data={"row": row}, headers=HTML)
        assert answered.status_code == 422, row
        assert told in answered.get_data(as_text=True), row
    assert (tmp_path / "sources.toml").read_text() == "# Mine\n"


def test_a_source_that_is_there_already_is_not_added_twice(service: Service, tmp_path: Path) -> None:
    client = service.web_app().test_client()
    assert client.post("/desk/sources", data={"row": _row().replace("\n", "\r\n")}).headers["Location"] == "/desk?done=added&of=a"
    written = (tmp_path / "sources.toml").read_text()
    for row in (_row(), _row(id="b")):
        answered = client.post("/desk/sources", data={"row": row}, headers=HTML)
        assert answered.status_code == 409
        assert "with this id or this address already" in answered.get_data(as_text=True)
    (tmp_path / "sources.toml").write_text("[[source]]\n")
    assert client.post("/desk/sources", data={"row": _row()}, headers=HTML).status_code == 409
    (tmp_path / "sources.toml").write_text(written)


class Slow:
    """Finds when it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def find(self, asked: Asked, fetching: Callable[[str], None]) -> Trial:
        fetching(asked.url)
        self.go_on.wait(10)
        if asked.address == "bad.example":
            raise KeyError("a fault of ours")
        return Trial(Source("a", "A", "https://a.example/", Kind.FEED, asked.url), None, (), ())

    def add(self, source: Source) -> None:
        raise AssertionError


def test_a_trial_is_seen_by_who_started_it_and_two_go_on_at_once(store: SampleStore) -> None:
    ana, ben = (store.tokens.create(name, [Scope.SOURCES]) for name in ("ana", "ben"))
    slow = Slow()
    app = sample_app(store, sourcing=slow)
    clients = [app.test_client(), app.test_client()]
    for client, token in zip(clients, (ana, ben), strict=True):
        client.post("/desk/sign-in", data={"token": token})
    paths = [clients[0].post("/desk/sources/add", data={"url": address}).headers["Location"] for address in ("a.example", "bad.example")]
    refused = clients[1].post("/desk/sources/add", data={"url": "b.example"}, headers=HTML)
    assert refused.status_code == 503
    assert 'value="b.example"' in refused.get_data(as_text=True)
    page = clients[0].get(paths[0], headers=HTML).get_data(as_text=True)
    assert "Looking at a.example" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert 'hx-trigger="every 1s"' in page
    assert "<li>https://a.example</li>" in page
    assert [clients[1].get(path, headers=HTML).status_code for path in (*paths, "/desk/sources/trials/x")] == [404] * 3
    slow.go_on.set()
    for path, told in zip(paths, ("The row for the sources file", "by a fault of this service"), strict=True):
        while "Looking at" in (page := clients[0].get(path, headers=HTML).get_data(as_text=True)):
            time.sleep(0.02)
        assert told in page
        assert "refresh" not in page


def test_only_the_last_trials_are_kept() -> None:
    slow = Slow()
    slow.go_on.set()
    trials, begun = Trials(slow), []
    for number in range(25):
        begun.append(trials.start(Asked(f"{number}.example"), "ana"))
        while not begun[-1].ended:
            time.sleep(0.002)
    assert [one for one in begun if trials.of("ana", one.id)] == begun[5:]
    assert trials.of("ben", begun[-1].id) is None


def test_the_end_of_the_service_ends_a_trial(service: Service, outlet: MisbehavingServer) -> None:
    """Nothing more is fetched for it."""
    trials, asked, closed = Trials(service), threading.Event(), threading.Event()
    front = outlet.routes["/"]
    assert isinstance(front, bytes)

    def late(connection: socket.socket, request: Request) -> None:
        asked.set()
        closed.wait(10)
        connection.sendall(front)

    outlet.routes["/"] = late
    started = trials.start(Asked(outlet.url("/")), "ana")
    assert asked.wait(10)
    service.close()
    closed.set()
    again = trials.start(Asked(outlet.url("/rss")), "ana")
    for one in (started, again):
        until = time.monotonic() + 20
        while not one.ended and time.monotonic() < until:
            time.sleep(0.02)
        assert one.trial is None
        assert isinstance(one.error, Stopped)
    assert outlet.paths() == ["/"]


def test_a_service_that_finds_none_offers_none(store: SampleStore) -> None:
    client = sample_app(store).test_client()
    assert "Add an outlet" not in client.get("/desk", headers=HTML).get_data(as_text=True)
    assert client.post("/desk/sources/add", data={"url": "a.example"}, headers=HTML).status_code == 404

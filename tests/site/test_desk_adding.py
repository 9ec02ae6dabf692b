"""Adding a source at the desk: what is shown before, what is written, and what is refused; outlets are servers on loopback."""
from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from reading_pages import faults, reading
from serving import SampleStore, sample_app, served

sys.path.insert(0, str(Path(__file__).parents[1] / "scraper"))

from misbehaving import MisbehavingServer, answer

from app.config import Settings
from app.service import Service
from app.sourcing import Asked
from app.trial import Trial
from scraper.source import Kind, Source, load_sources
from scraper.source_row import row_of

HTML = {"Accept": "text/html"}
_PATIENCE = 30_000  # ms: a parser's process must be started first
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


def test_what_can_not_be_looked_at_is_said_beside_the_field(service: Service, outlet: MisbehavingServer) -> None:
    client = service.web_app().test_client()
    known = {"OUTLET": outlet.url("/"), "EMPTY": outlet.url("/empty")}
    for given, field, told in REFUSED:
        posted = {name: known.get(value, value) for name, value in given.items()}
        answered = client.post("/desk/sources/add", data=posted, headers=HTML)
        page = answered.get_data(as_text=True)
        assert answered.status_code == 422, given
        assert told in page.partition(f'id="fault-{field}">')[2].partition("</span>")[0], given
        assert "Add it" not in page


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


def test_at_most_two_outlets_are_looked_at_at_once(store: SampleStore) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    class Slow:
        def find(self, asked: Asked) -> Trial:
            begun.release()
            go_on.wait(10)
            return Trial(Source("a", "A", "https://a.example/", Kind.FEED, asked.url), None, (), ())

        def add(self, source: Source) -> None:
            raise AssertionError

    app = sample_app(store, sourcing=Slow())
    codes: list[int] = []
    looking = [threading.Thread(target=lambda: codes.append(
        app.test_client().post("/desk/sources/add", data={"url": "a.example"}).status_code)) for _ in range(2)]
    for one in looking:
        one.start()
        assert begun.acquire(timeout=10)
    answered = app.test_client().post("/desk/sources/add", data={"url": "b.example"}, headers=HTML)
    go_on.set()
    for one in looking:
        one.join()
    assert answered.status_code == 503
    assert 'value="b.example"' in answered.get_data(as_text=True)
    assert codes == [200, 200]


def test_a_service_that_finds_none_offers_none(store: SampleStore) -> None:
    client = sample_app(store).test_client()
    assert "Add an outlet" not in client.get("/desk", headers=HTML).get_data(as_text=True)
    assert client.post("/desk/sources/add", data={"url": "a.example"}, headers=HTML).status_code == 404

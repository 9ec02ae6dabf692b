"""The pages of who meets whom: one person, state, body or country, and two of them."""
from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page
from reading_pages import Reader, faults_in_both
from serving import SampleStore, sample_app

from app.site.network import MOST, Counterpart, network
from app.site.year_bars import LONGEST, year_bars

HTML = {"Accept": "text/html"}
PATHS = ["/actors", "/countries/US", "/countries/US/CN"]


def numbers(page: Page, selector: str) -> list[int]:
    return [int(text) for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("script", [True, False])
def test_somebody_is_found_by_name_and_leads_to_whom_they_meet(reader: Reader, script: bool) -> None:
    page = reader.open("/actors", script=script)
    counted = numbers(page, "#found .tally")
    assert counted == sorted(counted, reverse=True)
    page.get_by_label("Name").fill("erdogan")
    if not script:
        page.get_by_role("button", name="Find").click()
    page.wait_for_url("**q=erdogan*")
    page.get_by_role("link", name="Recep Tayyip Erdoğan").click()
    assert page.locator("h1").inner_text() == "Recep Tayyip Erdoğan"
    assert page.locator(".who-head .lead").inner_text().startswith("President, Turkey · 7 events, ")
    assert "Raisi – Erdoğan, meeting" in page.locator("#content").inner_text()
    page.locator(".counterparts").get_by_role("link", name="Ebrahim Raisi").click()
    assert page.url.endswith("/actors/person:recep-tayyip-erdogan/person:ebrahim-raisi")
    assert page.locator("section", has=page.locator("#latest")).locator(".event").inner_text().startswith("Wed 24 Jan")
    assert "Nothing is announced." in page.locator("#content").inner_text()
    page.get_by_role("link", name="Turkey – Iran").click()
    assert page.locator("h1").inner_text() == "Turkey – Iran"


def test_the_list_of_the_busiest_goes_on_page_by_page(reader: Reader) -> None:
    page = reader.open("/actors?limit=25")
    seen = page.locator("#found th a").all_inner_texts()
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        seen += page.locator("#found th a").all_inner_texts()
    told = page.request.get(reader.base + "/api/v1/actors?limit=500&sort=-events").json()["actors"]
    assert seen == [actor["name"] for actor in told]


@pytest.mark.parametrize("path", ["/actors/person:antony-blinken", "/countries/US", "/countries/KZ"])
def test_the_drawings_say_what_the_list_and_the_table_say(reader: Reader, path: str) -> None:
    page = reader.open(path)
    listed = dict(zip(page.locator("#counterparts ~ ol li a:first-child").evaluate_all("links => links.map(link => link.href)"),
                      numbers(page, "#counterparts ~ ol .number"), strict=True))
    drawn = page.locator(".network a").evaluate_all("links => links.map(link => [link.href.baseVal, link.querySelector('.count').textContent])")
    assert {reader.base + href: int(count) for href, count in drawn} == listed
    assert 0 < len(drawn) <= MOST
    page.get_by_text("As a table").click()
    table = dict(zip(page.locator(".as-table th[scope=row]").all_inner_texts(), numbers(page, ".as-table td"), strict=True))
    bars = page.locator(".years a title").evaluate_all("titles => titles.map(title => title.textContent)")
    assert {bar.partition(": ")[0]: int(bar.partition(": ")[2]) for bar in bars if not bar.endswith(": 0")} == table
    told = page.request.get(f"{reader.base}/api/v1{path}").json()
    assert table == {str(one["year"]): one["events"] for one in told["years"]}
    widths = page.locator(".network path").evaluate_all("paths => paths.map(path => parseFloat(path.getAttribute('stroke-width')))")
    assert widths == [max(1.5, round(9 * int(count) / max(6, *listed.values()), 1)) for _, count in drawn]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_label_of_the_drawing_is_in_it_and_apart_from_the_others(reader: Reader, width: int) -> None:
    page = reader.open("/countries/US", width=width)
    frame, *boxes = page.evaluate("""() => [document.querySelector('.network'), ...document.querySelectorAll('.network .name')].map(
        shape => { const box = shape.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; })""")
    assert len(boxes) > 10
    for box in boxes:
        assert [min(pair) for pair in zip(frame[:2], box[:2], strict=True)] == frame[:2], box
        assert [max(pair) for pair in zip(frame[2:], box[2:], strict=True)] == frame[2:], box
    for place, one in enumerate(boxes):
        assert not [other for other in boxes[place + 1:] if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]]
    assert float(page.locator(".network .name").first.evaluate(
        "text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a")) >= 11  # pixels


def test_the_drawing_follows_from_the_counterparts_alone() -> None:
    many = [Counterpart(f"The Republic of Number {number}", "Numberland-upon-Sea and Islands", 100 - number, f"/{number}") for number in range(40)]
    drawn = network("Bosnia and Herzegovina", many)
    assert drawn == network("Bosnia and Herzegovina", list(many))
    assert [node.counterpart for node in drawn.nodes[:8]] == many[0:MOST:2]
    assert len(drawn.nodes) == MOST
    assert all(len(line) <= 13 for node in drawn.nodes for line in node.label)
    assert all(len(node.label) == 2 for node in drawn.nodes)
    for count in (0, 1, 2, 3):
        few = network("Xi", many[:count])
        assert len({(node.x, node.y) for node in few.nodes}) == count
        assert all(0 < node.y < few.height for node in few.nodes)


def test_bars_stand_for_every_year_and_for_no_more_than_fit() -> None:
    drawn = year_bars({"1999": 2, "2003": 40})
    assert [(bar.year, bar.events) for bar in drawn.bars] == [("1999", 2), ("2000", 0), ("2001", 0), ("2002", 0), ("2003", 40)]
    assert drawn.bars[-1].height > drawn.bars[0].height > drawn.bars[1].height == 0
    long = year_bars({"0987": 3, "1950": 1, "2023": 5})
    assert (len(long.bars), long.before, long.bars[-1].events) == (LONGEST, 4, 5)
    assert all(bar.x >= 0 and bar.x + bar.width <= long.width for bar in long.bars)
    assert year_bars({}).bars == ()


def test_a_country_is_found_however_its_code_is_typed_and_has_one_address(client: FlaskClient) -> None:
    for path in ("/countries/kz/ru", "/countries/RU/KZ"):
        page = client.get(path, headers=HTML).get_data(as_text=True)
        assert '<link rel="canonical" href="http://localhost/countries/KZ/RU">' in page
        assert re.search(r'<link rel="alternate" type="application/json" href="/api/v1/countries/(KZ/RU|RU/KZ)">', page)
    assert "No source has told that they met." in client.get("/countries/KZ/LI", headers=HTML).get_data(as_text=True)
    answer = client.get("/countries/ZZ", headers=HTML)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_what_was_held_in_a_month_that_goes_on_is_not_to_come(store: SampleStore) -> None:
    """Tokayev and Scholz met in September, of which no day is told; it is the 20th."""
    page = sample_app(store, now=lambda: datetime(2023, 9, 20, tzinfo=UTC)).test_client().get("/countries/DE", headers=HTML).text
    coming, before = page.split('id="coming"')[1].split("Before</h2>")
    assert "Tokayev – Scholz" not in coming
    assert "Tokayev – Scholz" in before


@pytest.mark.parametrize("path", ["/countries/US", "/actors/person:antony-blinken"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_name_in_the_list_of_counterparts_is_broken(reader: Reader, path: str, width: int) -> None:
    page = reader.open(path, width=width)
    links = page.locator(".counterparts a:first-child")
    assert links.count() > 5
    assert set(links.evaluate_all("links => links.map(link => link.getClientRects().length)")) == {1}


def test_events_lead_to_the_countries_of_their_parties_and_place(reader: Reader) -> None:
    page = reader.open("/events?q=putin+tokayev&place=Astana")
    page.locator(".event .title").first.click()
    found = page.locator(".facts a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert {"/countries/KZ", "/countries/RU", "/actors/person:vladimir-putin"} <= set(found)
    assert all(page.request.get(reader.base + path).ok for path in found)


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_on_them(reader: Reader, path: str) -> None:
    page = reader.open(path)
    assert faults_in_both(page) == []

"""The map: circles for cities, shades for countries of which no city is told, and a list that says the same."""
from __future__ import annotations

import csv
import json
import re
from datetime import date
from math import cos, radians
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page
from reading_pages import Reader, faults_in_both
from sample_timeline import PUTIN, asserted, person, told
from serving import SampleStore, sample_app

import app.site.projection as projection
from app.site.map_view import CLOSEST, WORLD, View
from app.site.projection import HEIGHT, WEST, WIDTH, degrees_at, on_map
from app.site.stretch import Stretch, year_of
from timeline.model import EventType, Place, Status
from timeline.when import When

HTML = {"Accept": "text/html"}
ROOT = Path(__file__).parents[2]


# The projection and the outlines --------------------------------------------------------------------------------------------

def test_places_lie_where_equal_earth_puts_them() -> None:
    """The width of the equator and the height of the poles are 5.41327 and 2.63473 radii (d3-geo's `geoEqualEarthRaw` says the same)."""
    left, right = on_map(0, projection.WEST)[0], on_map(0, projection.EAST)[0]
    assert (left, right) == (pytest.approx(0, abs=1e-4), pytest.approx(WIDTH))
    assert (right - left) / (on_map(-90, 11)[1] - on_map(90, 11)[1]) == pytest.approx(5.41327 / 2.63473, rel=1e-4)
    assert on_map(47.0, 11.0)[0] == pytest.approx(WIDTH / 2)
    assert 0 < on_map(83, 0)[1] < on_map(-55, 0)[1] < HEIGHT


@pytest.mark.parametrize("latitude", [-50, -10, 0, 30, 51, 70])
def test_areas_are_as_large_as_they_are(latitude: int) -> None:
    def area(latitude: float) -> float:
        x, y = on_map(latitude, 40)
        (east, _), (_, north) = on_map(latitude, 40.01), on_map(latitude + 0.01, 40)
        return (east - x) * (y - north) / cos(radians(latitude + 0.005))
    assert area(latitude) == pytest.approx(area(0), rel=1e-3)


def test_every_state_that_there_is_has_an_outline_or_a_point() -> None:
    world = json.loads((ROOT / "app" / "site" / "world.json").read_text(encoding="utf-8"))
    with (ROOT / "timeline" / "data" / "states.csv").open(encoding="utf-8") as table:
        states = {row["code"] for row in csv.DictReader(table)}
    assert states - world["countries"].keys() - world["points"].keys() == {"SU", "YU", "CS", "DD"}
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in world["points"].values())


@pytest.mark.parametrize(("code", "latitude", "longitude", "within"), [
    ("KZ", 48, 67, True), ("KZ", 41.3, 69.3, False), ("RU", 66, 179.5, True), ("RU", 66.5, -172.5, True), ("UA", 45.2, 34.2, True),
    ("RU", 45.2, 34.2, False), ("CY", 35.3, 33.4, True), ("SO", 9.5, 45, True), ("BR", -10, -55, True), ("ZA", -29.5, 28.2, False)])
def test_outlines_hold_what_lies_in_them(code: str, latitude: float, longitude: float, within: bool) -> None:
    """Also at the edges of the map, in Crimea, and not in what is cut out (Lesotho)."""
    path = json.loads((ROOT / "app" / "site" / "world.json").read_text(encoding="utf-8"))["countries"][code]
    px, py = (10 * value for value in on_map(latitude, longitude))
    crossings = 0
    for ring in path.split("z")[:-1]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        points = [(numbers[0], numbers[1])]
        for step in zip(numbers[2::2], numbers[3::2], strict=True):
            points.append((points[-1][0] + step[0], points[-1][1] + step[1]))
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            crossings += (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax
    assert (crossings % 2 == 1) is within


# The page ------------------------------------------------------------------------------------------------------------------

def meeting(number: int, place: Place | None, status: Status = Status.HELD, type_: EventType = EventType.MEETING) -> tuple[object, list[object]]:
    day = date(2023, 11, 1 + number)
    article = told("harbour", day, f"more-{number}", "More talks", f"They met for the {number}th time.")
    return article, [asserted(article, 0, type_, (PUTIN, person(f"Envoy {number}", "CN", "Envoy")), When.day(day), status, place)]


def test_what_is_known_by_its_country_alone_shades_it_and_is_pinned_nowhere(store: SampleStore) -> None:
    client = sample_app(store).test_client()
    before = client.get("/map", headers=HTML).get_data(as_text=True)
    store.record([meeting(1, Place(None, "KZ")), meeting(2, Place(None, "KZ")), meeting(3, Place(None, "SG")), meeting(4, None)])
    after = client.get("/map", headers=HTML).get_data(as_text=True)
    assert 'class="vague"' not in before
    assert after.count('class="vague"') == 1
    assert "<title>Kazakhstan: 3 events, of 2 the city is not told</title>" in after
    assert after.count('class="city"') == before.count('class="city"')
    assert 'class="ring"' in after, "Singapore is too small for an outline"
    listed = re.search(r'<li><p><a href="([^"]+)">Kazakhstan</a>.*?</ul></li>', after, re.DOTALL)
    assert listed is not None
    assert "city not told" in listed[0]
    found = client.get("/api/v1/events?" + listed[1].replace("&amp;", "&").partition("?")[2]).get_json()["events"]
    assert len(found) == 3
    assert "Of 1 more no place is told." in after


def test_the_area_of_a_circle_goes_with_the_number_of_events(store: SampleStore) -> None:
    astana, minsk = (Place(name, code, latitude, longitude) for name, code, latitude, longitude in (
        ("Astana", "KZ", 51.1694, 71.4491), ("Minsk", "BY", 53.9, 27.5667)))
    store.record([meeting(number, astana) for number in range(11, 26)] + [meeting(number, minsk) for number in range(3)])
    page = sample_app(store).test_client().get("/map", headers=HTML).get_data(as_text=True)
    sizes = {name: (int(count), float(radius)) for name, count, radius in re.findall(
        r'<title>(\w+): (\d+) events?</title><g [^>]*><circle [^>]*><circle class="city" r="([\d.]+)"', page)}
    assert sizes["Astana"][0] == 16
    assert sizes["Minsk"][0] == 4
    assert sizes["Astana"][1] ** 2 / sizes["Minsk"][1] ** 2 == pytest.approx(4, rel=0.01)
    assert sizes["Woodside"][1] ** 2 / sizes["Minsk"][1] ** 2 == pytest.approx(1 / 4, rel=0.02)


@pytest.mark.parametrize("query", ["", "?status=held&q=meeting&from=2023-11-01&to=2023-11-15"])
def test_each_number_is_that_of_the_list_it_leads_to(reader: Reader, query: str) -> None:
    page = reader.open("/map" + query, script=False)
    links = page.locator(".countries a").evaluate_all("links => links.map(link => [link.search, link.closest('p, li').querySelector('.count').textContent])")
    assert len(links) > 3
    for search, count in links:
        told = page.request.get(f"{reader.base}/api/v1/events{search}&limit=500").json()["events"]
        assert len([event for event in told if event["type"] != "call"]) == int(count), search
    circles = page.locator(".world a").evaluate_all("links => links.map(link => new URL(link.href.baseVal, location).search)")
    assert set(circles) <= {search for search, _ in links}


def test_a_place_leads_to_the_list_of_its_events_with_the_filters_kept(reader: Reader) -> None:
    page = reader.open("/map?status=held&type=meeting&type=visit&from=2023-11&to=2023-11", script=False)
    page.locator(".world a", has_text="Beijing:").locator(".city").click(force=True)
    asked = parse_qs(urlsplit(page.url).query)
    assert page.url.startswith(f"{reader.base}/events?")
    assert asked == {"status": ["held"], "type": ["meeting", "visit"], "from": ["2023-11-01"], "to": ["2023-11-30"], "place": ["Beijing"], "in": ["CN"]}
    assert page.get_by_label("Place lies in").input_value() == "CN"
    assert set(page.locator(".event .place").all_inner_texts()) == {"Beijing"}


def test_two_places_of_one_name_are_two(store: SampleStore) -> None:
    store.record([meeting(1, Place("Tripoli", "LY", 32.9, 13.2)), meeting(2, Place("Tripoli", "LB", 34.4, 35.8)), meeting(3, Place("Tripoli", "LB", 34.4, 35.8))])
    client = sample_app(store).test_client()
    page = client.get("/map", headers=HTML).get_data(as_text=True)
    counts = re.findall(r'<a href="(/events[^"]+)" tabindex="-1"><title>Tripoli: (\d)', page)
    assert [count for _, count in counts] == ["2", "1"]
    for path, count in counts:
        query = path.replace("&amp;", "&").partition("?")[2]
        assert len(client.get(f"/api/v1/events?{query}").get_json()["events"]) == int(count)


def test_calls_are_nowhere(store: SampleStore) -> None:
    page = sample_app(store).test_client().get("/map?type=call", headers=HTML).get_data(as_text=True)
    assert "No event of these days has a place and matches all of this." in page


def test_a_place_without_degrees_is_listed_and_not_drawn(client: FlaskClient) -> None:
    page = client.get("/map", headers=HTML).get_data(as_text=True)
    assert "<title>Berlin" not in page
    assert re.search(r'>Berlin</a> <span class="note">not on the map</span>', page)


def test_texts_are_escaped_on_the_map(store: SampleStore) -> None:
    odd = '<script>"\'&</script>'
    store.record([meeting(1, Place(odd, "KZ", 50.0, 70.0))])
    page = sample_app(store).test_client().get("/map", headers=HTML).get_data(as_text=True)
    assert odd not in page
    assert "&lt;script&gt;&quot;&#x27;&amp;&lt;/script&gt;: 1 event" in page


def test_the_last_twelve_months_are_shown_where_they_are_enough() -> None:
    everything, today = Stretch(date(2010, 1, 1), date(2024, 3, 1)), date(2024, 1, 26)
    assert year_of(everything, today, lambda stretch, most: most) == Stretch(date(2023, 1, 26), date(2024, 3, 1))
    assert year_of(everything, today, lambda stretch, most: 3) == everything


def zoomed(page: Page) -> list[float]:
    return [float(number) for number in re.findall(r"-?[\d.]+", page.locator(".ground").get_attribute("transform") or "")]


def seen_names(page: Page) -> set[str]:
    return set(page.locator(".world .place text:not(.far)").all_inner_texts())


def test_with_scripts_it_is_zoomed_and_the_address_says_where(reader: Reader) -> None:
    """What is sent, or come back to, shows the same, without scripts too; and the numbers of the list lead to the same events."""
    page = reader.open("/map?status=held")
    page.wait_for_selector(".world.live .ground[transform]")
    before, radius = seen_names(page), page.locator(".world .city").first.get_attribute("r")
    box = page.locator(".world").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.53, box["y"] + box["height"] * 0.18)  # Europe
    for _ in range(4):
        page.mouse.wheel(0, -300)
    page.wait_for_url("**zoom=*")
    shown, address, names = zoomed(page), page.url, seen_names(page)
    assert shown[-1] > 4
    assert all(sent in address for sent in ("status=held", "&at=", "&zoom="))
    assert page.locator("form.filters [name=at]").input_value() in address
    assert "zoom=" in (page.get_by_role("link", name="After").get_attribute("href") or "")
    links = page.locator(".countries a").evaluate_all("links => links.map(link => link.search)")
    assert not any("zoom" in search or "at=" in search for search in links)
    sent = reader.open(address.removeprefix(reader.base), script=False)
    assert zoomed(sent) == pytest.approx(shown, abs=0.2)
    assert seen_names(sent) == names
    page.locator(".countries a").first.click()
    page.wait_for_url("**/events?**")
    page.go_back()
    page.wait_for_selector(".world.live")
    assert zoomed(page) == pytest.approx(shown, abs=0.2)
    page.get_by_role("link", name="Whole world").click()
    page.wait_for_url(re.compile("^(?!.*zoom)"))
    assert zoomed(page)[-1] == 1
    assert page.locator(".world .city").first.get_attribute("r") == radius
    assert seen_names(page) == before
    assert page.get_by_role("link", name="East").count() == 0
    page.get_by_role("link", name="Closer").click()
    page.wait_for_url("**zoom=2**")
    x = zoomed(page)[0]
    page.get_by_role("link", name="East").press("Enter")  # nothing needs to be dragged
    page.wait_for_url(re.compile(r"at=[\d.]+,(9|1\d)\d"))
    assert zoomed(page)[0] == pytest.approx(x - WIDTH / 2, abs=0.2)


def test_without_scripts_links_lead_closer_and_to_what_is_beside(client: FlaskClient) -> None:
    def led(page: str, name: str) -> str:
        found = re.search(rf'href="([^"]+)" aria-label="{name}"', page)
        assert found is not None, name
        return client.get(found[1].replace("&amp;", "&"), headers=HTML).get_data(as_text=True)

    page = client.get("/map?q=summit", headers=HTML).get_data(as_text=True)
    assert 'aria-label="East" hidden' in page
    for name in ("Closer", "Closer", "East", "North"):
        page = led(page, name)
    shown = re.search(r'class="ground" transform="translate\((\S+) \S+\) scale\(4.0000\)"', page)
    assert shown is not None
    assert float(shown[1]) == pytest.approx(WIDTH / 2 - 4 * (WIDTH / 2 + WIDTH / 8), abs=1)
    assert 'aria-label="North" hidden' not in page
    assert "q=summit" in page
    assert '<input type="hidden" name="zoom" value="4">' in page, "the form keeps it"
    page = led(led(page, "Wider"), "Wider")
    assert '<g class="ground"><' in page
    assert '<input type="hidden" name="zoom" value="">' in page


def test_degrees_are_those_of_the_point_and_a_view_stays_on_the_map() -> None:
    for place in ((51.17, 71.45), (-33.9, 151.2), (64.1, -21.9), (66.0, -172.5), (0.0, 11.0), (83.0, 30.0)):
        assert degrees_at(*on_map(*place)) == pytest.approx(place, abs=1e-6)
    assert degrees_at(0, 0)[1] == pytest.approx(WEST), "beyond the round edge: the edge"
    view = View.asked(4, (51.17, 71.45))
    assert view.seen(*on_map(51.17, 71.45)) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert View.asked(float(view.told["zoom"] or 1), tuple(map(float, (view.told["at"] or "").split(",")))) == view  # type: ignore[arg-type]
    assert View.asked(1, (51.17, 71.45)) == view.closer(0.01) == WORLD
    assert view.closer(99).zoom == CLOSEST
    corner = View.asked(2, (-56.0, -169.0))
    assert (corner.x, corner.y) == (0, pytest.approx(HEIGHT * -1))
    assert corner.moved(-1, 1) == corner


@pytest.mark.parametrize(("query", "wrong"), [
    ("zoom=0.5", "zoom"), ("zoom=17", "zoom"), ("zoom=nan", "zoom"), ("zoom=x", "zoom"), ("at=91,0&zoom=2", "at"), ("at=0,181&zoom=2", "at"),
    ("at=0", "at"), ("at=1e1,2", "at"), ("at=1,2,3", "at"), ("at=1,2&at=1,2", "at")])
def test_a_place_that_is_none_is_named(client: FlaskClient, query: str, wrong: str) -> None:
    answer = client.get(f"/map?{query}", headers=HTML)
    assert answer.status_code == 400
    assert f"<code>{wrong}</code>" in answer.get_data(as_text=True)


def test_axe_finds_nothing_on_the_map(reader: Reader) -> None:
    assert faults_in_both(reader.open("/map?zoom=2&at=50,20")) == []



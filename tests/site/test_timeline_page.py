"""The picture over time: the same events with scripts and without, by pointer and by keys, in an address that can be sent."""
from __future__ import annotations

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, Route
from reading_pages import Reader, faults
from serving import SampleStore, sample_app

from app.service import Service
from app.site.stretch import Stretch, stretch_of
from app.site.timeline_drawing import lanes_of, picture, stacked, ticks
from app.store.marks import Mark
from timeline.model import Status

HTML = {"Accept": "text/html"}
AUTUMN = "/timeline?from=2023-10-20&to=2023-12-05"


def mark(number: int, day: date, *countries: str, **told: str) -> Mark:
    values = {"last": day.isoformat(), "precision": "day", "type": "meeting", "status": "held", "title": f"Talks {number}"} | told
    return Mark(id=f"event{number}", first=day.isoformat(), countries=countries, actors=(), **values)


def drawn(page: Page) -> Page:
    page.wait_for_selector("#picture[data-drawn]")
    return page


# Lanes, rows and lines of the picture -------------------------------------------------------------------------------------

def test_an_event_of_two_countries_stands_in_both_lanes_and_one_of_none_in_the_last() -> None:
    day = date(2024, 1, 5)
    lanes = lanes_of([mark(1, day, "KZ", "RU"), mark(2, day, "KZ"), mark(3, day)], "country", str.lower)
    assert [(lane.key, lane.label, [one.id for one in lane.marks]) for lane in lanes] == [
        ("KZ", "kz", ["event1", "event2"]), ("RU", "ru", ["event1"]), ("", "All others", ["event3"])]


def test_lanes_are_the_most_frequent_and_no_event_is_without_one() -> None:
    codes = [f"A{letter}" for letter in "ABCDEFGHIJKL"]
    marks = [mark(number, date(2024, 1, 1), code) for place, code in enumerate(codes) for number in range(place * 20, place * 20 + place + 1)]
    lanes = lanes_of(marks, "country", str)
    assert [lane.key for lane in lanes] == [*reversed(codes[4:]), ""]
    assert {one.id for lane in lanes for one in lane.marks} == {one.id for one in marks}


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=60))
def test_nothing_stands_in_the_way_of_another_in_its_row(told: list[tuple[int, int]]) -> None:
    spans = sorted((left, left + length) for left, length in told)
    placed = sorted(zip(stacked(spans), spans, strict=True))
    for (row, (_, end)), (other, (begin, _)) in pairwise(placed):
        assert row != other or end <= begin
    if spans:  # as low as can be: no row more than there are at once
        assert max(row for row, _ in placed) < max(sum(left <= at < right for left, right in spans) for at, _ in spans)


@pytest.mark.parametrize("days", [1, 7, 15, 16, 40, 100, 101, 400, 2_000, 40_000, 700_000])
@pytest.mark.parametrize("first", [date(1, 1, 1), date(2023, 12, 31), date(2024, 1, 1)])
def test_the_lines_of_any_stretch_can_be_read(days: int, first: date) -> None:
    shown = Stretch(first, first + timedelta(days - 1))
    found = ticks(shown)
    assert len(found) <= 25
    assert len(found) >= 2 or days < 16
    assert all(shown.first <= day <= shown.last for day, _, _ in found)


def test_what_is_shown_at_first_leaves_out_what_lies_far_from_the_rest() -> None:
    days = ["1990-05-01", *((date(2023, 1, 1) + timedelta(number)).isoformat() for number in range(60)), "2040-01-01"]
    shown = stretch_of(days, Stretch(date(1990, 5, 1), date(2040, 1, 1)))
    assert (shown.first, shown.last) == (date(2023, 1, 1), date(2023, 3, 1))
    assert stretch_of(["2023-05-05"], shown).days == 29


def test_texts_are_escaped_in_the_picture() -> None:
    day = date(2024, 1, 5)
    odd = "</title><script>alert(1)</script>\" & \x00'"
    drawing = picture(lanes_of([mark(1, day, "KZ", title=odd)], "country", lambda _: odd), Stretch(day, day), day, lambda _: odd)
    svg = ElementTree.fromstring(str(drawing).replace("\x00", ""))
    assert [node.tag for node in svg.iter() if node.tag not in ("svg", "g", "a", "title", "use", "defs", "circle", "path", "line", "text", "tspan", "rect")] == []
    title, = (node.text or "" for node in svg.iter("title"))
    assert title.startswith("</title><script>alert(1)</script>\" & '")


# The page ------------------------------------------------------------------------------------------------------------------

def test_without_scripts_each_mark_is_a_link_to_its_event(reader: Reader) -> None:
    page = reader.open(AUTUMN, script=False)
    marks = page.locator(".drawn a")
    told = page.request.get(f"{reader.base}/api/v1/events?from=2023-10-20&to=2023-12-05&limit=500").json()["events"]
    assert set(marks.evaluate_all("links => links.map(link => link.href.baseVal.split('/').pop())")) == {event["id"] for event in told}
    title = marks.locator("title", has_text="CSTO summit").first.inner_html()
    assert title == "CSTO summit: Thu 23 Nov 2023, held"
    marks.filter(has_text="CSTO summit").first.locator("use").click()
    assert page.locator("h1").inner_text() == "CSTO summit"


def test_without_scripts_links_move_and_zoom(reader: Reader) -> None:
    page = reader.open("/timeline?country=KZ&lanes=type&from=2023-11-01&to=2023-11-30", script=False)
    for name, days in {"Later →": "2023-11-16&to=2023-12-15", "Closer": "2023-11-24&to=2023-12-07", "Wider": "2023-11-17&to=2023-12-14",
                       "← Earlier": "2023-11-03&to=2023-11-30"}.items():
        page.get_by_role("link", name=name).click()
        assert page.url.endswith(f"/timeline?country=KZ&lanes=type&from={days}")
    assert "Tokayev" in page.locator(".listed").inner_text()


@pytest.mark.parametrize("query", ["", "country=KZ", "actor=putin&status=held", "type=visit&q=china", "from=2023-11-09&to=2023-11-09", "in=CN"])
def test_the_picture_reads_what_the_api_lists(newsroom_timeline: Service, query: str) -> None:
    client = newsroom_timeline.web_app().test_client()
    listed = client.get(f"/api/v1/events?limit=500&{query}").get_json()["events"]
    answer = client.get(f"/timeline.json?{query}")
    told = answer.get_json()
    rows = [dict(zip(told["columns"], row, strict=True)) for row in told["events"]]
    assert [(row["id"], row["status"], row["type"], row["title"]) for row in rows] == [
        (event["id"], event["status"], event["type"], event["title"]) for event in listed]
    assert [{told["actors"][number][0] for number in row["actors"]} for row in rows] == [
        {one["actor"] for one in event["participants"]} for event in listed]
    assert {code for row in rows for code in row["countries"]} == set(told["countries"])
    assert client.get(f"/timeline.json?{query}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_scripts_and_server_tell_the_same_events_in_the_same_words(reader: Reader) -> None:
    """Event by event with the arrow keys, as it is read aloud, beside the lines below the picture."""
    for path in ("/timeline?from=2019&to=2025&status=planned&status=unreported", "/timeline?from=2023-11-01&to=2023-11-12"):
        page = drawn(reader.open(path))
        lines = [", ".join(line.locator(part).inner_text() for part in (".title", ".date", ".status")) for line in page.locator(".listed .event").all()]
        page.locator(".plot").focus()
        said = [page.locator(".stage .unseen").inner_text()]  # of the first, once the picture has the focus
        for _ in lines[1:]:
            page.keyboard.press("ArrowRight")
            said.append(page.locator(".stage .unseen").inner_text())
        assert said == lines
        assert len(lines) > 3


def test_the_list_below_follows_the_picture_and_tells_places(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN + "&country=US"))
    before = page.locator(".listed .event").all_text_contents()
    with page.expect_response("**/events?*"):
        page.locator("[data-turn=closer]").click()
    page.wait_for_function("before => JSON.stringify([...document.querySelectorAll('.listed .event')].map(line => line.textContent)) !== before",
                           arg=json.dumps(before, ensure_ascii=False, separators=(",", ":")))
    lines = page.locator(".listed .event").all_text_contents()
    assert any("Seoul" in line for line in lines)
    days = re.sub(r".*(from=.*)", r"\1", page.url)
    plain = reader.open(f"/events?country=US&{days}", script=False)
    assert plain.locator(".event").all_text_contents() == lines


_WRITTEN = """window.written = new Map();
const { fillText: write, clearRect: clear } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.clearRect = function (...box) { written.clear(); return clear.apply(this, box); };
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  if (this.font.startsWith("13px")) written.set(`${x} ${y}`, [text, x, x + this.measureText(text).width, y, this.canvas.clientWidth]);
  return write.call(this, text, x, y);
};"""


@pytest.mark.parametrize(("width", "days"), [(1280, "from=2023-10-03&to=2023-12-03"), (390, "from=2023-11-01&to=2023-11-20")])
def test_no_title_is_cut_at_the_edge_and_none_lies_upon_another(reader: Reader, width: int, days: str) -> None:
    """One that has no room to the right stands on the other side of its point, or ends with an ellipsis where that is taken."""
    page = reader.open("/try", width=width)
    page.add_init_script(_WRITTEN)
    page.goto(f"{reader.base}/timeline?{days}")
    titles = drawn(page).evaluate("[...written.values()]")
    assert len(titles) > 20
    assert [one for one in titles if one[1] < 0 or one[2] > one[4]] == []
    assert any(text.endswith("…") for text, *_ in titles)
    for (_, _, end, row, _), (_, begin, _, other, _) in pairwise(sorted(titles, key=lambda one: (one[3], one[1]))):
        assert row != other or end <= begin


def test_a_view_is_in_the_address_and_can_be_sent(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN + "&country=KZ"))
    page.locator("[data-turn=closer]").click()
    page.wait_for_url("**/timeline?country=KZ&from=2023-10-31&to=2023-11-24")
    page.locator("[data-rows=type]").click()
    page.wait_for_url("**/timeline?country=KZ&from=2023-10-31&to=2023-11-24&lanes=type")
    heading, lines = page.locator("h2").first.inner_text(), page.locator(".listed .event").all_text_contents()
    assert heading.startswith("31 Oct – 24 Nov 2023")
    assert page.get_by_role("link", name="The same on the map").get_attribute("href").endswith("?country=KZ&from=2023-10-31&to=2023-11-24")
    sent = drawn(reader.open(page.url.removeprefix(reader.base)))
    assert sent.locator("h2").first.inner_text() == heading
    assert sent.locator(".listed .event").all_text_contents() == lines
    assert sent.locator("[data-rows=type]").get_attribute("aria-current") == "true"


def test_the_wheel_looks_closer_at_what_it_points_to(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN))
    box = page.locator(".plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 100)
    page.mouse.wheel(0, -400)
    page.wait_for_url(re.compile("from=2023-1[01]-(?!20)"))
    first, last = re.findall(r"\d{4}-\d\d-\d\d", page.url)
    assert date(2023, 11, 1) < date.fromisoformat(first) < date(2023, 11, 28) < date.fromisoformat(last) <= date(2023, 12, 5)


def test_keys_go_from_event_to_event_and_enter_opens_one(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN + "&country=KZ"))
    page.locator(".plot").focus()
    said = page.locator("[aria-live]")
    page.keyboard.press("End")
    last = said.inner_text()
    page.keyboard.press("ArrowLeft")
    before = said.inner_text()
    assert before != last
    page.keyboard.press("ArrowRight")
    assert said.inner_text() == last
    title, day, status = re.fullmatch(r"(.*), ([^,]+), (\w+)", last).groups()  # type: ignore[union-attr]
    page.wait_for_selector(".tip:not([hidden])")
    assert re.sub(r"\s+", " ", page.locator(".tip").inner_text()) == f"{title} {day} {status}"
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/*")
    assert page.locator("h1").inner_text() == title


def test_pointing_shows_an_event_and_a_click_opens_it(reader: Reader) -> None:
    page = drawn(reader.open("/timeline?from=2023-11-20&to=2023-11-26&q=csto&type=summit"))
    tip, plot = page.locator(".tip"), page.locator(".plot")
    page.locator(".listed .event a").first.hover()  # the list points to it in the picture
    tip.wait_for(state="visible")
    shown, box = tip.bounding_box(), plot.bounding_box()
    assert shown is not None
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 40)
    tip.wait_for(state="hidden")
    below = shown["y"] > box["y"] + 60  # where there is no room for it above
    page.mouse.move(shown["x"] + shown["width"] / 2, shown["y"] - 14 if below else shown["y"] + shown["height"] + 12)
    tip.wait_for(state="visible")
    assert "CSTO summit" in tip.inner_text()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/events/*")
    assert page.locator("h1").inner_text() == "CSTO summit"


_MOVED = """sideways => new Promise(done => {
  const plot = document.querySelector(".plot"), canvas = plot.querySelector("canvas");
  if (sideways) plot.dispatchEvent(new WheelEvent("wheel", { deltaX: sideways, bubbles: true, cancelable: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
    let inked = 0;
    for (let i = 3; i < pixels.length; i += 4) inked += pixels[i] > 200;
    done([canvas.toDataURL(), inked]);
  }));
})"""


def looks(page: Page, before: str) -> bool:
    """Whether the picture comes to look as before, within seconds."""
    for _ in range(25):
        if page.evaluate(_MOVED, 0)[0] == before:
            return True
        page.wait_for_timeout(200)
    return False


@pytest.mark.parametrize("scale", [1, 2])
def test_thousands_of_points_that_move_are_all_there_and_at_rest_as_they_were(reader: Reader, scale: int) -> None:
    statuses = [status.value for status in Status] + ["unreported"]
    events = [[f"event{number}", day, day, "day", "meeting", statuses[number % len(statuses)], f"Talks {number}", ["KZ"], []]
              for number in range(3_000) for day in [(date(2023, 10, 1) + timedelta(number // 30)).isoformat()]]
    page = reader.open("/docs", device_scale_factor=scale)
    page.route("**/timeline.json*", lambda route: route.fulfill(json={"events": events, "countries": {"KZ": "Kazakhstan"}, "actors": []}))
    page.goto(reader.base + AUTUMN)
    drawn(page).wait_for_timeout(600)
    before, inked = page.evaluate(_MOVED, 0)
    moving, there = page.evaluate(_MOVED, 120)
    assert moving != before
    assert inked * 0.9 < there < inked * 1.1
    page.wait_for_timeout(600)
    page.evaluate(_MOVED, -120)
    assert looks(page, before)
    page.locator(".plot").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".tip").wait_for(state="visible")
    marked, _ = page.evaluate(_MOVED, 0)
    page.keyboard.press("Escape")
    assert marked != before
    assert looks(page, before)


def test_a_picture_that_was_hidden_for_a_while_shows_the_same_days(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN))
    page.wait_for_timeout(400)
    before = page.evaluate(_MOVED, 0)[0]
    for hidden in ("true", "false"):
        page.evaluate(f"document.querySelector('.stage').hidden = {hidden}")
        page.wait_for_timeout(100)
    assert looks(page, before)


def test_of_very_many_events_those_about_the_days_that_are_shown_are_asked_for(reader: Reader) -> None:
    page, asked = reader.open("/docs"), []

    def many(route: Route) -> None:
        asked.append(route.request.url.partition("?")[2])
        if "from=" in asked[-1]:
            route.continue_()
        else:
            route.fulfill(status=200, body='{"events": [], "countries": {}, "actors": [], "more": true}')

    page.route("**/timeline.json*", many)
    page.goto(reader.base + AUTUMN)
    assert drawn(page).locator(".listed .event").count() > 20
    assert asked == ["", "from=2023-08-21&to=2024-02-03"]
    page.locator("[data-turn=wider]").click()
    page.wait_for_url("**from=2023-09-2*")
    assert len(asked) == 2
    page.locator("[data-turn=all]").click()
    page.wait_for_url(re.compile("to=202[45]"))
    assert len(asked) == 3


def test_the_form_keeps_days_rows_and_what_it_has_no_field_for(reader: Reader) -> None:
    page = drawn(reader.open(AUTUMN + "&actor=putin&lanes=type"))
    page.locator("[data-turn=closer]").click()
    page.wait_for_url("**from=2023-10-31*")
    page.get_by_label("Country").first.fill("KZ")
    page.locator(".filters button").click()
    page.wait_for_url("**country=KZ*")
    assert {"actor=putin", "lanes=type", "from=2023-10-31", "to=2023-11-24"} <= set(page.url.partition("?")[2].split("&"))
    drawn(page)
    assert page.locator("canvas").count() == 1


def test_nothing_found_is_said(client: FlaskClient) -> None:
    page = client.get("/timeline?q=nobody", headers=HTML).get_data(as_text=True)
    assert "No event of these days matches all of this." in page
    assert "0 events" in page


def test_wrong_rows_are_named(client: FlaskClient) -> None:
    answer = client.get("/timeline?lanes=colour", headers=HTML)
    assert answer.status_code == 400
    assert "<code>lanes</code>" in answer.get_data(as_text=True)
    assert client.get("/timeline.json?lanes=type").status_code == 400
    assert client.get("/timeline?from=2024-02-01&to=2024-01-01", headers=HTML).status_code == 200


def test_a_planned_event_whose_time_is_past_is_unreported_in_the_picture(store: SampleStore) -> None:
    told = sample_app(store).test_client().get("/timeline.json?status=unreported").get_json()
    assert [(row[5], row[6]) for row in told["events"]] == [("unreported", "Germany visits Moldova")]
    assert Status.PLANNED not in {row[5] for row in told["events"]}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_the_timeline(reader: Reader, scheme: str, width: int) -> None:
    page = drawn(reader.open(AUTUMN, scheme=scheme, width=width))
    assert faults(page) == []


def test_axe_finds_nothing_on_what_the_server_drew(reader: Reader) -> None:
    page = reader.open("/docs")
    page.route("**/timeline.json*", lambda route: route.fulfill(status=200, body='{"events": [], "countries": {}, "actors": []}'))
    page.goto(reader.base + AUTUMN)
    assert page.locator(".drawn a").count() > 20
    assert faults(page) == []

"""Pages by the keyboard and read aloud: the focus is seen and stays, what changes is told, and what was typed is not lost."""
from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from reading_pages import Reader, reading
from serving import SampleStore, sample_app, served

_STOP = """() => { const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return at === document.body ? null : { name: at.outerHTML.slice(0, 80), ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth }; }"""


def focused(page: Page) -> str:
    """Name or text of what has the focus."""
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def said(page: Page) -> str:
    return page.locator("#said").inner_text()


@pytest.mark.parametrize(("path", "scheme", "width"), [("/events?country=KZ", "light", 1280), ("/timeline?q=kazakh", "dark", 390),
                                                       ("/subscribe", "light", 390), ("/map?q=summit&at=50,20&zoom=2", "dark", 1280)])
def test_every_stop_is_seen_and_none_holds_the_focus(reader: Reader, path: str, scheme: str, width: int) -> None:
    page = reader.open(path, scheme=scheme, width=width)
    stops = []
    while len(stops) < 150:
        page.keyboard.press("Tab")
        if (stop := page.evaluate(_STOP)) is None:
            break
        stops.append(stop)
    assert 20 < len(stops) < 150
    assert [stop["name"] for stop in stops if not (stop["ring"] and stop["seen"])] == []


def test_a_filter_keeps_the_focus_and_says_what_is_there_now(reader: Reader) -> None:
    page = reader.open("/events?country=KZ")
    page.get_by_label("Type").focus()
    page.keyboard.press("c")  # call, the first of that letter
    page.wait_for_url("**type=call**")
    page.wait_for_selector("#said:not(:empty)", state="attached")
    assert focused(page) == "type"
    assert said(page) == ("No event matches all of this." if page.locator(".event").count() == 0 else f"{page.locator('.event').count()} events")
    assert page.title() == "Events: Kazakhstan, call · Summitry"


@pytest.mark.parametrize("path", ["/", "/timeline", "/map"])
def test_pictures_and_the_diary_say_it_too(reader: Reader, path: str) -> None:
    page = reader.open(path)
    page.locator("summary").first.press("Enter")
    page.get_by_label("Status").select_option("held")
    page.wait_for_url("**status=held**")
    page.wait_for_selector("#said:not(:empty)", state="attached")
    assert any(word in said(page) for word in ("event", "of the week"))


def test_a_date_is_typed_to_its_end(reader: Reader) -> None:
    """Each digit of a year makes another day, and none of them is asked for."""
    page = reader.open("/events")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("From").focus()
    for key in "11012023":
        page.keyboard.press(key)
        page.wait_for_timeout(30)
    assert asked == []
    page.keyboard.press("Tab")  # to the button that opens a calendar
    page.keyboard.press("Tab")
    page.wait_for_url("**from=2023-11-01")
    page.wait_for_selector("[name=to]:focus")
    for key in "11302023":
        page.keyboard.press(key)
    page.get_by_role("heading", name="Events").click()  # left by the pointer
    page.wait_for_url("**from=2023-11-01&to=2023-11-30")


def test_what_is_taken_back_leaves_the_focus_beside_it(reader: Reader) -> None:
    page = reader.open("/subscribe?country=KZ")
    page.locator(".chips input").press("Space")
    page.wait_for_url(lambda url: "country" not in url)
    page.wait_for_selector("#country:focus")
    assert said(page).startswith("It holds: ")


def test_an_example_is_filled_in_and_can_be_changed_at_once(reader: Reader) -> None:
    page = reader.open("/try")
    page.get_by_role("link", name="Fill in an example").press("Enter")
    page.wait_for_selector("#text:focus")
    assert page.locator("#text").input_value().startswith("SEOUL")


def test_a_run_that_ends_takes_back_no_tick_and_folds_nothing(chromium: Browser, store: SampleStore) -> None:
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        page = reader.open("/desk")
        page.get_by_role("checkbox").first.check()
        page.locator(".sources summary").first.press("Enter")
        page.evaluate("document.querySelector('.sources').classList.add('old'); htmx.trigger('body', 'runs-ended')")
        page.wait_for_selector(".sources:not(.old) summary:focus")
        assert page.get_by_role("checkbox").first.is_checked()
        assert page.locator(".sources details").first.get_attribute("open") is not None


def test_times_of_the_service_are_in_the_readers_zone_too(chromium: Browser, store: SampleStore) -> None:
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        page = reader.open(f"/events/{store.events['CSTO summit'].id}", zone="Asia/Tokyo")
        assert page.locator(".history time").first.inner_text() == "2023-11-11 17:30 UTC Sun 12 Nov, 02:30 your time"

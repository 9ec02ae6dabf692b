"""The diary: what stands on its page, on the sample newsroom's timeline of 26 January 2024."""
from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from reading_pages import Reader, faults_in_both, reading
from serving import SampleStore, sample_app, served

HTML = {"Accept": "text/html"}


def test_a_line_reads_like_a_desk_diary(reader: Reader) -> None:
    page = reader.open("/?day=2023-11-08")
    line = page.locator(".day", has_text="Thu 9").locator(".event", has_text="Putin")
    assert line.inner_text().replace("\n", "") == "Astana · Tokayev – Putin, meeting · held"
    assert page.locator("#week + .day h3").first.inner_text().replace("\n", " ").startswith("Mon 6")


@pytest.mark.parametrize("script", [True, False])
def test_a_clock_time_stands_with_its_zone(reader: Reader, script: bool) -> None:
    """Told by an outlet on the continent of a meeting in London."""
    line = reader.open("/?day=2023-11-28", script=script).locator(".event", has_text="Sunak – Mitsotakis").first
    assert line.locator(".clock").inner_text().startswith("12:45 London")


def test_on_a_telephone_status_and_date_stand_above_the_title(reader: Reader) -> None:
    page = reader.open("/events?limit=60", width=390)
    assert page.locator(".event").count() == 60
    for line in page.locator(".event").all():
        date, status, title = (line.locator(part).bounding_box() for part in (".date", ".status", ".title"))
        assert date
        assert status
        assert title
        assert abs(date["y"] - status["y"]) < 8
        assert title["y"] >= status["y"] + status["height"] - 4


def test_the_day_stands_in_one_line_beside_its_events(reader: Reader) -> None:
    page = reader.open("/?day=2023-11-15")
    days = page.locator(".day h3")
    assert days.count() > 2
    for day in days.all():
        weekday, number = (day.locator(part).bounding_box() for part in (".weekday", ".number"))
        assert weekday
        assert number
        assert number["y"] < weekday["y"] + weekday["height"] / 2


@pytest.mark.parametrize("script", [True, False])
def test_the_diary_turns_by_weeks_with_and_without_javascript(reader: Reader, script: bool) -> None:
    page = reader.open("/", script=script)
    assert page.locator("h1").inner_text() == "Friday"
    assert page.locator(".month").inner_text() == "26 January 2024"
    page.get_by_role("link", name="The week before").click()
    assert page.url.endswith("/?day=2024-01-19")
    assert "moved from" in page.locator("#content").inner_text()
    page.get_by_role("link", name="Today").click()
    assert page.url.rstrip("?").endswith("/")


@pytest.mark.parametrize("script", [True, False])
def test_filters_are_in_the_address_and_empty_fields_ask_nothing(reader: Reader, script: bool) -> None:
    page = reader.open("/events", script=script)
    page.get_by_label("Country", exact=False).first.fill("KZ")
    page.locator(".filters").get_by_role("button", name="Show").click()
    page.wait_for_url("**country=KZ*")
    titles = page.locator(".event .title").all_inner_texts()
    assert any("Tokayev" in title for title in titles)
    assert not any("Blinken" in title for title in titles)
    if script:
        assert page.url.endswith("/events?country=KZ")
    page.get_by_role("link", name="Clear").click()
    assert page.url.endswith("/events")


def test_the_list_goes_on_page_by_page(reader: Reader) -> None:
    page = reader.open("/events?limit=40")
    seen = page.locator(".event .title").evaluate_all("links => links.map(link => link.href)")
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        seen += page.locator(".event .title").evaluate_all("links => links.map(link => link.href)")
    told = page.request.get(reader.base + "/api/v1/events?limit=500").json()["events"]
    assert [url.rpartition("/")[2] for url in seen] == [event["id"] for event in told]


def test_times_are_shown_in_the_readers_zone_beside_the_sources(client: FlaskClient, store: SampleStore) -> None:
    page = client.get("/?day=2023-11-15", headers=HTML).get_data(as_text=True)
    assert '<time class="clock" datetime="2023-11-15T19:00:00Z" data-zone="America/Los_Angeles">11:00' in page


def test_the_readers_own_time_is_added_by_script(chromium: Browser, store: SampleStore) -> None:
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        clock = reader.open("/?day=2023-11-15", zone="Asia/Tokyo").locator(".clock").first
        assert clock.inner_text() == "11:00 Los Angeles Thu 16 Nov, 04:00 your time"
        assert reader.open("/?day=2023-11-15", zone="America/Los_Angeles").locator(".own").count() == 0


def test_what_is_new_since_the_last_visit_is_marked(store: SampleStore) -> None:
    now = store.clock
    visitor = sample_app(store, now=now).test_client()
    assert "Newly told" in visitor.get("/", headers=HTML).get_data(as_text=True)
    now.now += timedelta(minutes=5)
    assert "Newly told" in visitor.get("/", headers=HTML).get_data(as_text=True)  # the same visit goes on
    now.now += timedelta(hours=2)
    page = visitor.get("/", headers=HTML).get_data(as_text=True)
    assert "New since your last visit" in page
    assert "Nothing new since then." in page


@pytest.mark.parametrize("cookie", ["", "x", "~", "~9999-01-01T00:00:00.000000Z", "1;DROP~2", "é" * 300])
def test_a_visit_that_is_no_visit_is_none(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("visit", cookie)
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 200
    assert "Newly told" in answer.get_data(as_text=True)


@pytest.mark.parametrize("day", ["0001-01-01", "0001-12-31", "9999-01-01", "9999-12-31"])
def test_a_day_whose_weeks_are_no_days_is_refused(client: FlaskClient, day: str) -> None:
    answer = client.get(f"/?day={day}", headers=HTML)
    assert answer.status_code == 400
    assert "<code>day</code>" in answer.get_data(as_text=True)


@pytest.mark.parametrize("day", ["0002-01-01", "9998-12-31"])
def test_the_first_and_the_last_day_can_be_opened(client: FlaskClient, day: str) -> None:
    assert client.get(f"/?day={day}", headers=HTML).status_code == 200


def test_its_json_has_the_filters_of_the_page(client: FlaskClient) -> None:
    page = client.get("/?day=2023-11-09&country=KZ", headers=HTML).get_data(as_text=True)
    address = page.partition('<link rel="alternate" type="application/json" href="')[2].partition('"')[0].replace("&amp;", "&")
    told = client.get(address).get_json()["events"]
    assert [event["title"] for event in told] == ["Putin – Tokayev, meeting"]


def test_a_wrong_filter_is_named_on_a_page(client: FlaskClient) -> None:
    answer = client.get("/events?type=party&from=soon", headers=HTML)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    page = answer.get_data(as_text=True)
    assert "<code>type</code>" in page
    assert "<code>from</code>" in page
    assert client.get("/?limit=3", headers=HTML).status_code == 400
    assert client.get("/events?type=party").mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/?day=2023-11-23", "/events?country=RU"])
def test_axe_finds_nothing(reader: Reader, path: str) -> None:
    assert faults_in_both(reader.open(path)) == []


def test_the_keyboard_reaches_the_content_first(reader: Reader) -> None:
    page = reader.open("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")

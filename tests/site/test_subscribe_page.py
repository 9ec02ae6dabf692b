"""Subscribing: what is chosen is in the address, what the calendar holds is shown, and every address leads to it."""
from __future__ import annotations

import json
import shlex

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from reading_pages import Reader, faults_in_both
from serving import SampleStore

HTML = {"Accept": "text/html"}


def titles(page: Page) -> list[str]:
    return list(page.locator("#result .event .title").all_inner_texts())


@pytest.mark.parametrize("script", [True, False])
def test_a_choice_is_shown_at_once_or_by_the_button(reader: Reader, script: bool) -> None:
    """The whole name of an actor and that of a country become what stands for them; a choice is taken back by its mark."""
    page = reader.open("/subscribe", script=script)
    actor = page.get_by_label("A person, state or body")
    if script:
        actor.press_sequentially("tokay")
        option = page.locator("#known-actors option")
        expect(option).to_have_attribute("value", "Kassym-Jomart Tokayev")
        assert option.inner_text() == "Kassym-Jomart Tokayev, person, Kazakhstan"
    actor.fill("Kassym-Jomart Tokayev")
    page.get_by_label("A country").fill("Russia")
    page.get_by_label("meeting", exact=True).check()
    if not script:
        page.get_by_role("button", name="Show what it holds").click()
    expect(page.locator(".chips label")).to_have_text(["Kassym-Jomart Tokayev", "Russia"])
    expect(page.locator("#result .event .title")).to_have_text(["Putin – Tokayev, meeting", "Tokayev – Putin, meeting"])
    page.wait_for_url("**type=meeting*")
    if script:  # no field that was left empty is in it, and names are those of the API
        assert page.url == f"{reader.base}/subscribe?actor=person:kassym-jomart-tokayev&country=RU&type=meeting"
    page.get_by_label("Russia").click()  # with a script its box may be gone before anybody could see that it is empty
    page.get_by_label("Cancelled events").select_option("hide")
    if not script:
        page.get_by_role("button", name="Show what it holds").click()
    page.wait_for_url("**cancelled=hide*")
    expect(page.locator("#result .event .title").filter(has_text="Tokayev – Macron, meeting")).to_have_count(1)
    assert page.get_by_label("Calendar address").input_value() == \
        f"{reader.base}/calendar.ics?actor=person:kassym-jomart-tokayev&type=meeting&cancelled=hide"
    sent = reader.open(page.url.removeprefix(reader.base), script=False)
    assert titles(sent) == titles(page)
    assert sent.locator("button.copy").first.is_visible() is False


def test_what_was_typed_is_not_lost_while_the_page_follows(reader: Reader) -> None:
    page = reader.open("/subscribe")
    page.get_by_label("Words").press_sequentially("csto", delay=150)
    expect(page.locator("#result .event .title").first).to_have_text("CSTO summit")
    assert page.locator(":focus").get_attribute("id") == "words"
    page.get_by_label("A country").press_sequentially("KZ")  # leaving the words asks anew, while this is typed
    page.keyboard.press("Enter")
    expect(page.locator("#countries .chips")).to_have_text("Kazakhstan")
    page.wait_for_url("**country=KZ*")
    assert page.get_by_label("Words").input_value() == "csto"
    assert page.get_by_label("A country").input_value() == ""


def test_an_address_is_copied(reader: Reader) -> None:
    page = reader.open("/subscribe?country=KZ", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".address", has_text="Atom").get_by_role("button", name="Copy").click()
    expect(page.locator(".address", has_text="Atom").get_by_role("button")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{reader.base}/api/v1/events.atom?country=KZ&sort=-updated"
    assert page.request.get(copied).headers["content-type"].startswith("application/atom+xml")


def test_without_a_clipboard_the_text_is_marked(reader: Reader) -> None:
    page = reader.open("/subscribe?country=KZ")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_text("The command that makes one").click()
    page.locator("#webhook ~ button").click()
    expect(page.locator("#webhook ~ button")).to_have_text("Marked: copy it now")
    assert str(page.evaluate("getSelection().toString()")).startswith("curl -X POST")


def test_every_address_leads_to_the_choice(client: FlaskClient, store: SampleStore) -> None:
    """The page's JSON has them too: each gives the events that the preview shows, whatever the calendar's options."""
    query = "country=KZ&country=RU&status=planned&status=held&from=2023-11-01&alarm=30&name=Astana"
    links = client.get(f"/api/v1/calendar/links?{query}").get_json()
    page = client.get(f"/subscribe?{query}", headers=HTML).get_data(as_text=True)
    for name, address in links.items():
        assert address.replace("&", "&amp;") in page, name
    events = client.get(links["json"]).get_json()["events"]
    assert [event["title"] for event in events] == ["Putin – Tokayev, meeting", "CSTO summit"]
    assert client.get(links["csv"]).data.count(b"\n") == 3
    assert {item["title"] for item in client.get(links["json_feed"]).get_json()["items"]} == {event["title"] for event in events}
    assert client.get(links["atom"]).data.count(b"<entry") == 2
    assert client.get(links["address"]).data.count(b"BEGIN:VEVENT") == 2
    for event in events:
        assert f'href="/events/{event["id"]}"' in page


def test_the_preview_holds_what_the_calendar_holds(client: FlaskClient) -> None:
    """Told to the month alone, or called off: in it or not as the calendar is asked."""
    for query in ("", "vague=span", "cancelled=hide", "vague=span&cancelled=hide&country=KZ", "status=cancelled&cancelled=hide", "to=2023-10-31&vague=span",
                  "country=MD&from=2023-11-06"):
        page = client.get(f"/subscribe?{query}", headers=HTML).get_data(as_text=True)
        held = client.get(f"/calendar.ics?{query}").get_data(as_text=True)
        for event in client.get("/api/v1/events").get_json()["events"]:
            shown = f'href="/events/{event["id"]}"' in page
            assert shown == (f"UID:{event['id']}@" in held), (query, event["title"])
    assert "known no better than to the month" in client.get("/subscribe?country=DE", headers=HTML).get_data(as_text=True)
    assert "known no better than to the month" not in client.get("/subscribe?country=CN", headers=HTML).get_data(as_text=True)


def test_the_webhook_command_says_the_filter(client: FlaskClient) -> None:
    text = client.get("/subscribe?q=it's+%22so%22&actor=person:joe-biden&type=call&type=visit&from=2023-11&alarm=5", headers=HTML).get_data(as_text=True)
    command = text.partition('<pre id="webhook" tabindex="0">')[2].partition("</pre>")[0]
    for entity, character in (("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&"), ("&lt;", "<")):
        command = command.replace(entity, character)
    *_, body = shlex.split(command)
    assert json.loads(body) == {"url": "https://receiver.example/summitry", "filter": {
        "actor": ["person:joe-biden"], "q": "it's \"so\"", "type": ["call", "visit"], "from": "2023-11"}}


def test_words_that_are_no_whole_name_look_for_names(client: FlaskClient) -> None:
    page = client.get("/subscribe?actor=putin&actor=person:nobody&country=Liechtenstein", headers=HTML, follow_redirects=True).get_data(as_text=True)
    assert '<input type="checkbox" name="actor" value="putin" checked>' in page
    assert "in the name: Vladimir Putin" in page
    assert "nobody of this id is known" in page
    assert '<input type="checkbox" name="country" value="LI" checked> Liechtenstein</label> <span class="note">no event yet</span>' in page
    twice = client.get("/subscribe?actor=person:joe-biden&actor=Joe+Biden", headers=HTML).get_data(as_text=True)
    assert twice.count('type="checkbox" name="actor"') == 1
    answer = client.get("/subscribe?country=The+Republic+of+Nowhere+at+All&status=gone", headers=HTML)
    assert answer.status_code == 400
    assert "<code>status</code>" in answer.get_data(as_text=True)
    answer = client.get("/subscribe?country=The+Republic+of+Nowhere+at+All", headers=HTML)
    assert "No country or body of the timeline is called &#39;The Republic of Nowhere at All&#39;." in answer.get_data(as_text=True)


def test_suggestions_are_the_busiest_of_the_name(client: FlaskClient) -> None:
    told = client.get("/subscribe/actors?actor=pu").get_data(as_text=True)
    assert told.split("\n")[0] == '<option value="Vladimir Putin">Vladimir Putin, person, Russia</option>'
    assert client.get("/subscribe/actors?actor=").get_data(as_text=True).strip() == ""
    assert client.get("/subscribe/actors?actor=%3Cscript%3E").get_data(as_text=True).strip() == ""


@pytest.mark.parametrize("path", ["/subscribe?actor=person:vladimir-putin&actor=xi&country=KZ&type=meeting"])
def test_axe_finds_nothing_on_it(reader: Reader, path: str) -> None:
    page = reader.open(path)
    assert faults_in_both(page) == []


def test_the_country_of_the_place_is_a_choice_too(client: FlaskClient) -> None:
    page = client.get("/subscribe?in=TR&vague=span", headers=HTML).get_data(as_text=True)
    assert '<input name="in" size="10" maxlength="60" value="TR"' in page
    assert "Erdoğan – Ukraine, meeting" in page
    assert "Putin – Tokayev, meeting" not in page
    assert "calendar.ics?in=TR" in page

"""The page of one event: its facts, sentences, history, and what it gives away."""
from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from reading_pages import Reader, faults_in_both
from serving import SampleStore

HTML = {"Accept": "text/html"}


def _path(reader: Reader, query: str) -> str:
    page = reader.open(f"/events?{query}")
    return str(page.locator(".event .title").first.get_attribute("href"))


@pytest.mark.parametrize("script", [True, False])
def test_an_event_shows_facts_sentences_and_the_history_of_its_status(reader: Reader, script: bool) -> None:
    page = reader.open(_path(reader, "q=raisi&place=Ankara"), script=script)
    assert page.locator("h1").inner_text() == "Raisi – Erdoğan, meeting"
    assert page.locator(".lead").inner_text().split("\n")[0].strip().startswith("held")
    assert page.locator(".facts s").all_inner_texts() == ["28 November 2023", "4 January 2024"]
    assert [step.split("\n")[0] for step in page.locator(".steps .status").all_inner_texts()] == ["planned", "postponed", "planned", "held"]
    assert page.locator(".evidence blockquote").count() == 4
    changes = page.locator(".history li > p").all_inner_texts()
    assert "first told by The Meridian Courier" in changes[-1]  # outlets by their names, not by their ids
    assert not [change for change in changes if "courier" in change or "harbour" in change]
    assert page.locator(".evidence a").first.get_attribute("rel") == "noopener noreferrer external"
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar entry").click()
    assert download.value.suggested_filename.endswith(".ics")
    page.get_by_role("link", name="This page as JSON").click()
    assert json.loads(page.locator("body").inner_text())["title"] == "Raisi – Erdoğan, meeting"


def test_search_engines_are_told_what_it_is(client: FlaskClient, store: SampleStore) -> None:
    event = store.events["Putin – Tokayev, meeting"]
    page = client.get(f"/events/{event.id}").get_data(as_text=True)
    linked = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert (linked["@type"], linked["startDate"], linked["url"]) == ("Event", "2023-11-09", f"http://localhost/events/{event.id}")
    assert "<title>Putin – Tokayev, meeting · Summitry</title>" in page
    assert '<meta name="description" content="Putin – Tokayev, meeting: held, 9 November 2023, Astana, Kazakhstan.' in page


def test_an_event_that_there_is_not_is_a_page_that_says_so(client: FlaskClient) -> None:
    answer = client.get("/events/none", headers=HTML)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is no event &#39;none&#39;." in answer.get_data(as_text=True)
    assert client.get("/events/none").mimetype == "application/problem+json"


def test_an_event_that_became_one_with_another_leads_there(client: FlaskClient, store: SampleStore) -> None:
    kept, gone = store.events["Putin – Tokayev, meeting"].id, store.events["Biden – Netanyahu, call"].id
    store.corrections.merge(kept, gone, by="ana")
    moved, = {one for one in (kept, gone) if client.get(f"/events/{one}").status_code == 301}
    answer = client.get(f"/events/{moved}")
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("query", ["q=raisi&place=Ankara", "status=cancelled"])
def test_axe_finds_nothing_on_it(reader: Reader, query: str) -> None:
    assert faults_in_both(reader.open(_path(reader, query))) == []

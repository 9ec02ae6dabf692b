"""Calendar programs and parsers of others, each from its first look at the feed to the one after a change.

What each makes of a move and a cancellation is told in docs/calendar.md. vdirsyncer with khal is in `test_subscribing`.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

import pytest
import requests
from calcurse import Calcurse
from caldav_server import USER, Collection, caldav_server
from calendar_parsers import PARSERS, fetched_by_node_ical, missing
from calendar_subscriber import Subscriber
from installed_clients import program
from later_story import CHISINAU, CSTO, NEW, SHOWN_CANCELLED, assert_told_on, story_goes_on
from serving import SampleStore, sample_app, served

pytestmark = pytest.mark.clients
CHOICES = list(SHOWN_CANCELLED)
Fetches = Mapping[str, tuple[bytes, bytes, bytes]]
"""By what the subscriber chose: two fetches of the feed, and a third one after the story went on."""
needs_radicale = pytest.mark.skipif(program("radicale") is None, reason="Radicale is not installed (scripts/calendar_clients)")
needs_calcurse = pytest.mark.skipif(program("calcurse") is None, reason="calcurse is not installed (Debian: apt-get install calcurse)")
needs_vdirsyncer = pytest.mark.skipif(program("vdirsyncer") is None,
                                      reason="vdirsyncer is not installed (Debian: apt-get install vdirsyncer)")


@pytest.fixture
def address(store: SampleStore) -> Iterator[str]:
    with served(sample_app(store)) as base:
        yield f"{base}/calendar.ics"


@pytest.fixture(scope="module")
def fetches(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Fetches:
    store = SampleStore.copied(sample, tmp_path_factory.mktemp("fetches") / "timeline.db")
    with served(sample_app(store)) as base:
        def fetched() -> list[bytes]:
            return [requests.get(f"{base}/calendar.ics", params={"cancelled": choice}, timeout=10).content for choice in CHOICES]

        first, second = fetched(), fetched()
        story_goes_on(store)
        third = fetched()
    store.close()
    return dict(zip(CHOICES, zip(first, second, third, strict=True), strict=True))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with caldav_server(tmp_path_factory.mktemp("caldav") / "server") as collection:
        yield collection


@pytest.fixture
def collection(server: Collection, request: pytest.FixtureRequest) -> Collection:
    """A place on the server for this test alone."""
    return Collection(f"{server.address.removesuffix('/')}-{crc32(request.node.name.encode())}/")


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("parser", PARSERS)
def test_a_parser_sees_in_the_next_fetch_what_became_of_each_event(fetches: Fetches, parser: str, choice: str) -> None:
    """Programs that hold no more than the last fetch: Home Assistant, web calendars, what is built on libical or ical.js."""
    if reason := missing(parser):
        pytest.skip(reason)
    first, second, third = fetches[choice]
    assert second == first
    assert_told_on(PARSERS[parser](first), PARSERS[parser](third), choice)


def test_node_ical_fetches_it_by_itself_and_again_after_a_change(address: str, store: SampleStore) -> None:
    if reason := missing("node-ical"):
        pytest.skip(reason)
    before = fetched_by_node_ical(address)
    assert fetched_by_node_ical(address) == before
    story_goes_on(store)
    assert_told_on(before, fetched_by_node_ical(address))


@needs_radicale
@pytest.mark.parametrize("choice", CHOICES)
def test_a_caldav_server_that_is_given_each_fetch_has_what_the_feed_has(fetches: Fetches, collection: Collection, choice: str) -> None:
    """Radicale, put by HTTP and asked by CalDAV."""
    first, second, third = fetches[choice]
    collection.put(first)
    before, tags = collection.entries(), collection.tags()
    assert before == sorted(PARSERS["icalendar"](first), key=lambda entry: str(entry["uid"]))
    assert {entry["summary"] for entry in collection.entries("20231123", "20231124")} == {CSTO}
    collection.put(second)
    assert collection.tags() == tags, "what is unchanged stays the same entry"
    collection.put(third)
    assert_told_on(before, collection.entries(), choice)
    assert not collection.entries("20231123", "20231124")
    assert {entry["summary"] for entry in collection.entries("20231124", "20231125")} == {CSTO}
    shown = SHOWN_CANCELLED[choice]
    assert written_anew(collection, tags) == {CSTO, NEW, *([shown[0]] if shown else [])}


@needs_radicale
@needs_vdirsyncer
def test_vdirsyncer_keeps_a_caldav_server_as_the_feed_is(address: str, store: SampleStore, collection: Collection, tmp_path: Path) -> None:
    """Its own limit: what it reads by HTTP gets a UID made of its content, so that a moved event is taken away and put anew."""
    def entries() -> list[dict[str, str | None]]:
        return [entry | {"uid": entry["summary"]} for entry in collection.entries()]

    collection.create()
    subscriber = Subscriber(tmp_path / "subscriber", address, (collection.address, *USER))
    subscriber.synchronise()
    before, tags = entries(), collection.tags()
    assert not [uid for uid in tags if uid.endswith("@summitry")]
    story_goes_on(store)
    subscriber.synchronise()
    assert_told_on(before, entries())
    assert written_anew(collection, tags) == {CSTO, CHISINAU, NEW}
    quiet = subscriber.synchronise()
    assert not [word for word in ("Copying", "Deleting", "error", "warning") if word in quiet]


def written_anew(collection: Collection, tags: Mapping[str, str]) -> set[str | None]:
    """The titles of the entries that a server has written since it gave these tags."""
    changed = {uid for uid, tag in collection.tags().items() if tags.get(uid) != tag}
    return {entry["summary"] for entry in collection.entries() if entry["uid"] in changed}


@needs_calcurse
@pytest.mark.parametrize(("choice", "visit"), [("keep", CHISINAU), ("mark", f"Cancelled: {CHISINAU}"), ("hide", None)])
def test_calcurse_shows_what_it_imports_into_an_empty_folder(fetches: Fetches, tmp_path: Path, choice: str, visit: str | None) -> None:
    """Its own limit: it knows no STATUS, so that what was called off and kept looks as if it took place."""
    first, _, third = fetches[choice]
    earlier, later = Calcurse(tmp_path / "earlier"), Calcurse(tmp_path / "later")
    assert "0 skipped" in earlier.take_in(first)
    later.take_in(third)
    before, after = earlier.agenda(), later.agenda()
    assert ("2023-11-23", CSTO) in before
    assert ("2023-11-05", CHISINAU) in before
    new = [("2023-11-20", NEW), ("2023-11-24", CSTO)]
    shown = [("2023-11-05", visit)] if visit else []
    unchanged = [entry for entry in before if entry[1] not in (CSTO, CHISINAU)]
    assert sorted(after) == sorted([*unchanged, *new, *shown])
    assert len(PARSERS["icalendar"](later.exported())) == len(after)


@needs_calcurse
def test_calcurse_doubles_what_it_imports_twice(fetches: Fetches, tmp_path: Path) -> None:
    """Its own limit: it keeps no UID. The day when this fails, docs/calendar.md has good news to tell."""
    first, second, _ = fetches["keep"]
    calcurse = Calcurse(tmp_path / "calcurse")
    calcurse.take_in(first)
    once = Counter(calcurse.agenda())
    calcurse.take_in(second)
    assert Counter(calcurse.agenda()) == once + once

"""The `summitry` command, as a person or a script calls it."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import command_calls
import newsdesk
import pytest

from app.store.migrations import upgrade

SUMMITRY = [sys.executable, "-c", "from app.cli import main; main()"]
DATED = "date 2023-11-10 Front page\n\nFrom: A. Writer\n\nASTANA – President Vladimir Putin met his Kazakh counterpart " \
        "Kassym-Jomart Tokayev in Astana on Thursday.\n\nIt rained.\n"
RETOLD = "Vladimir Putin met Kassym-Jomart Tokayev in Astana on November 9, the Kremlin said."


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")}
    return kept | {"SUMMITRY_DATABASE": f"sqlite:///{folder / 'store.db'}", "SUMMITRY_SOURCES": str(folder / "sources.toml"),
                   "SUMMITRY_TICK": "0.2", **settings}


def called(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    done = command_calls.called(arguments, environment(folder, **settings), stdin=stdin)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    """A folder of articles with its sources file; nothing is fetched from anywhere."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "astana.txt").write_text(DATED)
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "diary"\nname = "The Diary"\nkind = "folder"\nurl = "articles"\nlanguage = "en"\n')
    return tmp_path


def test_nothing_heavy_is_loaded_before_a_command_needs_it() -> None:
    script = "import sys, app.cli; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"flask", "sqlalchemy", "trafilatura", "requests", "apscheduler", "timeline.gazetteer", "rich"}


# extract -----------------------------------------------------------------------------------------------------------------

def test_extract_prints_the_events_of_a_text(tmp_path: Path) -> None:
    file = tmp_path / "seed.txt"
    file.write_text(DATED)
    done = called(tmp_path, "extract", str(file))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["id"] == "seed"
    event, = found["events"]
    assert (event["type"], event["start"], event["status"], event["place"]["name"]) == (
        "meeting", "2023-11-09", "held", "Astana")
    assert [party["name"] for party in event["participants"]] == ["Vladimir Putin", "Kassym-Jomart Tokayev"]
    assert event["evidence"] in DATED
    assert not (tmp_path / "store.db").exists()


def test_extract_reads_html_and_standard_input(tmp_path: Path) -> None:
    page = f"<!doctype html><!-- synthetic --><html lang=en><title>Diary</title><h1>Diary</h1><article><p>{RETOLD}</p>" \
           f"<p>{'The two sides signed nothing, and the weather was mild for the season. ' * 5}</p></article></html>"
    done = called(tmp_path, "extract", "-", "--published", "2023-11-10", stdin=page)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["id"], [event["start"] for event in found["events"]]) == ("stdin", ["2023-11-09"])


def test_extract_guesses_no_day_of_publication(tmp_path: Path) -> None:
    done = called(tmp_path, "extract", "-", stdin=RETOLD)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--published" in done.stderr


def test_extract_answers_each_line_and_names_those_it_can_not_read(tmp_path: Path) -> None:
    rows = [json.dumps({"id": "one", "title": "Diary", "published": "2023-11-10", "language": "en", "text": RETOLD}), "{",
            json.dumps({"id": "three", "published": "2023-11-10"}),
            json.dumps({"id": "four", "published": "2023-11-10", "text": "It rained."})]
    done = called(tmp_path, "extract", "--ndjson", stdin="\n".join(rows))
    assert done.returncode == 1
    first, second, third, fourth = lines(done.stdout)
    assert (first["id"], first["events"][0]["start"]) == ("one", "2023-11-09")
    assert (second["id"], "no JSON" in second["error"]) == (2, True)
    assert (third["id"], "text" in third["error"]) == ("three", True)
    assert fourth == {"id": "four", "events": []}
    assert re.search(r"line 2: .*JSON", done.stderr)
    assert re.search(r"line 3: text", done.stderr)


def test_extract_answers_a_line_before_it_asks_for_the_next(tmp_path: Path) -> None:
    process = subprocess.Popen([*SUMMITRY, "extract", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=environment(tmp_path))
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for name in ("one", "two"):
            process.stdin.write(json.dumps({"id": name, "published": "2023-11-10", "text": RETOLD}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


# timeline ----------------------------------------------------------------------------------------------------------------

STORY = [{"id": "one", "published": "2023-11-06", "language": "en", "url": "https://a.example/1",
          "text": "Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on November 9."},
         {"id": "two", "published": "2023-11-10", "language": "en", "url": "https://b.example/2", "text": RETOLD}]


def test_timeline_merges_what_several_articles_tell(tmp_path: Path) -> None:
    done = called(tmp_path, "timeline", "--ndjson", stdin="\n".join(map(json.dumps, STORY)))
    assert done.returncode == 0, done.stderr
    story, = lines(done.stdout)
    event, = story["events"]
    assert (event["status"], event["start"], sorted(event["articles"])) == ("held", "2023-11-09", ["one", "two"])


def test_timeline_keeps_stories_apart_however_they_come(tmp_path: Path) -> None:
    whole = json.dumps({"id": "whole", "articles": STORY})
    loose = [json.dumps(row | {"story": name}) for row, name in zip(STORY, ("first", "second"), strict=True)]
    done = called(tmp_path, "timeline", "--ndjson", stdin="\n".join((whole, *loose)))
    found = {row["id"]: [(event["status"], event["articles"]) for event in row["events"]] for row in lines(done.stdout)}
    assert found == {"whole": [("held", ["one", "two"])], "first": [("planned", ["one"])], "second": [("held", ["two"])]}


def test_timeline_takes_a_new_version_of_an_article_in_place_of_the_old(tmp_path: Path) -> None:
    moved = STORY[0] | {"id": "one-again",
                        "text": "Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on November 12."}
    done = called(tmp_path, "timeline", "--ndjson", stdin="\n".join(map(json.dumps, (STORY[0], moved))))
    story, = lines(done.stdout)
    assert [(event["start"], event["articles"]) for event in story["events"]] == [("2023-11-12", ["one-again"])]


# sources, scrape, export, migrate ----------------------------------------------------------------------------------------

def test_sources_check_lists_all_faults_at_once(newsroom: Path) -> None:
    (newsroom / "sources.toml").write_text('[[source]]\nid = "A"\nname = "A"\nkind = "gossip"\nurl = "x"\n'
                                           '[[source]]\nid = "b"\nkind = "feed"\nhome = "https://b.example/"\n')
    done = called(newsroom, "sources", "check")
    assert done.returncode == 1
    assert re.search(r"sources\.toml:2:.*id", done.stderr)
    assert re.search(r"sources\.toml:4:.*kind.*gossip", done.stderr)
    assert re.search(r"sources\.toml:6:.*'b'.*name: is missing", done.stderr)


def test_sources_check_shows_how_sources_fare(newsroom: Path) -> None:
    done = called(newsroom, "sources", "check", COLUMNS="150")
    assert (done.returncode, "never" in done.stdout) == (0, True)
    assert not (newsroom / "store.db").exists()
    called(newsroom, "scrape")
    done = called(newsroom, "sources", "check", COLUMNS="150")
    assert "diary" in done.stdout
    assert "never" not in done.stdout


def test_scrape_collects_and_export_prints(newsroom: Path) -> None:
    done = called(newsroom, "scrape", COLUMNS="150")
    assert done.returncode == 0, done.stderr
    assert re.search(r"diary.*ok.*1.*1.*0.*0.*0", done.stdout)
    done = called(newsroom, "export")
    event, = lines(done.stdout)
    assert (event["start"], event["status"], event["sources"][0]["publisher"]) == ("2023-11-09", "held", "The Diary")
    again = called(newsroom, "scrape", "diary")
    assert again.returncode == 0
    assert called(newsroom, "export").stdout == done.stdout


def test_scrape_tells_by_its_exit_code_that_all_failed_and_each_fault_and_what_to_mend_in_one_line(newsroom: Path) -> None:
    sources = newsroom / "sources.toml"
    sources.write_text(sources.read_text().replace("diary", "the-diary-of-a-house-with-a-long-name").replace('"articles"', '"[/i]"'))
    done = called(newsroom, "scrape")
    assert done.returncode == 1
    assert re.search(r"the-diary-of-a-house-with-a-long-name .* folder: there is no such folder ", done.stdout)
    checked = called(newsroom, "sources", "check", COLUMNS="60")
    assert "the-diary-of-a-house-with-a-long-name: folder: there is no such folder. The folder is not there, or can't be read. Mend" in checked.stdout
    assert "│ the-diary-of-a-house-with-a-long-name │" in called(newsroom, "sources", "check").stdout


def test_scrape_names_a_source_that_is_not_there(newsroom: Path) -> None:
    done = called(newsroom, "scrape", "gazette")
    assert done.returncode == 2
    assert "there is no source 'gazette'" in done.stderr


def test_export_of_a_store_that_is_not_there_is_an_error_and_makes_none(newsroom: Path) -> None:
    done = called(newsroom, "export")
    assert done.returncode == 2
    assert "can't be opened" in done.stderr or "No such file" in done.stderr
    assert not (newsroom / "store.db").exists()
    assert called(newsroom, "migrate").stdout.startswith("The store has schema")
    assert called(newsroom, "export").stdout == ""


def test_settings_that_can_not_be_used_are_named_together(newsroom: Path) -> None:
    done = called(newsroom, "migrate", SUMMITRY_PORT="a", SUMMITRY_WORKERS="0", SUMMITRY_COLOUR="red")
    assert done.returncode == 2
    for name in ("SUMMITRY_PORT", "SUMMITRY_WORKERS", "SUMMITRY_COLOUR"):
        assert name in done.stderr


# serve -------------------------------------------------------------------------------------------------------------------

@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([*SUMMITRY, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, text=True,
                               env=environment(folder, **settings))
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield process, found[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def asked(address: str, data: bytes | None = None) -> Any:
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"} if data is not None else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_serve_collects_what_is_due_and_ends_when_it_is_told_to(newsroom: Path) -> None:
    with serving(newsroom) as (process, address):
        ends = time.monotonic() + 30
        while not asked(f"{address}/api/v1/events")["events"]:
            assert time.monotonic() < ends
            time.sleep(0.1)
        (newsroom / "articles" / "second.txt").write_text(DATED.replace("It rained.", "It snowed."))
        began = asked(f"{address}/api/v1/scrapes", b"{}")
        while (run := asked(f"{address}/api/v1/scrapes/{began['id']}"))["state"] in ("queued", "running"):
            assert time.monotonic() < ends
            time.sleep(0.1)
        assert (run["state"], run["trigger"], run["new"]) == ("ok", "api", 1)
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - told < 10


def test_serve_without_scheduler_collects_nothing(newsroom: Path) -> None:
    with serving(newsroom, "--no-scheduler") as (process, address):
        time.sleep(1)
        assert asked(f"{address}/api/v1/scrapes")["scrapes"] == []
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0


def test_serve_takes_in_a_sources_file_that_was_changed(newsroom: Path) -> None:
    with serving(newsroom) as (_, address):
        text = (newsroom / "sources.toml").read_text()
        (newsroom / "sources.toml").write_text(text + text.replace("diary", "second").replace("The Diary", "The Second"))
        ends = time.monotonic() + 20
        while len(asked(f"{address}/api/v1/sources")["sources"]) < 2:
            assert time.monotonic() < ends
            time.sleep(0.1)
        (newsroom / "sources.toml").write_text("nonsense")
        time.sleep(1)
        assert len(asked(f"{address}/api/v1/sources")["sources"]) == 2


def test_serve_names_an_address_that_is_taken(newsroom: Path) -> None:
    with serving(newsroom) as (_, address):
        done = called(newsroom, "serve", "--port", address.rsplit(":", 1)[1])
        assert done.returncode == 2
        assert f"can't listen on {address.removeprefix('http://')}: Address already in use" in done.stderr


def test_events_are_corrected_by_hand(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    upgrade(url)
    store = newsdesk.open_store(url, newsdesk.Clock())
    store.ledger.sync_sources([newsdesk.source()])
    lease = newsdesk.state_of(newsdesk.taken(store), "meridian").lease
    for number, day in enumerate(("2023-11-08", "2023-11-09")):
        told = newsdesk.article(f"a{number}", f"held meeting of RU, KZ on {day}")
        store.record(lease, newsdesk.page(told), newsdesk.read(told))
    store.close()
    first, second = (event["id"] for event in lines(called(tmp_path, "export").stdout))
    done = called(tmp_path, "correct", "merge", first, second, "--by", "ana", "--note", "one meeting")
    assert done.returncode == 0, done.stderr
    assert [event["id"] for event in lines(called(tmp_path, "export").stdout)] == [first]
    wrong = called(tmp_path, "correct", "withdraw", second)
    assert (wrong.returncode, wrong.stderr) == (2, f"summitry: event {second} is one with {first} already\n")
    listed = lines(called(tmp_path, "correct", "list").stdout)
    assert [(one["kind"], one["by"], one["note"]) for one in listed] == [("merge", "ana", "one meeting")]
    assert called(tmp_path, "correct", "undo", listed[0]["id"], "--by", "ben").returncode == 0
    assert [event["id"] for event in lines(called(tmp_path, "export").stdout)] == [first, second]
    again = called(tmp_path, "correct", "undo", listed[0]["id"])
    assert again.returncode == 2
    assert "was undone already" in again.stderr
    article = "https://meridian.example/a0"
    assert "nothing would be left" in called(tmp_path, "correct", "split", first, "--article", article).stderr


def test_stored_articles_are_read_again_with_todays_rules(tmp_path: Path) -> None:
    """The store holds an article that was read for nothing: by rules of before, as it were."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    upgrade(url)
    store = newsdesk.open_store(url, newsdesk.Clock())
    store.ledger.sync_sources([newsdesk.source()])
    told = newsdesk.article("a", RETOLD)
    store.record(newsdesk.state_of(newsdesk.taken(store), "meridian").lease, newsdesk.page(told), [])
    store.close()
    first = called(tmp_path, "reprocess", "--json")
    assert first.returncode == 0, first.stderr
    outcome, counts = lines(first.stdout)
    assert (outcome["became"], outcome["title"]) == ("new", "Putin – Tokayev, meeting")
    assert (counts["articles"], counts["failed"], counts["complete"]) == (1, 0, True)
    assert [event["id"] for event in lines(called(tmp_path, "export").stdout)] == [outcome["event"]]
    assert len(lines(called(tmp_path, "reprocess", "--json").stdout)) == 1
    assert called(tmp_path, "reprocess").stdout == (
        "1 articles read, 0 failed; events: 0 changed, 0 new, 0 withdrawn; 0 rendered anew\n")

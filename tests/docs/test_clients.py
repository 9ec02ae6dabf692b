"""The programs of docs/clients.md do what is said of them: each is run as it stands there.

A fenced block whose first line is a comment with a file name (`# mirror.py`, `// mirror.mjs`) is that program.
"""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sample_timeline import PUTIN, asserted, person, told
from serving import SampleStore, sample_app, served
from standardwebhooks import Webhook

from app.deliverer import Deliverer
from app.saved_filter import weighed
from app.store.deliveries import Deliveries
from app.webhook_message import message_body, new_secret, signed_headers
from scraper.fetch import Fetcher
from timeline.model import EventType, Status
from timeline.when import When

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
PROGRAMS = {found[2]: found[1] for found in re.finditer(r"^```\w+\n((?:#|//) ([\w.]+)\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)}
RUNS = {"py": [sys.executable], "mjs": ["node"], "sh": ["bash"]}
LANGUAGES = ["py", "mjs"]


def command(name: str, folder: Path) -> list[str]:
    """What runs a program that is written into the folder; skips the test where its language is not there."""
    runs = RUNS[name.rpartition(".")[2]]
    if shutil.which(runs[0]) is None:
        pytest.skip(f"{runs[0]} is needed to run {name}, and is not installed")
    (folder / name).write_text(PROGRAMS[name], encoding="utf-8")
    return [*runs, name]


def run(name: str, folder: Path, *, stdin: bytes = b"", expect: int = 0, **variables: str) -> list[str]:
    done = subprocess.run(command(name, folder), cwd=folder, env=os.environ | variables, input=stdin, capture_output=True, timeout=60,
                          check=False)
    assert done.returncode == expect, f"{name}: {done.returncode}\n{done.stderr.decode()}"
    return done.stdout.decode().splitlines()


def test_all_programs_are_found() -> None:
    assert PROGRAMS.keys() == {"events.sh", "events.py", "events.mjs", "mirror.py", "mirror.mjs", "receiver.py", "receiver.mjs",
                               "verify.py", "signature.sh"}
    assert len(PROGRAMS) == len(re.findall(r"^```(?!console)\w+$", PAGE, re.MULTILINE)), "a block without the name of its program is not run"


@pytest.mark.parametrize("name", ["events.sh", "events.py", "events.mjs"])
def test_all_pages_of_a_filter_are_read(store: SampleStore, tmp_path: Path, name: str) -> None:
    with served(sample_app(store)) as address:
        shown = run(name, tmp_path, SERVICE=address)
        events = requests.get(f"{address}/api/v1/events?country=KZ&status=held", timeout=10).json()["events"]
    assert shown == [f"{event['start']} {event['title']}" for event in events]
    assert len(shown) >= 2, "more than one page"


class CutOff:
    """A service that is away after so many requests."""

    def __init__(self, app: Any, requests: int) -> None:
        self._app = app
        self._left = requests

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"away"]
        return self._app(environ, start_response)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mirror_goes_on_where_it_was_broken_off_and_drops_what_is_gone(store: SampleStore, tmp_path: Path, language: str) -> None:
    def standing() -> list[str]:
        events = app.test_client().get("/api/v1/events?limit=500").get_json()["events"]
        return sorted(f"{event['id']} {event['status']} {event['start']} {event['title']}" for event in events)

    def shown(lines: list[str]) -> list[str]:
        """`unreported` follows from the clock, and not from a change."""
        unreported = {line.split(" ")[0] for line in standing() if line.split(" ")[1] == "unreported"}
        return sorted(line.replace(" planned ", " unreported ", 1) if line.split(" ")[0] in unreported else line for line in lines)

    app, name = sample_app(store), f"mirror.{language}"
    with served(CutOff(app, 2)) as address:  # type: ignore[arg-type]
        run(name, tmp_path, SERVICE=address, expect=1)
    kept = json.loads((tmp_path / "timeline.json").read_text())
    assert 0 < len(kept["events"]) < len(standing())
    with served(app) as address:
        assert shown(run(name, tmp_path, SERVICE=address)) == standing()
        kept, lost, gone = (store.events[title].id for title in ("Putin – Tokayev, meeting", "CSTO summit", "Germany visits Moldova"))
        store.corrections.merge(kept, lost, by="desk")
        store.corrections.withdraw(gone, by="desk")
        after = shown(run(name, tmp_path, SERVICE=address))
        assert after == standing()
        assert len(after) == 6
        # Another timeline under the same address: a place in it that it never gave.
        (tmp_path / "timeline.json").write_text(json.dumps({"since": elsewhere(), "events": {"x": {"id": "x"}}}))
        assert shown(run(name, tmp_path, SERVICE=address)) == standing()


def elsewhere() -> str:
    from app.api import cursor

    return cursor.encode(("1", "2020-01-01T00:00:00.000000Z"), question="changes")


@contextmanager
def receiving(language: str, folder: Path, secret: str) -> Iterator[str]:
    """The address of the receiver, which is stopped at the end."""
    process = subprocess.Popen(command(f"receiver.{language}", folder), cwd=folder, env=os.environ | {"WEBHOOK_SECRET": secret, "PORT": "0"},
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receiver_keeps_a_copy_by_what_the_service_sends(store: SampleStore, tmp_path: Path, language: str) -> None:
    """The service's own deliverer sends it; what leaves the filter leaves the copy."""
    def standing() -> dict[str, Any]:
        page = client.get("/api/v1/events?country=RU&type=meeting&type=summit").get_json()
        return {event["id"]: event for event in page["events"]}

    client, secret = sample_app(store).test_client(), new_secret()
    store.clock.now = datetime.now(UTC)  # that of the receiver
    with receiving(language, tmp_path, secret) as address, Fetcher(allow_hosts=(address.split("/")[2],)) as fetcher:
        deliveries = Deliveries(store.store._database, message_body, clock=lambda: datetime.now(UTC))
        deliverer = Deliverer(deliveries, fetcher.post, weighed, clock=lambda: datetime.now(UTC))
        webhook = store.webhooks.add(address, {"country": "RU", "type": ["meeting", "summit"]}, secret=secret, from_start=True)
        deliverer.deliver_due()
        assert requests.get(address, timeout=10).json() == standing()
        assert len(standing()) == 2
        store.corrections.withdraw(store.events["CSTO summit"].id, by="desk")
        article = told("harbour", date(2023, 11, 11), "envoys", "Envoys meet", "Putin met an envoy.")
        store.record([(article, [asserted(article, 0, EventType.MEETING, (PUTIN, person("An Envoy", "CN", "Envoy")),
                                          When.day(date(2023, 11, 10)), Status.HELD)])])
        store.webhooks.change(webhook, secret=new_secret())  # being rotated: the receiver knows the former one
        deliverer.deliver_due()
        assert requests.get(address, timeout=10).json() == standing()
        assert len(standing()) == 2
        tried = client.get(f"/api/v1/webhooks/{webhook}/deliveries").get_json()["deliveries"]
        assert [(one["type"], one["outcome"], one["status"]) for one in tried] == [
            ("event.added", "delivered", 204), ("event.removed", "delivered", 204), *[("event.added", "delivered", 204)] * 2]


BODY = '{"type":"event.added","timestamp":"2023-11-12T09:29:58Z","data":{"event":"a","object":{"id":"a","title":"Été – 会"}}}'.encode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receiver_takes_nothing_that_is_not_genuine_and_nothing_twice(tmp_path: Path, language: str) -> None:
    secret = new_secret()
    now = time.time()

    def headers(at: float = now, secrets: tuple[str, ...] = (secret,), message: str = "msg_1") -> dict[str, str]:
        return signed_headers(message, BODY, datetime.fromtimestamp(at, UTC), secrets)

    right = headers()
    wrong: dict[str, tuple[dict[str, str], bytes]] = {
        "a changed byte": (right, BODY.replace(b'"a"', b'"b"', 1)),
        "the same JSON, written anew": (right, json.dumps(json.loads(BODY)).encode()),
        "another secret": (headers(secrets=(new_secret(),)), BODY),
        "another id": (right | {"webhook-id": "msg_2"}, BODY),
        "another time": (right | {"webhook-timestamp": str(int(now) + 1)}, BODY),
        "too old": (headers(now - 330), BODY), "too new": (headers(now + 330), BODY),
        "no time": (right | {"webhook-timestamp": "soon"}, BODY), "no signature": (right | {"webhook-signature": ""}, BODY),
        "no version": (right | {"webhook-signature": right["webhook-signature"][3:]}, BODY), "no headers": ({}, BODY)}
    with receiving(language, tmp_path, secret) as address:
        for name, (given, body) in wrong.items():
            assert requests.post(address, body, headers=given, timeout=10).status_code == 401, name
        assert requests.get(address, timeout=10).json() == {}
        both = {"webhook-signature": f"v1a,AAAA {headers(secrets=(new_secret(), secret))['webhook-signature']}"}
        assert requests.post(address, BODY, headers=right | both, timeout=10).status_code == 204
        assert requests.post(address, BODY, headers=headers(now - 200), timeout=10).status_code == 204, "the same message, sent again"
        assert requests.get(address, timeout=10).json() == {"a": {"id": "a", "title": "Été – 会"}}
        removed = b'{"type":"event.removed","data":{"event":"a","object":null}}'
        gone = signed_headers("msg_2", removed, datetime.fromtimestamp(now, UTC), (secret,))
        for _ in range(2):
            assert requests.post(address, removed, headers=gone, timeout=10).status_code == 204
        assert requests.post(address, BODY, headers=headers(), timeout=10).status_code == 204
        assert requests.get(address, timeout=10).json() == {}, "a message that came before brings nothing back"


def test_the_librarys_way_and_the_shells_agree_with_what_is_sent(tmp_path: Path) -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", BODY, datetime.now(UTC), (secret,))
    assert Webhook(secret).verify(BODY, headers)["type"] == "event.added"
    variables = {name.upper().replace("-", "_"): text for name, text in headers.items()} | {"WEBHOOK_SECRET": secret}
    assert run("verify.py", tmp_path, stdin=BODY, **variables) == ["event.added"]
    run("verify.py", tmp_path, stdin=BODY + b" ", expect=1, **variables)
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to run signature.sh, and is not installed")
    (tmp_path / "message.json").write_bytes(BODY)
    assert run("signature.sh", tmp_path, **variables) == [headers["webhook-signature"].removeprefix("v1,")]

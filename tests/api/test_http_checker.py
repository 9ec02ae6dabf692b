"""REDbot, a checker of HTTP, finds no fault with any address that is read: headers, conditions, compression, caching."""
from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from installed_clients import SCRIPTS, clients_python, no_python
from sample_timeline import articles
from serving import SampleStore, sample_app, served

from app.api.forms import FORMS
from app.static_files import digest
from timeline.model import identifier

pytestmark = [pytest.mark.clients, pytest.mark.skipif(no_python("redbot") is not None, reason=str(no_python("redbot")))]


def checked(addresses: Iterable[str]) -> dict[str, Any]:
    """What REDbot says of each address."""
    done = subprocess.run([clients_python(), str(SCRIPTS / "check_with_redbot.py")], input=json.dumps(list(addresses)) + "\n",
                          capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def complaints(found: dict[str, Any], *levels: str) -> list[tuple[str, str, str]]:
    return [(address, name, summary) for address, one in found.items() for level, name, summary in one["notes"] if level in levels]


def test_no_fault_and_no_warning_at_any_address_that_is_read(store: SampleStore) -> None:
    app = sample_app(store)
    event, article = store.events["Putin – Tokayev, meeting"].id, identifier(articles()[3][0].url)
    (run,) = app.test_client().get("/api/v1/scrapes").get_json()["scrapes"]
    webhook = app.test_client().post("/api/v1/webhooks", json={"url": "https://receiver.example/"}).get_json()["id"]
    values = {"event_id": event, "article_id": article, "run_id": run["id"], "webhook_id": webhook, "actor_id": "state:UA", "filename": "mark.svg", "name": "2023-11",
              "other_id": "person:joe-biden", "code": "KZ", "other_code": "RU"}
    store.corrections.withdraw(store.events["Biden – Netanyahu, call"].id, by="desk")
    # A trial is there for minutes, and for who began it alone.
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "trial_id" not in rule.arguments]
    paths = [rule.replace("<path:", "<").replace("<", "{").replace(">", "}").format(**values) for rule in rules]
    paths += ["/static/summitry.js", "/static/vendor/htmx.min.js", f"/static/summitry.css?v={digest('summitry.css')}",
              "/api/v1/events?limit=1", "/api/v1/events?as_of=2023-11-01", f"/api/v1/events/{event}?as_of=2023-11-10", "/api/v1/changes?limit=2",
              "/calendar.ics?vague=span&alarm=30&cancelled=mark"]
    assert len(paths) >= len(FORMS) + 20
    with served(app) as base:
        found = checked(base + path for path in paths)
    assert len(found) == len(paths)
    assert {(one["status"], one["error"]) for one in found.values()} == {(200, None)}
    assert complaints(found, "bad", "warning") == []
    assert {name for one in found.values() for _, name, _ in one["notes"]} >= {"CONNEG_GZIP_GOOD", "INM_304", "IMS_304"}, \
        "compression and conditions were tried"


def test_no_fault_with_what_is_refused(store: SampleStore) -> None:
    app = sample_app(store)
    kept, lost, off = (store.events[title].id for title in ("Putin – Tokayev, meeting", "CSTO summit", "Germany visits Moldova"))
    store.corrections.merge(kept, lost, by="desk")
    store.corrections.withdraw(off, by="desk")
    expected = {"/nowhere": 404, "/static/nothing.css": 404, "/api/v1/events/nowhere": 404, "/api/v1/events?limit=0": 400, "/calendar.ics?color=x": 400,
                f"/api/v1/events/{lost}": 301, f"/api/v1/events/{lost}.ics": 301, f"/api/v1/events/{off}": 410}
    with served(app) as base:
        found = checked(base + path for path in expected)
    assert {address.removeprefix(base): one["status"] for address, one in found.items()} == expected
    assert complaints(found, "bad") == []


def test_the_checker_does_find_faults() -> None:
    """Compressed without Vary, under one ETag, and with a date that is none."""
    def careless(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        packed = environ.get("HTTP_ACCEPT_ENCODING") == "gzip"
        start_response("200 OK", [("Content-Type", "text/plain"), ("ETag", '"one"'), ("Last-Modified", "yesterday"),
                                  *([("Content-Encoding", "gzip")] if packed else [])])
        return [gzip.compress(b"words " * 1000, mtime=0) if packed else b"words " * 1000]

    with running(careless) as address:
        found = checked([address])
    assert {name for _, name, _ in complaints(found, "bad", "warning")} >= {"CONNEG_NO_VARY", "VARY_ETAG_DOESNT_CHANGE", "BAD_DATE_SYNTAX"}


@contextmanager
def running(application: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()

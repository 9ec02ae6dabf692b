"""Whatever happens to two services over one store, when they are left in peace the timeline is that of the pages.

    make soak SOAK=30 SEED=7         (minutes; with PostgreSQL too: scripts/with_postgres make soak)

Without it this is a soak of a few seconds over SQLite, to keep it alive.
"""
from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from held import Held, course_of, held_by, matching, sqlite_complaints
from soaked import Soak
from sqlalchemy import create_engine, make_url, text

from app.saved_filter import weighed

MINUTES = float(os.environ.get("SUMMITRY_TEST_SOAK") or 0)
SEED = int(os.environ.get("SUMMITRY_TEST_SOAK_SEED") or (random.randrange(1_000_000) if MINUTES else 2))
SECONDS = MINUTES * 60 if MINUTES else 2.0
DATABASES = [name for name in (os.environ.get("SUMMITRY_TEST_SOAK_DATABASES") or "sqlite,postgresql").split(",") if MINUTES or name == "sqlite"]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'soaked.db'}"
        return
    server = os.environ.get("SUMMITRY_TEST_POSTGRES")
    if not server:
        pytest.skip("SUMMITRY_TEST_POSTGRES names no PostgreSQL; scripts/with_postgres starts one")
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    name = f"soak_{uuid4().hex}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def alive(folder: Path) -> list[str]:
    """Command lines of processes that work for this soak."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) != os.getpid() and str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def different(found: Held, expected: Held) -> list[tuple[str, str, object, object]]:
    """Title, field, and both values, of what two stores with the same events tell otherwise."""
    return [(event["title"], name, value, expected.events[key][name]) for key, event in found.events.items()
            for name, value in event.items() if value != expected.events[key][name]]


@pytest.mark.timeout(SECONDS + 1500)
def test_whatever_happens_the_timeline_is_that_of_the_pages_when_all_is_over(url: str, tmp_path: Path) -> None:
    database = url.partition(":")[0]
    print(f"\nsoak: {database}, {SECONDS:.0f} s, SEED={SEED}", flush=True)
    began = time.monotonic()
    with Soak(tmp_path, url, SEED, small=not MINUTES) as soak:
        try:
            soak.run(SECONDS)
            assert soak.wrong == []
            soak.come_to_rest()
            assert soak.wrong == []

            before = held_by(url)
            assert before.changes == soak.mirror.changes, "each change was told once"
            after = before
            if MINUTES:
                once_more = soak.command("scrape")
                assert once_more.returncode == 0, once_more.stdout + once_more.stderr
                after = held_by(url)
            assert after == before, "a clean run over pages that were all read finds nothing"

            doctor = soak.command("doctor", "--json")
            said = [finding for finding in json.loads(doctor.stdout)["findings"] if finding["level"] != "ok"]
            # What it says of this machine, of settings, and of outlets that had bad minutes is true and no matter here.
            assert [one for one in said if one["check"] not in ("settings", "zones", "disk", "sources") or one["level"] == "fault"] == []
            assert doctor.returncode == 0, doctor.stdout

            fresh = f"sqlite:///{tmp_path / 'undisturbed.db'}"
            undisturbed = soak.command("scrape", SUMMITRY_DATABASE=fresh, SUMMITRY_WORKERS="1",
                                       SUMMITRY_PAGES_PER_SOURCE="10000", SUMMITRY_RUN_DEADLINE="1200")  # all of half an hour in one run
            assert undisturbed.returncode == 0, undisturbed.stdout + undisturbed.stderr
            expected = held_by(fresh)
            assert {key: event["title"] for key, event in after.events.items()} == {
                key: event["title"] for key, event in expected.events.items()}, "no event is lost or too many"
            assert different(after, expected) == []
            restless = tuple(soak.newsroom.edited)
            for key, id_ in after.ids.items():  # it is that of its first telling; of several, which came first is chance
                edited = any(source["url"].endswith(restless) for source in after.events[key]["sources"])
                assert len(key) > 1 or edited or id_ == expected.ids[key], f"{after.events[key]['title']}\n{course_of(url, id_, expected.ids[key])}"
            assert after.articles.keys() == expected.articles.keys()

            now = datetime.now(UTC)
            assert soak.mirror.events == matching(url, {}, weighed, now), "a copy by /changes is the list"
            for hook, copy in soak.copies().items():
                assert copy == matching(url, soak.hooks[hook], weighed, now), f"a receiver of {soak.hooks[hook]} has what its filter gives"
            if database == "sqlite":
                assert sqlite_complaints(url) == []
        finally:
            print(f"soak: {time.monotonic() - began:.0f} s; acts {dict(sorted(soak.acts.items()))}; answers {dict(sorted(soak.answers.items()))}; "
                  f"{soak.mirror.changes} changes, {len(soak.receiver.received)} messages; longest stop {soak.longest_stop:.1f} s", flush=True)
            (tmp_path / "acts.txt").write_text("\n".join(soak.lines), encoding="utf-8")
    ends = time.monotonic() + 10
    while (left := alive(tmp_path)) and time.monotonic() < ends:
        time.sleep(0.1)
    assert left == [], "no process outlives its soak"

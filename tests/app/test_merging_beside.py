"""Several processes merge at once: what they end in is what one would have made of it, and nobody misses a change."""
from __future__ import annotations

import os
import random
import threading
import types
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from forking import forked
from newsdesk import LEADERS, article, open_store, page, read, rows_of, source, taken, timeline_of
from test_scheduling import until
from working import now

import timeline.reconcile
from app.store.archives import Reading
from app.store.change_log import changes_after
from app.store.codec import stamp
from app.store.store import Store
from app.store.tables import changes, events
from scraper.archive import Archive, Format
from scraper.archived import Mark
from timeline.model import Article

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"


def told(count: int, seed: int) -> list[Article]:
    """Articles about few people on few days, so that most tell of what others tell too: some move it, some call it off."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        who = ", ".join(chance.sample(sorted(LEADERS), 2))
        day = date(2023, 11, 9) + timedelta(days=chance.randrange(6))
        status = chance.choice(("planned", "planned", "held", "held", "cancelled"))
        formerly = f" instead of {day - timedelta(days=2)}" if status == "planned" and chance.random() < 0.3 else ""
        found.append(article(str(number), f"{status} {chance.choice(('meeting', 'call'))} of {who} on {day} in Astana{formerly}",
                             day=date(2023, 11, chance.randrange(1, 9)) if status == "planned" else date(2023, 11, 20)))
    return found


def content(store: Store) -> list[Any]:
    """The events that stand, without what depends on which article came first."""
    return sorted((kind, status, first, last, title, tuple(sorted(claims)))
                  for _, kind, status, first, last, title, _, withdrawn, claims in timeline_of(store) if not withdrawn)


def recorded(store: Store, lease: Any, articles: list[Article]) -> None:
    for one in articles:
        store.record(lease, page(one), read(one))


def archived(store: Store, lease: Any, articles: list[Article]) -> None:
    """The same from an archive file, some pages at once; of each fifth the first look tells that nothing is in it."""
    name = lease.source
    file = Archive(f"{name:a<32}", Path(f"/made/{name}"), Format.WARC, 1)
    store.archives.add([file])
    claimed = store.archives.claim([file.id])
    assert claimed is not None
    for start in range(0, len(articles), 4):
        store.archives.record(claimed, [*(Reading(page(one), read(one)) for one in articles[start:start + 4]), Reading(page(article(
            f"{name}-{start % 8}", "The weather.", day=date(2023, 11, 20))), declined=True)], Mark(start + 4, 0), {})


BOTH_WAYS = pytest.mark.parametrize("store_articles", [recorded, archived], ids=["live", "archives"])


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@BOTH_WAYS
@pytest.mark.parametrize("seed", range(int(os.environ.get("SUMMITRY_TEST_SEEDS", "1"))))
def test_eight_processes_make_the_timeline_that_one_makes(database_url: str, sqlite_url: str, seed: int, store_articles: Any) -> None:
    """Each with articles of its own, and some that others have too, in an order of its own; a mirror that asks meanwhile for what
    changed since its last question has in the end seen each change, once."""
    articles = told(40, seed)
    names = [f"s{number}" for number in range(8)]
    alone = open_store(sqlite_url, now)
    alone.ledger.sync_sources([source("s0")])
    recorded(alone, taken(alone).sources[0].lease, articles)
    store = open_store(database_url, now)
    store.ledger.sync_sources([source(name) for name in names])
    leases = {state.source.id: state.lease for state in taken(store).sources}
    seen: list[int] = []

    def mirror() -> int:
        with store.engine.connect() as connection:
            rows = changes_after(connection, seen[-1] if seen else 0, 1_000)
        seen.extend(row.number for row in rows)
        return len(rows)

    def merge(name: str, chance: random.Random) -> Any:
        def work(ready: Any) -> None:
            mine = [one for number, one in enumerate(articles) if number % 8 == names.index(name)]
            mine += chance.sample(articles, 2)
            chance.shuffle(mine)
            own = open_store(database_url, now)
            ready()
            store_articles(own, leases[name], mine)
        return work

    with ExitStack() as stack:
        processes = [stack.enter_context(forked(merge(name, random.Random(f"{seed}{name}")))) for name in names]
        watching = threading.Event()
        watcher = threading.Thread(target=lambda: [mirror() for _ in iter(lambda: watching.wait(0.01), True)])
        watcher.start()
        codes = [process.wait(60) for process in processes]
        watching.set()
        watcher.join()
    assert codes == [0] * 8
    assert content(store) == content(alone)
    while mirror():
        pass
    assert seen == [row["id"] for row in rows_of(store, changes)]
    assert [row["id"] for row in rows_of(store, events)] == sorted({row["event_id"] for row in rows_of(store, changes)})
    alone.close()
    store.close()


class Held:
    """Merging that waits, when it comes to decide, until it is let go."""

    def __init__(self) -> None:
        self.came, self.go = threading.Event(), threading.Event()

    def merging(self) -> Any:
        def reconcile(*arguments: Any, **others: Any) -> Any:
            self.came.set()
            assert self.go.wait(30)
            return timeline.reconcile.reconcile(*arguments, **others)

        return types.SimpleNamespace(candidate_keys=timeline.reconcile.candidate_keys, event_keys=timeline.reconcile.event_keys,
                                     reconcile=reconcile)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.go.set()


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@BOTH_WAYS
def test_one_neighbourhood_waits_for_itself_and_not_for_another(database_url: str, held: Held, store_articles: Any) -> None:
    """While one process decides about Moscow and Astana, another merges what Tashkent and Beijing did, a third one's article about
    Moscow and Astana waits, and what the ledger notes waits for neither."""
    slow, other, same = (open_store(database_url, now, merging=merging) for merging in (held.merging(), timeline.reconcile, timeline.reconcile))
    slow.ledger.sync_sources([source("a"), source("b"), source("c")])
    leases = {state.source.id: state.lease for state in taken(slow).sources}
    first = threading.Thread(target=store_articles, args=(slow, leases["a"], [article("1", MET)]))
    third = threading.Thread(target=store_articles, args=(same, leases["c"], [article("3", MET + ".")]))
    first.start()
    assert held.came.wait(30)
    store_articles(other, leases["b"], [article("2", "held meeting of UZ, CN on 2023-11-10 in Tashkent")])
    third.start()
    other.ledger.finish_source(leases["b"])
    assert [row["title"] for row in rows_of(other, events)] == ["Mirziyoyev – Xi, meeting"]
    assert third.is_alive()
    held.go.set()
    first.join(30)
    third.join(30)
    until(lambda: len(rows_of(other, events)) == 2)
    for store in (slow, other, same):
        store.close()


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("began", [0.1, -5.0])
def test_what_is_seen_later_bears_no_earlier_time_though_it_was_begun_before(database_url: str, held: Held, began: float) -> None:
    """In the same second, or in another: who asks what changed since the last change that it has seen misses none."""
    second = datetime(2023, 11, 10, 9, 0, tzinfo=UTC)
    times = iter([second + timedelta(seconds=began)])
    slow = open_store(database_url, lambda: next(times, second + timedelta(seconds=9)), merging=held.merging())
    other = open_store(database_url, lambda: second + timedelta(seconds=0.5))
    other.ledger.sync_sources([source("a"), source("b")])
    leases = {state.source.id: state.lease for state in taken(other).sources}
    first = threading.Thread(target=recorded, args=(slow, leases["a"], [article("1", MET)]))
    first.start()
    assert held.came.wait(30)
    recorded(other, leases["b"], [article("2", "held meeting of UZ, CN on 2023-11-10 in Tashkent")])
    held.go.set()
    first.join(30)
    told = [(row["event_id"], row["at"]) for row in rows_of(other, changes)]
    assert [at for _, at in told] == [stamp(second + timedelta(seconds=0.5)), stamp(second + timedelta(seconds=0.5 if began > 0 else 9))]
    assert {row["id"]: (row["updated"], row["changed"]) for row in rows_of(other, events)} == {id_: (at, at) for id_, at in told}
    for store in (slow, other):
        store.close()

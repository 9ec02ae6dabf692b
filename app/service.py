"""The one place where the parts of the service are put together, from its settings."""
from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import structlog

import timeline.reconcile
from app.config import Settings
from app.deliverer import Deliverer
from app.event_json import event_json
from app.extraction import reading_of_row, ready_gazetteer
from app.ical import vevent
from app.jobs import Runner
from app.scheduler import Scheduler
from app.sourcing import FINDING, Asked, Stopped, find_and_try
from app.store.deliveries import Deliveries
from app.store.engine import Database
from app.store.event_rows import Naming
from app.store.filters import EventFilter
from app.store.migrations import upgrade
from app.store.pace import Pace
from app.store.retention import Retention
from app.store.shared_runs import SharedRuns
from app.store.store import Merging, Store
from app.store.turns import SharedTurns
from app.trial import Trial
from app.webhook_message import message_body
from scraper.collect import Collected, Seen, collect
from scraper.fetch import Fetcher
from scraper.sandbox import Sandbox
from scraper.source import Source, SourcesError, load_sources
from scraper.source_row import add_source
from timeline.extract import claims_from
from timeline.firstlook import may_tell_of_events
from timeline.gazetteer import Gazetteer
from timeline.model import Article, Claim

if TYPE_CHECKING:
    from app.handing_out import HandingOut
    from app.store.job_queue import JobQueue
    from app.worker import Worker

__all__ = ["Service", "open_fetcher", "open_store", "store_of"]

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(settings: Settings, naming: Naming, clock: Callable[[], datetime] = utc_now, *,
               queue: bool = False) -> tuple[Database, Store]:
    """The store of these settings, made or brought up to date first, with the job queue's tables if `queue`; `naming` gives the name
    of a party by its code.

    Raises `StoreError`.
    """
    upgrade(settings.database, queue=queue)
    database = Database(settings.database, busy_timeout=settings.busy_timeout)
    store = store_of(settings, database, naming, clock)
    store.fill_states()
    return database, store


def store_of(settings: Settings, database: Database, naming: Naming, clock: Callable[[], datetime] = utc_now) -> Store:
    """The store over a database that is up to date."""
    return Store(database, render_json=event_json, render_vevent=vevent, merging=cast(Merging, timeline.reconcile),
                 clock=clock, life=settings.run_life, naming=naming,
                 pace=Pace(settings.interval_least, settings.interval_most, settings.adapt_intervals, settings.longest_wait))


def open_fetcher(settings: Settings, database: Database | None = None) -> Fetcher:
    """What fetches, within the bounds of these settings; at the pace that all share who use a PostgreSQL `database`. Close it."""
    turns = SharedTurns(database) if database is not None and database.shared else None
    return Fetcher(settings.user_agent, deadline=settings.fetch_deadline, cap=settings.fetch_cap,
                   host_gap=settings.host_gap, allow_hosts=settings.allow_hosts, turns=turns)


class Service:
    """All that collects, over one store. `close` it.

    With `hands_out` its scheduler makes jobs for workers and collects nothing itself; `sources_file` is for whoever decides what the
    sources are, which a worker does not.

    Raises `StoreError`, `scraper.source.SourcesError`, `timeline.gazetteer.GazetteerError` and `OSError` where the
    settings lead to what can't be used.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, queue: bool = False, hands_out: bool = False,
                 sources_file: bool = True) -> None:
        self.settings = settings
        self._clock = clock
        rows = load_sources(settings.sources) if sources_file else ()
        self._sources_stamp = _stamp(settings)
        if (settings.scheduler or settings.names is not None) and not hands_out:  # who hands out reads nothing
            self.gazetteer  # noqa: B018 - read now: a faulty file of names is told at the start
        self._database, self.store = open_store(settings, lambda code: self.gazetteer.party_name(code), clock, queue=queue)
        if sources_file:
            self.store.ledger.sync_sources(rows)
        self._fetcher = open_fetcher(settings, self._database)
        self._sandbox = Sandbox()
        self._adding = threading.Lock()
        self._closed = threading.Event()
        self.runner = Runner(self.store, collect=self._collect, read=self._read, workers=settings.workers,
                             run_deadline=settings.run_deadline, source_deadline=settings.source_deadline,
                             pages_per_source=settings.pages_per_source)
        # A claim outlasts any attempt; those of the dead on this machine are taken over at once all the same.
        deliveries = Deliveries(self._database, message_body, clock=clock, life=4 * settings.webhook_deadline)
        self.shared_runs = SharedRuns(self._database, self.store.ledger, clock)
        self._retention = Retention(self._database, clock, body_days=settings.keep_bodies_days, run_days=settings.keep_runs_days)
        self.scheduler = Scheduler(
            self.store.ledger, self.runner, tick=settings.tick, refresh=self.refresh_sources, tidy=self._let_go,
            hand_out=self._handing_out() if hands_out else None,
            deliverer=Deliverer(deliveries, self._fetcher.post, _weighed, clock=clock, workers=settings.webhook_workers,
                                deadline=settings.webhook_deadline))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """A process that answers only needs none for most of its life, and is a third smaller without."""
        return ready_gazetteer(self.settings.names)

    @cached_property
    def queue(self) -> JobQueue:
        """The jobs of workers; for PostgreSQL alone, and where Procrastinate is installed."""
        from app.store.job_queue import JobQueue  # which the other processes do without

        return JobQueue(self._database)

    def worker(self) -> Worker:
        """What takes jobs, as many at once as `workers` is set to."""
        from app.worker import Worker

        settings = self.settings
        return Worker(self.shared_runs, self.queue, self.runner, clock=self._clock, at_once=settings.workers, life=settings.run_life,
                      run_deadline=settings.run_deadline, look=settings.tick)

    def web_app(self) -> Any:
        """The Flask application over this service's store; what it asks for is begun at once."""
        from app.web_app import create_app  # Flask and its schemas: a run from the command line needs none of it

        app = create_app(self.settings, _Waking(self.store, self.scheduler), extract=self.extract, sourcing=self, now=self._clock,
                         last_look_age=lambda: self.scheduler.last_look_age)
        gc.freeze()  # what is there by now stays: the garbage collector need not walk it again and again
        return app

    def extract(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One article's row read with this service's gazetteer; nothing is stored."""
        return reading_of_row(row, self.gazetteer)

    def find(self, asked: Asked, fetching: Callable[[str], None]) -> Trial:
        """See `app.sourcing.Sourcing`. Fetched is as runs do it: robots.txt, pace and the guard against internal addresses hold."""
        def going_on(url: str) -> None:
            if self._closed.is_set():
                raise Stopped
            fetching(url)

        try:
            return find_and_try(asked, self._fetcher.fetch, self._sandbox, self._read, self._clock, deadline=FINDING, fetching=going_on)
        except RuntimeError as error:  # what parses was closed meanwhile
            if self._closed.is_set():
                raise Stopped from error
            raise

    def add(self, source: Source) -> None:
        """See `app.sourcing.Sourcing`; the source is due at once."""
        with self._adding:
            add_source(self.settings.sources, source)
        self.refresh_sources()
        self.scheduler.wake()

    @property
    def database_name(self) -> str:
        """The store's URL without its password."""
        return self._database.name

    def refresh_sources(self) -> None:
        """Take in the sources file where it was changed. A faulty one changes nothing, and is told once."""
        stamp = _stamp(self.settings)
        if stamp == self._sources_stamp:
            return
        self._sources_stamp = stamp
        try:
            rows = load_sources(self.settings.sources)
        except SourcesError as error:
            log.error("the sources file was changed and can't be used; the sources of before stay", faults=str(error))
            return
        self.store.ledger.sync_sources(rows)
        log.info("the sources file was changed and taken in", sources=len(rows))

    def _let_go(self) -> None:
        pruned = self._retention.in_turn()
        if pruned is not None and (pruned.versions or pruned.runs):
            log.info("let go of what is kept for a time only", texts=pruned.versions, runs=pruned.runs, failures=pruned.failures)

    def _handing_out(self) -> HandingOut:
        from app.handing_out import HandingOut

        return HandingOut(self.store.ledger, self.shared_runs, self.queue, most=self.runner.most_sources,
                          run_deadline=self.settings.run_deadline)

    def close(self) -> None:
        self._closed.set()
        self._sandbox.close()
        self._fetcher.close()
        self._database.close()

    def _collect(self, source: Source, seen: Seen, *, etag: str | None, last_modified: str | None,
                 listed: Sequence[str], digest: str | None, quiet_until: datetime | None, max_pages: int,
                 deadline: float) -> Iterator[Collected]:
        return collect(source, self._fetcher.fetch, seen, self._sandbox, now=self._clock, etag=etag,
                       last_modified=last_modified, listed=listed, digest=digest, quiet_until=quiet_until,
                       max_pages=max_pages, deadline=deadline)

    def _read(self, article: Article) -> tuple[Claim, ...]:
        """What an article claims; one that by a first look can tell of nothing is not read further (it is stored all the same)."""
        return claims_from(article, self.gazetteer) if may_tell_of_events(article, self.gazetteer) else ()


class _Waking:
    """The store as HTTP sees it: who asks for a run wakes the scheduler of this process."""

    def __init__(self, store: Store, scheduler: Scheduler) -> None:
        self._store = store
        self._scheduler = scheduler
        self.engine = store.engine
        self.corrections = store.corrections
        self.tokens = store.tokens
        self.webhooks = store.webhooks

    def request_run(self, sources: Sequence[str] | None, trigger: str, *, key: str | None = None) -> str:
        run = self._store.request_run(sources, trigger, key=key)
        self._scheduler.wake()
        return run


def _weighed(stored: str, now: datetime) -> tuple[EventFilter, date]:
    from app.saved_filter import weighed  # with the schemas of the API, as above

    return weighed(stored, now)


def _stamp(settings: Settings) -> tuple[int, int] | None:
    """Changes when the sources file does."""
    try:
        found = settings.sources.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

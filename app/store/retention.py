"""What is kept for a time only: texts of articles, and the ledger of runs.

Of a text that is let go the sentences stay that claims quote, each where it stood (`timeline.excerpts`): evidence goes on
pointing to a sentence. A version that was not read for its claims yet is kept whole. Runs go with what they could not read;
events, claims, changes and corrections stay for ever.

It is done in batches, each a transaction of its own, once a day by whichever process comes first: `chores.due` is moved on in
the transaction that does the work, to the next day where nothing is left.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, tuple_, update

from app.store.codec import CodecError, article_from_json, article_json, claim_from_json, stamp
from app.store.engine import Database
from app.store.ledger import slot_after
from app.store.tables import article_versions, chores, claims, failures, runs
from timeline.excerpts import excerpted

__all__ = ["CHORE", "Pruned", "Retention"]

log = structlog.get_logger(__name__)

CHORE = "retention"  # its row in `chores`
_DAY = 86_400
_VERSIONS, _RUNS = 100, 50  # in one transaction
_NOWHERE = (-1, -1)  # where a claim that can't be read stands in a text


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was let go, or would be: texts of `versions` (of `characters` in all, as stored) but for `sentences` that are quoted
    in them, and `runs` with `failures`. `damaged` texts do not hold what is quoted of them, and are kept. `more`: there is more."""

    versions: int = 0
    characters: int = 0
    sentences: int = 0
    damaged: int = 0
    runs: int = 0
    failures: int = 0
    more: bool = False

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(self.versions + other.versions, self.characters + other.characters, self.sentences + other.sentences,
                      max(self.damaged, other.damaged), self.runs + other.runs, self.failures + other.failures, other.more)


class Retention:
    """`body_days` and `run_days` are how long texts and the ledger are kept; 0: for ever. `clock` gives aware times.

    All methods raise `StoreError`.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], *, body_days: int = 0, run_days: int = 0) -> None:
        self._database = database
        self._clock = clock
        self._body_days = body_days
        self._run_days = run_days

    @property
    def keeps_all(self) -> bool:
        return not self._body_days and not self._run_days

    def in_turn(self) -> Pruned | None:
        """Let one batch go where it is time to; None where it is not, or another process was first."""
        if self.keeps_all:
            return None
        now = self._clock()
        with self._database.reading() as connection:
            if not _due(connection, now):
                return None

        def work(connection: Connection) -> Pruned | None:
            if not _due(connection, now):
                return None
            pruned = self._batch(connection, now)
            following = stamp(now if pruned.more else slot_after(CHORE, _DAY, now))
            if connection.execute(update(chores).where(chores.c.name == CHORE).values(due=following)).rowcount == 0:
                connection.execute(insert(chores).values(name=CHORE, due=following))
            return pruned

        return self._database.write(work)

    def batch(self) -> Pruned:
        """Let one batch go now."""
        now = self._clock()
        return self._database.write(lambda connection: self._batch(connection, now))

    def would_go(self) -> Pruned:
        """What would be let go now. Nothing is written."""
        now, found = self._clock(), Pruned()
        with self._database.snapshot() as connection:
            if self._body_days:
                old = self._old_texts(now)
                versions, characters = connection.execute(select(
                    func.count(), func.coalesce(func.sum(func.length(article_versions.c.article)), 0)).where(old)).one()
                sentences = connection.execute(select(func.count()).select_from(claims.join(article_versions, and_(
                    article_versions.c.article_id == claims.c.article_id, article_versions.c.version == claims.c.version))).where(old))
                found = replace(found, versions=versions, characters=characters, sentences=sentences.scalar() or 0)
            if self._run_days:
                old = self._old_runs(now)
                failed = select(func.count()).select_from(failures.join(runs, runs.c.id == failures.c.run_id)).where(old)
                found = replace(found, runs=connection.execute(select(func.count()).select_from(runs).where(old)).scalar() or 0,
                                failures=connection.execute(failed).scalar() or 0)
        return found

    def _old_texts(self, now: datetime) -> ColumnElement[bool]:
        return and_(article_versions.c.let_go.is_(None), article_versions.c.read.is_(True),
                    article_versions.c.fetched < stamp(now - timedelta(days=self._body_days)))

    def _old_runs(self, now: datetime) -> ColumnElement[bool]:
        return and_(runs.c.queued < stamp(now - timedelta(days=self._run_days)), runs.c.state.not_in(("queued", "running")))

    def _batch(self, connection: Connection, now: datetime) -> Pruned:
        pruned = Pruned()
        if self._body_days:
            pruned += self._let_texts_go(connection, now)
        if self._run_days:
            ids = connection.execute(select(runs.c.id).where(self._old_runs(now)).order_by(runs.c.queued).limit(_RUNS)).scalars().all()
            failed = connection.execute(select(func.count()).select_from(failures).where(failures.c.run_id.in_(ids))).scalar() or 0
            connection.execute(delete(runs).where(runs.c.id.in_(ids)))
            pruned = replace(pruned, runs=len(ids), failures=failed, more=pruned.more or len(ids) == _RUNS)
        return pruned

    def _let_texts_go(self, connection: Connection, now: datetime) -> Pruned:
        """The oldest texts, as many as a batch takes. A damaged one is kept for whoever looks into it, and stops no other."""
        key = (article_versions.c.fetched, article_versions.c.article_id, article_versions.c.version)
        query = select(*key, article_versions.c.article).where(self._old_texts(now)).order_by(*key).limit(_VERSIONS)
        done, characters, sentences, damaged = 0, 0, 0, 0
        rows = connection.execute(query).all()
        while rows:
            quoted = _quoted(connection, {row.article_id for row in rows})
            for row in rows:
                spans = quoted.get((row.article_id, row.version), {})
                kept = _excerpt(row.article, spans)
                if kept is None:
                    log.error("the text of an article does not hold what is quoted of it, and is kept", article=row.article_id,
                              version=row.version)
                    damaged += 1
                    continue
                connection.execute(update(article_versions).where(
                    article_versions.c.article_id == row.article_id, article_versions.c.version == row.version).values(
                        article=kept, let_go=stamp(now)))
                done, characters, sentences = done + 1, characters + len(row.article), sentences + len(spans)
            if done or len(rows) < _VERSIONS:
                break
            rows = connection.execute(query.where(tuple_(*key) > tuple_(*rows[-1][:3]))).all()
        return Pruned(done, characters, sentences, damaged, more=len(rows) == _VERSIONS)


def _due(connection: Connection, now: datetime) -> bool:
    """A time further ahead than a day was written by a clock that was set back since."""
    due = connection.execute(select(chores.c.due).where(chores.c.name == CHORE)).scalar()
    return due is None or due <= stamp(now) or due > stamp(now + timedelta(seconds=_DAY))


def _quoted(connection: Connection, article_ids: set[str]) -> dict[tuple[str, int], dict[tuple[int, int], str]]:
    """What all claims, former ones too, quote of the versions of these articles: offsets and words."""
    found: dict[tuple[str, int], dict[tuple[int, int], str]] = {}
    rows: Any = connection.execute(select(claims.c.article_id, claims.c.version, claims.c.claim).where(
        claims.c.article_id.in_(article_ids)))
    for row in rows:
        of_version = found.setdefault((row.article_id, row.version), {})
        try:
            claim = claim_from_json(row.claim)
            of_version[claim.start, claim.end] = claim.quotation
        except CodecError:
            of_version[_NOWHERE] = ""
    return found


def _excerpt(stored: str, quoted: dict[tuple[int, int], str]) -> str | None:
    """The JSON of the article with no more than is quoted; None where it does not hold that."""
    try:
        kept = excerpted(article_from_json(stored), quoted)
    except (CodecError, ValueError):
        return None
    if any(kept.text[start:end] != words for (start, end), words in quoted.items()):
        return None
    return article_json(kept)

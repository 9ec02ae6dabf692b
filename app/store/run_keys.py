"""Runs that are asked for under a key of the client's (Idempotency-Key): asked for again, it is the same run."""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from app.store.codec import stamp
from app.store.errors import KeyReused
from app.store.tables import run_keys

__all__ = ["run_under_key"]

_KEPT = timedelta(days=1)  # how long a key is remembered


def run_under_key(connection: Connection, key: str, requested: str | None, now: datetime,
                  wanted_run: Callable[[Connection], str]) -> str:
    """The run that was asked for under the key within a day, also where it is over; else `wanted_run`, from now on under it.

    `requested` is JSON, as in `runs`. Raises `KeyReused` where it was another one then.
    """
    connection.execute(delete(run_keys).where(run_keys.c.at <= stamp(now - _KEPT)))
    known = connection.execute(select(run_keys).where(run_keys.c.key == key)).first()
    if known is not None:
        if known.requested != requested:
            raise KeyReused(f"other sources were asked for under the key {key!r}")
        return known.run_id
    run = wanted_run(connection)
    connection.execute(insert(run_keys).values(key=key, requested=requested, at=stamp(now), run_id=run))
    return run

"""A store as an earlier version of Summitry left it."""
from __future__ import annotations

from contextlib import closing

from app.store.engine import Database
from app.store.migrations import upgrade
from app.store.rows import columns_there, copy_rows, put_on_sequences


def copied_to_schema(source_url: str, target_url: str, schema: str) -> None:
    """Make a database with an earlier schema that holds what another store holds, as far as that schema has a place for it."""
    upgrade(target_url, to=schema)
    with closing(Database(source_url)) as source, closing(Database(target_url)) as target, source.snapshot() as rows:
        def work(connection: object) -> None:
            copy_rows(rows, connection, columns_there(connection))
            put_on_sequences(connection)

        target.write(work)

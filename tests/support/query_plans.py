"""How SQLite goes about what the store asks it."""
from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import Engine


def plans(engine: Engine, caplog: pytest.LogCaptureFixture, ask: Callable[[], object]) -> dict[str, str]:
    """The plan of each statement that `ask` has the store compile and run, by statement."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="app.store.statements"):
        ask()
    asked = {record.args[0]: record.args[1] for record in caplog.records if isinstance(record.args, tuple) and record.name == "app.store.statements"}
    with engine.connect() as connection:
        return {str(statement): "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
                for statement, parameters in asked.items()}

"""Logs: one line for each thing that happened, for people or (`json`) for machines, to standard error.

Libraries that log through `logging` come out in the same form. A run's id is bound to all that is logged in it.
"""
from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog

__all__ = ["set_up_logs"]

_QUIET = ("urllib3", "htmldate", "trafilatura", "charset_normalizer", "alembic", "filelock", "waitress.queue", "procrastinate")


def set_up_logs(form: str = "console", level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Log in `form` (`console` or `json`) from `level` on."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(), structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer()]
    stream = stream or sys.stderr
    last: list[structlog.typing.Processor]
    if form == "json":
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True)]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=stream.isatty(),
                                              exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(processors=[structlog.stdlib.filter_by_level, *shared,
                                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
                        logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=False)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of each tick that finds the last one at work

"""Answers that are given again while nothing was written: before Flask, and so at a fraction of the cost.

Most requests to a timeline ask for what was asked before: feed readers and calendar programs come back each hour, many of them for
the same, and mostly nothing has changed. An answer is kept with a mark of the store (`app.store.watch`) taken before it was
made. Asked for again, it is given only where the mark is still the same: any commit by any process ends it, and so do
midnight in UTC and the end of a minute, since Last-Modified follows from the time.
"""
from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from flask import Request
from sqlalchemy.exc import SQLAlchemyError

from app.api.answers import Answer, midnight

__all__ = ["KeptAnswers", "keep"]

_LIFE = timedelta(minutes=1)
_ROOM = 8_000_000  # bytes
_OVERHEAD = 2_000  # bytes of an answer beside its body: headers, key
_KEY = 4_000  # characters: a longer question is answered and forgotten
_FOUND = "app.api.kept_answers"  # key in the WSGI environment

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    route: str
    mark: object
    made: datetime
    until: datetime


def keep(environ: dict[str, Any], answer: Answer, route: str) -> None:
    """Give the answer to a request, made by the application, to be kept where it may be."""
    environ[_FOUND] = (answer, route)


class KeptAnswers:
    """A WSGI application around another one.

    `mark` is that of a `Watch`, `now` the clock (aware), `paths` the beginnings of the paths where there is something to keep;
    `admits` tells whether a request may be answered, with the application to say why not; `answered` is told what was sent
    again: method, route, status, seconds.
    """

    def __init__(self, application: Application, *, mark: Callable[[], object], now: Callable[[], datetime], paths: tuple[str, ...],
                 admits: Callable[[Request], bool], answered: Callable[[str, str, int, float], None]) -> None:
        self._application = application
        self._mark = mark
        self._now = now
        self._paths = paths
        self._admits = admits
        self._answered = answered
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began = perf_counter()
        key = _key(environ)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not environ["PATH_INFO"].startswith(self._paths) or sum(map(len, key)) > _KEY:
            return self._application(environ, start_response)
        try:
            mark = self._mark()  # before anything is read: what is written meanwhile makes it an old one
        except SQLAlchemyError:
            return self._application(environ, start_response)
        now = self._now()
        kept = self._kept.get(key)
        if kept is not None and kept.mark == mark and kept.made <= now < kept.until and (sent := kept.answer.sent(environ)) is not None \
                and self._admits(Request(environ)):
            with self._turn:
                if key in self._kept:
                    self._kept.move_to_end(key)
            self._answered(environ["REQUEST_METHOD"], kept.route, sent.status, perf_counter() - began)
            return sent(environ, start_response)
        response = self._application(environ, start_response)
        if (made := environ.get(_FOUND)) is not None and made[0].lasting:
            self._put(key, _Kept(*made, mark, now, min(now + _LIFE, midnight(now) + timedelta(days=1))))
        return response

    def _put(self, key: Key, kept: _Kept) -> None:
        with self._turn:
            self._drop(key)
            self._kept[key] = kept
            self._size += _size(kept)
            while self._size > _ROOM:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._size -= _size(old)


def _size(kept: _Kept) -> int:
    """With room for its compressed form, which may be made later."""
    return len(kept.answer.body) * 5 // 4 + _OVERHEAD


def _key(environ: dict[str, Any]) -> Key:
    """All of a request that its answer may depend on, but for what `Answer.sent` sees to."""
    return (environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT", ""))

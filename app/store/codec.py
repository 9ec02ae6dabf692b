"""Nouns of `timeline.model` as JSON text and back, and times as the store writes them.

A field that has its default value is left out, and one that is absent reads as its default, so that a noun which gains a
field with a default can still be read from rows written before.
"""
from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from timeline.model import Article, Claim, Event

__all__ = ["CodecError", "article_from_json", "article_json", "claim_from_json", "claim_json", "event_from_json",
           "event_json", "from_json", "moment", "plain", "stamp", "to_json"]

T = TypeVar("T")


class CodecError(ValueError):
    """Stored JSON that is none of the noun asked for; the message names the noun, the field and the reason."""


def stamp(when: datetime) -> str:
    """An aware time as the store keeps it: UTC, ISO 8601 with microseconds and `Z`. Raises `ValueError` for a naive one."""
    if when.tzinfo is None:
        raise ValueError("a time without zone can't be stored")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def moment(text: str) -> datetime:
    """The aware time that `stamp` wrote."""
    return datetime.fromisoformat(text)


def plain(text: str) -> str:
    """Text as both databases accept it in a column: without NUL, unpaired surrogates replaced by U+FFFD."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_json(noun: Any) -> str:
    """JSON of any dataclass made of dataclasses, enums, dates, times, tuples, text and numbers."""
    value = _writer(type(noun))(noun)
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an unpaired surrogate: kept as an escape, since every offset counts on the text as it is
        return json.dumps(value, separators=(",", ":"))


def from_json(cls: type[T], text: str) -> T:
    """Read `to_json` back. Raises `CodecError`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = _with_odd_escapes(cls, text)
    return _reader(cls)(value)


def _with_odd_escapes(cls: type, text: str) -> Any:
    """JSON that may hold the escape of an unpaired surrogate."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise CodecError(f"{cls.__name__}: {error}") from error


def article_json(article: Article) -> str:
    return to_json(article)


def article_from_json(text: str) -> Article:
    return from_json(Article, text)


def claim_json(claim: Claim) -> str:
    return to_json(claim)


def claim_from_json(text: str) -> Claim:
    return from_json(Claim, text)


def event_json(event: Event) -> str:
    """An event without its claims, which have rows of their own."""
    return to_json(replace(event, claims=()))


def event_from_json(text: str, claims: tuple[Claim, ...] = ()) -> Event:
    return replace(from_json(Event, text), claims=claims)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """What makes JSON's values of a value of exactly this type."""
    if is_dataclass(kind):
        return _noun_writer(kind)
    if issubclass(kind, StrEnum):
        return lambda value: value.value
    if issubclass(kind, date | time):
        return lambda value: value.isoformat()
    if issubclass(kind, tuple | list):
        return lambda value: [_writer(type(item))(item) for item in value]
    return lambda value: value


def _noun_writer(cls: type) -> Callable[[Any], Any]:
    defaults = [(item.name, item.default) for item in fields(cls)]
    return lambda noun: {name: _writer(type(value))(value) for name, default in defaults
                         if (value := getattr(noun, name)) is not default and (default is MISSING or value != default)}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, type) and is_dataclass(kind):
        return _noun_reader(kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _reader(next(part for part in get_args(kind) if part is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _reader(get_args(kind)[0])
        return lambda value: tuple(item(part) for part in _expect(value, list))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if kind in (date, datetime, time):
        return kind.fromisoformat
    if kind is float:
        return lambda value: float(_expect(value, int | float))
    return lambda value: _expect(value, kind)


def _noun_reader(cls: type) -> Callable[[Any], Any]:
    hints = get_type_hints(cls)
    readers = {item.name: _reader(hints[item.name]) for item in fields(cls)}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise CodecError(f"{cls.__name__}: an object is needed")
        found = {}
        for name, part in value.items():
            try:
                found[name] = readers[name](part)
            except KeyError:
                raise CodecError(f"{cls.__name__}: has no field {name!r}") from None
            except CodecError as error:
                raise CodecError(f"{cls.__name__}.{name}: {error}") from error
            except (TypeError, ValueError) as error:
                raise CodecError(f"{cls.__name__}.{name}: {error}") from error
        try:
            return cls(**found)
        except (TypeError, ValueError) as error:
            raise CodecError(f"{cls.__name__}: {error}") from error

    return read


def _expect(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise CodecError(f"{kind} is needed, not {value!r:.60}")
    return value

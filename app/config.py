"""Settings: each with its name, default and help, in one place.

A setting is read from the environment as `SUMMITRY_<NAME>`; nothing else configures the service.
"""
from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

__all__ = ["Settings", "SettingsError"]

_FOR_TESTS = "SUMMITRY_TEST_"
_YEAR = 31_536_000.0  # seconds; beyond what anybody means, and what clocks and databases can reckon with


class SettingsError(ValueError):
    """One or more settings can't be used; the message names each with its value and the reason."""


def _setting(default: Any, text: str, *, least: float | None = None, most: float | None = None,
             choices: tuple[str, ...] = (), form: Callable[[Any], str | None] = lambda value: None, secret: bool = False) -> Any:
    """`form` says what is wrong with a value, None where nothing is. `secret`: what may hold a password or token, which is not repeated
    anywhere: it would end in a log."""
    return field(default=default, repr=not secret, metadata={"help": text, "least": least, "most": most, "choices": choices, "form": form})


def _one_line(text: str) -> str | None:
    """What goes into a header of HTTP, or comes in one."""
    return None if text.isascii() and text.isprintable() and text and text == text.strip() else \
        "must be one line of ASCII characters without blanks around it"


def _address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
        right = right and (parts.port is None or parts.port > 0) and not re.search(r"\s", url)
    except ValueError:
        right = False
    return None if right else "must be an address that a browser can open, such as https://host or https://host/path"


def _pairs(pairs: tuple[str, ...]) -> str | None:
    wrong = [pair for pair in pairs if not re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):[0-9]{1,5}", pair)
             or not 0 < int(pair.rpartition(":")[2]) <= 65535]
    return f"{wrong[0]!r} is no host:port pair" if wrong else None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set."""

    database: str = _setting("sqlite:///var/summitry.db", "SQLAlchemy URL of the store (SQLite file or PostgreSQL).", secret=True)
    sources: Path = _setting(Path("sources.toml"), "The sources file.")  # noqa: RUF009 - makes a field
    names: Path | None = _setting(None, "A file of your own with further names for the gazetteer.")  # noqa: RUF009
    host: str = _setting("127.0.0.1", "Address to listen on.", form=_one_line)
    port: int = _setting(8600, "Port to listen on; 0 picks a free one.", least=0, most=65535)
    threads: int = _setting(8, "Threads that answer HTTP requests.", least=1, most=1_000)
    token: str | None = _setting(None, "A bearer token with all scopes, beside those that `summitry tokens` makes.", form=_one_line, secret=True)
    open_reading: bool = _setting(True, "Whether reading needs no token; else it needs one with the scope `read`.")
    rate_reading: int = _setting(600, "Requests a minute with which one client may read; 0: any number.", least=0)
    rate_work: int = _setting(60, "Requests a minute by which one client may make the service work (POST); 0: any number.", least=0)
    rate_failures: int = _setting(10, "Wrong tokens a minute of one client, before it is made to wait; 0: any number.", least=0)
    proxies: int = _setting(0, "Proxies before the service that each add their client to X-Forwarded-For, by which clients are told "
                               "apart.", least=0)
    base_url: str | None = _setting(None, "Public address of the service, for links in the JSON and the calendar.", form=_address)
    user_agent: str = _setting("Summitry/0.1 (+https://summitry.invalid/contact)", "User-Agent; put your address in.", form=_one_line)
    allow_hosts: tuple[str, ...] = _setting((), "host:port pairs, comma-separated, that may be fetched although they are "
                                                "not public addresses.", form=_pairs)
    scheduler: bool = _setting(True, "Whether the process that serves also collects, and delivers to webhooks.")
    tick: float = _setting(5.0, "Seconds between two looks at what is due.", least=0.05)
    fetch_deadline: float = _setting(20.0, "Seconds that one fetch may take in all, redirects included.", least=0.1)
    fetch_cap: int = _setting(10_000_000, "Bytes that one answer may have, before and after decoding.", least=1)
    host_gap: float = _setting(1.0, "Seconds between two requests to one host.", least=0)
    run_deadline: float = _setting(600.0, "Seconds that one run may take in all.", least=0.1)
    source_deadline: float = _setting(120.0, "Seconds that one source may take of a run; the rest is left to the next run.",
                                      least=0.1)
    run_life: float = _setting(60.0, "Seconds without a sign of life after which another process takes a run over.",
                               least=0.5)
    adapt_intervals: bool = _setting(True, "Whether a source that brings much is asked more often, and one that brings "
                                           "little less often.")
    interval_least: float = _setting(600.0, "Seconds below which no interval adapts, but for a source whose own is "
                                            "shorter.", least=10)
    interval_most: float = _setting(10800.0, "Seconds above which no interval adapts, but for a source whose own is "
                                             "longer.", least=10)
    longest_wait: float = _setting(21600.0, "Seconds after which a source is asked again at the latest, however often it "
                                            "failed.", least=10)
    workers: int = _setting(4, "Sources that are collected at once.", least=1, most=1_000)
    pages_per_source: int = _setting(50, "Pages that one run reads of one source at most.", least=1)
    webhook_workers: int = _setting(4, "Webhooks that are delivered to at once.", least=1, most=1_000)
    webhook_deadline: float = _setting(15.0, "Seconds in which a webhook's receiver has to answer.", least=0.1, most=60)
    busy_timeout: float = _setting(5.0, "Seconds that a write waits for the database's lock before it is tried anew.",
                                   least=0.1, most=3600)
    keep_bodies_days: int = _setting(0, "Days after which an article's text is let go but for the sentences that are quoted; "
                                        "0: never.", least=0, most=36_500)
    keep_runs_days: int = _setting(0, "Days after which runs, with what they could not read, are let go; 0: never.", least=0,
                                   most=36_500)
    calendar_events: int = _setting(2000, "Events that one calendar holds at most, the nearest in time first.", least=1)
    calendar_bytes: int = _setting(1_000_000, "Bytes that one calendar has at most, the nearest events first: Google takes "
                                              "about 1 MB.", least=10_000)
    log_format: str = _setting("console", "`console` or `json`.", choices=("console", "json"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Settings from `SUMMITRY_…` variables; `overrides` win. Raises `SettingsError` with all faults at once."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        known = {f"SUMMITRY_{item.name.upper()}": item for item in fields(cls)}
        for name, text in environment.items():
            if not name.startswith("SUMMITRY_") or name.startswith(_FOR_TESTS):
                continue
            if name not in known:
                faults.append(f"{name}: no such setting")
                continue
            item = known[name]
            shown = f"{name}={text!r}" if item.repr else name
            try:
                values[item.name] = _read(str(item.type), text)
                _check(values[item.name], item.metadata)
            except ValueError as error:
                faults.append(f"{shown}: {error}")
        for name, value in overrides.items():
            try:
                if value is not None:
                    _check(value, next(item.metadata for item in fields(cls) if item.name == name))
            except ValueError as error:
                faults.append(f"{name}={value!r}: {error}")
        if faults:
            raise SettingsError("; ".join(sorted(faults)))
        return cls(**(values | {key: value for key, value in overrides.items() if value is not None}))


def _read(kind: str, text: str) -> Any:
    if "None" in kind and text == "":
        return None
    if kind.startswith("bool"):
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise ValueError("must be true or false")
        return text.lower() in ("1", "true", "yes", "on")
    if kind.startswith("int"):
        return _number(int, text, "must be a whole number")
    if kind.startswith("float"):
        return _number(float, text, "must be a number")
    if kind.startswith("Path"):
        return Path(text)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _number(kind: Callable[[str], Any], text: str, reason: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(reason) from None


def _check(value: Any, bounds: Mapping[str, Any]) -> None:
    """Raises `ValueError` where a value lies outside what its setting takes."""
    # Written so that NaN, which compares with nothing, is refused too.
    if bounds["least"] is not None and not value >= bounds["least"]:
        raise ValueError(f"must be at least {bounds['least']}")
    most = bounds["most"] if bounds["most"] is not None or not isinstance(value, float) else _YEAR
    if most is not None and not value <= most:
        raise ValueError(f"must be at most {most:.0f}")
    if bounds["choices"] and value not in bounds["choices"]:
        raise ValueError("must be " + " or ".join(bounds["choices"]))
    if value is not None and (reason := bounds["form"](value)) is not None:
        raise ValueError(reason)

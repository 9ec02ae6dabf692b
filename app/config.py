"""Settings: each with its name, default and help, in one place.

A setting is read from the environment as `SUMMITRY_<NAME>`; nothing else configures the service.
"""
from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class SettingsError(ValueError):
    """One or more settings can't be used; the message names each with its value and the reason."""


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set."""

    database: str = _setting("sqlite:///var/summitry.db", "SQLAlchemy URL of the store (SQLite file or PostgreSQL).")
    sources: Path = _setting(Path("sources.toml"), "The sources file.")
    names: Path | None = _setting(None, "A file of your own with further names for the gazetteer.")
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8600, "Port to listen on; 0 picks a free one.")
    threads: int = _setting(8, "Threads that answer HTTP requests.")
    token: str | None = _setting(None, "Bearer token for POST /scrapes; without one it answers loopback clients only.")
    base_url: str | None = _setting(None, "Public address of the service, for links in the JSON and the calendar.")
    user_agent: str = _setting("Summitry/0.1 (+https://summitry.invalid/contact)", "User-Agent; put your address in.")
    allow_hosts: tuple[str, ...] = _setting((), "host:port pairs, comma-separated, that may be fetched although they are "
                                                "not public addresses.")
    tick: float = _setting(5.0, "Seconds between two looks at what is due.")
    fetch_deadline: float = _setting(20.0, "Seconds that one fetch may take in all, redirects included.")
    fetch_cap: int = _setting(10_000_000, "Bytes that one answer may have, before and after decoding.")
    host_gap: float = _setting(1.0, "Seconds between two requests to one host.")
    run_deadline: float = _setting(600.0, "Seconds that one run may take in all.")
    workers: int = _setting(4, "Sources that are collected at once.")
    pages_per_source: int = _setting(50, "Pages that one run reads of one source at most.")
    calendar_events: int = _setting(2000, "Events that one calendar holds at most, the nearest in time first.")
    log_format: str = _setting("console", "`console` or `json`.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Settings from `SUMMITRY_…` variables; `overrides` win. Raises `SettingsError` with all faults at once."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        known = {f"SUMMITRY_{item.name.upper()}": item for item in fields(cls)}
        for name, text in environment.items():
            if not name.startswith("SUMMITRY_"):
                continue
            if name not in known:
                faults.append(f"{name}: no such setting")
                continue
            try:
                values[known[name].name] = _read(str(known[name].type), text)
            except ValueError as error:
                faults.append(f"{name}={text!r}: {error}")
        if faults:
            raise SettingsError("; ".join(sorted(faults)))
        return cls(**(values | {key: value for key, value in overrides.items() if value is not None}))


def _read(kind: str, text: str) -> Any:
    if "None" in kind and text == "":
        return None
    if kind.startswith("int"):
        return int(text)
    if kind.startswith("float"):
        return float(text)
    if kind.startswith("Path"):
        return Path(text)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text

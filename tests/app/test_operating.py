"""Settings do what `docs/operating.md` says of them."""
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings, SettingsError
from app.http_server import open_http_server

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"


def shown(default: Any) -> str:
    if default in (None, ()):
        return "none"
    text = str(default).lower() if isinstance(default, bool) else f"{default:g}" if isinstance(default, float) else default
    return f"`{text}`"


def test_the_page_lists_each_setting_with_its_default_and_help() -> None:
    listed = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `SUMMITRY_")]
    assert listed == [f"| `SUMMITRY_{item.name.upper()}` | {shown(item.default)} | {item.metadata['help']} |"
                      for item in fields(Settings)]


def test_each_setting_is_read_from_its_variable() -> None:
    given = {"database": "sqlite:///a.db", "sources": "b.toml", "names": "c.csv", "host": "0.0.0.0", "port": "0",
             "threads": "2", "token": "t", "open_reading": "no", "rate_reading": "0", "rate_work": "1", "rate_failures": "2", "proxies": "1", "base_url": "https://s.example", "user_agent": "S/1 (+x)",
             "allow_hosts": "127.0.0.1:1, 127.0.0.1:2", "scheduler": "no", "tick": "0.5", "fetch_deadline": "1.5",
             "fetch_cap": "10", "host_gap": "0", "run_deadline": "30", "source_deadline": "7", "run_life": "5", "adapt_intervals": "no", "interval_least": "60",
             "interval_most": "7200", "longest_wait": "3600", "workers": "1",
             "pages_per_source": "3", "webhook_workers": "2", "webhook_deadline": "5", "busy_timeout": "2", "keep_bodies_days": "90", "keep_runs_days": "30", "calendar_events": "7", "calendar_bytes": "20000", "log_format": "json"}
    assert given.keys() == {item.name for item in fields(Settings)}
    found = Settings.from_environment({f"SUMMITRY_{name.upper()}": text for name, text in given.items()})
    for item in fields(Settings):
        assert getattr(found, item.name) != item.default, item.name
    assert found.allow_hosts == ("127.0.0.1:1", "127.0.0.1:2")
    assert (found.names, found.scheduler, found.tick) == (Path("c.csv"), False, 0.5)


@pytest.mark.parametrize(("name", "text", "reason"), [
    ("PORT", "eighty", "must be a whole number"), ("FETCH_CAP", "1e7", "must be a whole number"), ("TICK", "soon", "must be a number"),
    ("TICK", "inf", "at most 31536000"), ("RUN_LIFE", "1e300", "at most 31536000"), ("BUSY_TIMEOUT", "1e9", "at most 3600"),
    ("HOST", "", "one line"), ("USER_AGENT", "", "one line"), ("USER_AGENT", "a\nb", "one line"), ("TOKEN", "ä", "one line"),
    ("BASE_URL", "summitry.example", "must be an address"), ("BASE_URL", "ftp://summitry.example", "must be an address"),
    ("BASE_URL", "https://summitry.example/?a=b", "must be an address"), ("ALLOW_HOSTS", "news.example", "'news.example' is no host:port pair"),
    ("ALLOW_HOSTS", "127.0.0.1:80, [::1]:80, :80", "':80' is no host:port pair"), ("ALLOW_HOSTS", "a:70000", "is no host:port pair"), ("PORT", "70000", "at most 65535"), ("WORKERS", "0", "at least 1"),
    ("TICK", "nan", "at least"), ("SCHEDULER", "maybe", "true or false"), ("LOG_FORMAT", "xml", "console or json"),
    ("COLOUR", "red", "no such setting")])
def test_a_setting_that_can_not_be_used_is_refused_by_name(name: str, text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=rf"SUMMITRY_{name}.*{reason}"):
        Settings.from_environment({f"SUMMITRY_{name}": text})


def test_all_faults_are_told_at_once_and_no_secret_with_them() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"SUMMITRY_PORT": "x", "SUMMITRY_THREADS": "x", "SUMMITRY_TOKENS": "secret"}, workers=0)
    for name in ("SUMMITRY_PORT", "SUMMITRY_THREADS", "SUMMITRY_TOKENS", "workers"):
        assert name in str(caught.value)
    assert "secret" not in str(caught.value)


def test_settings_that_are_printed_show_no_secret() -> None:
    assert "secret" not in repr(Settings(token="secret", database="postgresql://ana:secret@a/b"))


def test_what_is_given_in_code_overrules_the_environment() -> None:
    assert Settings.from_environment({"SUMMITRY_PORT": "1"}, port=2, host=None).port == 2


def test_an_address_that_can_not_be_listened_on_is_named() -> None:
    with pytest.raises(OSError, match=r"can't listen on a\.\.b:8600: it is no address of this machine"):
        open_http_server(None, host="a..b", port=8600, threads=1)

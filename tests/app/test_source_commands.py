"""`summitry sources add` and `sources check SOURCE`, as an operator calls them, against a server on loopback."""
from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import command_calls
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scraper"))

from misbehaving import MisbehavingServer, answer

TOLD = "President Vladimir Putin met his Kazakh counterpart Kassym-Jomart Tokayev in Astana on Thursday."


@pytest.fixture
def outlet() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    items = "".join(f"<item><title>Talks, part {number}</title><link>/{number}</link></item>" for number in range(5))
    server.routes = {"/": answer(b'<!doctype html><html lang="en"><title>Front | The Meridian</title>'
                                 b'<link rel="alternate" type="application/rss+xml" href="/rss">', Content_Type="text/html"),
                     "/rss": answer(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode())}
    server.routes |= {f"/{number}": article(number) for number in range(5)}
    yield server
    server.close()


def article(number: int, published: str = "2023-11-10T10:00:00Z") -> bytes:
    dated = f'<meta property="article:published_time" content="{published}">' if published else ""
    return answer(f"""<!doctype html><!-- synthetic --><html lang="en"><head><title>Talks, part {number}</title>{dated}</head><body>
<article><h1>Talks, part {number}</h1><p>{TOLD}</p><p>{'The two sides spoke about trade and the roads that carry it. ' * 5}</p>
</article></body></html>""".encode(), Content_Type="text/html")


def called(folder: Path, server: MisbehavingServer, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")}
    kept |= {"SUMMITRY_DATABASE": f"sqlite:///{folder / 'store.db'}", "SUMMITRY_SOURCES": str(folder / "sources.toml"),
             "SUMMITRY_ALLOW_HOSTS": server.host, "SUMMITRY_HOST_GAP": "0", "COLUMNS": "200"} | settings
    done = command_calls.called(arguments, kept)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_add_shows_what_would_be_collected_and_writes_when_it_is_told_to(outlet: MisbehavingServer, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    done = called(tmp_path, outlet, "sources", "add", outlet.url("/"))
    assert done.returncode == 0, done.stderr
    assert f"feed {outlet.url('/rss')}: 5 links" in done.stdout
    assert done.stdout.count("2023-11-10  Talks, part") == 3
    assert "meeting, held, 2023-11-09: Putin – Tokayev" in done.stdout
    assert 'name = "The Meridian"' in done.stdout
    assert "--time-zone" in done.stdout
    assert not file.exists()
    file.write_text("# Mine\n")
    options = ("--write", "--id", "meridian", "--time-zone", "Asia/Almaty", "--tier", "official", "--interval", "900")
    done = called(tmp_path, outlet, "sources", "add", outlet.url("/"), *options)
    assert done.returncode == 0, done.stderr
    assert file.read_text().startswith('# Mine\n\n[[source]]\nid = "meridian"\n')
    again = called(tmp_path, outlet, "sources", "add", outlet.url("/rss"), "--write", "--id", "other")
    assert (again.returncode, "already, as source 'meridian'" in again.stderr) == (1, True)
    scraped = called(tmp_path, outlet, "scrape")
    assert scraped.returncode == 0, scraped.stderr
    checked = called(tmp_path, outlet, "sources", "check", "meridian")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("meridian: ok\n")
    assert "5 links" in checked.stdout


@pytest.mark.parametrize(("address", "complaint"), [
    ("http://10.0.0.1/", "guarded-address"), ("ftp://news.example/", "bad-url"), ("http://a b/", "bad-url"),
    ("http://user:word@news.example/", "bad-url"), ("http://2130706433/", "bad-url")])
def test_add_refuses_what_is_no_public_web_address_by_name(outlet: MisbehavingServer, tmp_path: Path, address: str,
                                                           complaint: str) -> None:
    done = called(tmp_path, outlet, "sources", "add", address, "--write")
    assert (done.returncode, done.stdout) == (1, "")
    assert complaint in done.stderr
    assert not (tmp_path / "sources.toml").exists()


def test_add_says_what_it_tried_where_nothing_is_found(outlet: MisbehavingServer, tmp_path: Path) -> None:
    outlet.routes["/rss"] = answer(b"<p>no feed")
    done = called(tmp_path, outlet, "sources", "add", outlet.url("/"))
    assert done.returncode == 1
    assert f"{outlet.url('/rss')}: no feed instead of a feed" in done.stderr
    assert "neither a feed" in done.stderr


def test_add_names_a_wrong_option_and_writes_nothing_that_can_not_be_read(outlet: MisbehavingServer, tmp_path: Path) -> None:
    done = called(tmp_path, outlet, "sources", "add", outlet.url("/"), "--time-zone", "Astana")
    assert (done.returncode, "time_zone: must be an IANA zone" in done.stderr) == (2, True)
    outlet.routes |= {f"/{number}": answer(b"", "403 No") for number in range(5)}
    done = called(tmp_path, outlet, "sources", "add", outlet.url("/"), "--write")
    assert done.returncode == 1
    assert "What to mend: http-403" in done.stdout
    assert not (tmp_path / "sources.toml").exists()


@pytest.mark.parametrize(("path", "reply", "expected"), [
    ("/rss", answer(b"", "404 Not Found"), "http-404: The listing is gone"),
    ("/rss", answer(b"", "503 Busy"), "http-503: The outlet's server fails"),
    ("/rss", answer(b"<!doctype html><html>"), "listing-format: What comes is not what `kind` says"),
    ("/rss", answer(b""), "listing-blank"),
    ("/rss", answer(b'<rss version="2.0"><channel><title>x</title></channel></rss>'), "empty-listing: The listing is there"),
    ("/robots.txt", answer(b"User-agent: *\nDisallow: /"), "robots: The outlet's robots.txt forbids it"),
    ("pages", answer(b"<!doctype html><title>Just a moment...</title><p>Checking</p>", Content_Type="text/html"), "unread-pages"),
    ("pages", article(1, ""), "undated-pages: Half of the pages")])
def test_check_of_a_source_says_what_to_mend(outlet: MisbehavingServer, tmp_path: Path, path: str, reply: bytes,
                                             expected: str) -> None:
    (tmp_path / "sources.toml").write_text(f'[[source]]\nid = "meridian"\nname = "M"\nhome = "{outlet.url("/")}"\nkind = "feed"\n'
                                           f'url = "{outlet.url("/rss")}"\n')
    outlet.routes |= {f"/{number}": reply for number in range(5)} if path == "pages" else {path: reply}
    done = called(tmp_path, outlet, "sources", "check", "meridian")
    assert f"What to mend: {expected}" in done.stdout
    assert done.returncode == (0 if expected.startswith("undated") else 1)
    assert not (tmp_path / "store.db").exists()


def test_check_names_a_source_that_is_not_there(outlet: MisbehavingServer, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("")
    done = called(tmp_path, outlet, "sources", "check", "nobody")
    assert (done.returncode, "no source 'nobody'" in done.stderr) == (2, True)

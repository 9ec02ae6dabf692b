"""The newsroom answers as an outlet's web server does, and serves nothing but its folder."""
from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.newsroom import Newsroom, fill_sources, serve_newsroom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    site = tmp_path / "site"
    (site / "courier").mkdir(parents=True)
    (site / "courier" / "index.html").write_text("<p>Home {base}</p>")
    (site / "courier" / "rss.xml").write_text("<link>{base}/courier/</link>")
    (tmp_path / "secret.html").write_text("outside")
    with serve_newsroom(site) as newsroom:
        yield newsroom


def ask(room: Newsroom, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(room.address, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_it_listens_on_loopback_alone(room: Newsroom) -> None:
    assert room.base_url == f"http://{room.address}"
    assert room.address.startswith("127.0.0.1:")


def test_feeds_carry_the_address_and_pages_stay_as_they_are(room: Newsroom) -> None:
    status, headers, body = ask(room, "/courier/rss.xml")
    assert (status, headers["content-type"]) == (200, "application/rss+xml")
    assert body.decode() == f"<link>{room.base_url}/courier/</link>"
    status, headers, body = ask(room, "/courier/")
    assert (status, headers["content-type"], body) == (200, "text/html", b"<p>Home {base}</p>")


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(room: Newsroom, tmp_path: Path) -> None:
    _, first, _ = ask(room, "/courier/")
    assert ask(room, "/courier/", If_None_Match=first["etag"])[0] == 304
    assert ask(room, "/courier/", If_Modified_Since=first["last-modified"])[0] == 304
    (tmp_path / "site/courier/index.html").write_text("<p>New</p>")
    status, second, body = ask(room, "/courier/", If_None_Match=first["etag"], If_Modified_Since=first["last-modified"])
    assert (status, body) == (200, b"<p>New</p>"), "If-None-Match overrules a date of the same second"
    assert second["etag"] != first["etag"]


@pytest.mark.parametrize("since", ["yesterday", "", "Thu, 99 Nov 2023 00:00:00 GMT"])
def test_a_senseless_date_gets_the_whole_page(room: Newsroom, since: str) -> None:
    assert ask(room, "/courier/", If_Modified_Since=since)[0] == 200


def test_head_tells_the_length_without_the_page(room: Newsroom) -> None:
    status, headers, body = ask(room, "/courier/", method="HEAD")
    assert (status, headers["content-length"], body) == (200, "18", b"")


def test_a_folder_without_its_slash_is_redirected(room: Newsroom) -> None:
    status, headers, _ = ask(room, "/courier")
    assert (status, headers["location"]) == (301, "/courier/")


@pytest.mark.parametrize("path", ["/../secret.html", "/%2e%2e/secret.html", "/courier/../../secret.html", "/courier/none",
                                  "/courier/%00", "//secret.html", "/" + "x" * 5000])
def test_nothing_outside_the_folder_is_served(room: Newsroom, path: str) -> None:
    status, _, body = ask(room, path)
    assert status == 404
    assert b"outside" not in body


def test_each_get_is_told_before_it_is_answered(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("home")
    asked: list[str] = []
    with serve_newsroom(tmp_path, on_request=asked.append) as room:
        ask(room, "/")
        ask(room, "/none?x=1")
        assert asked == ["/", "/none?x=1"]


def test_closing_frees_the_port_and_may_be_done_twice(tmp_path: Path) -> None:
    room = serve_newsroom(tmp_path)
    room.close()
    room.close()
    serve_newsroom(tmp_path, port=int(room.address.split(":")[1])).close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="nowhere"):
        serve_newsroom(tmp_path / "nowhere")


def test_the_sources_file_gets_the_address(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('url = "{newsroom}/feed"\n')
    assert fill_sources(tmp_path / "sources.toml", "http://127.0.0.1:1") == 'url = "http://127.0.0.1:1/feed"\n'

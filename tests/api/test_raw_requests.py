"""What reaches the real server as bytes: requests that can be read in two ways, bodies that are too large, JSON that is none."""
from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import sample_timeline
from raw_http import answer_to, connect
from serving import SampleStore, sample_app, served
from sqlalchemy import func, select

from app.store import tables

SECOND = b"GET /api/v1/sources HTTP/1.1\r\nHost: localhost\r\n\r\n"
START = b"POST /api/v1/scrapes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKS = b"0\r\n\r\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleStore]:
    url = f"sqlite:///{tmp_path_factory.mktemp('raw') / 'timeline.db'}"
    sample_timeline.make(url)
    store = SampleStore(url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def base(store: SampleStore) -> Iterator[str]:
    with served(sample_app(store, extract=lambda row: [])) as base:
        yield base


def waiting(store: SampleStore) -> int:
    with store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(tables.runs).where(tables.runs.c.state == "queued")).scalar_one()


@pytest.mark.parametrize("lines", [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", b"content-length: 5\r\ntRANSFER-eNCODING: CHUNKED\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: 5\r\nContent-Length: 5\r\n", b"Content-Length: 5, 5\r\n",
    b"Content-Length: +5\r\n", b"Content-Length: -5\r\n", b"Content-Length: 0x5\r\n", b"Content-Length: 5 5\r\n", b"Content-Length: \r\n",
    b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: \x0bchunked\r\n",
    b"Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n", b"X: y\rTransfer-Encoding: chunked\r\n", b"X: y\nTransfer-Encoding: chunked\r\n",
    b"X: \x00\r\n", b"Host: evil.example\r\n", b" X: y\r\n: y\r\n", b"no colon\r\n"])
def test_a_length_that_is_told_in_two_ways_or_in_none_ends_the_connection(base: str, store: SampleStore, lines: bytes) -> None:
    """Whatever follows is not taken for a request: a proxy before the service may have taken it for a body."""
    answer = answer_to(base, START + lines + b"\r\n" + CHUNKS + SECOND)
    assert answer.status in (400, 501)
    assert answer.problem["detail"]
    assert answer.closed
    assert answer.rest == b""
    assert waiting(store) == 0


def test_a_transfer_coding_in_http_1_0_is_refused(base: str) -> None:
    answer = answer_to(base, START.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS)
    assert (answer.status, answer.closed) == (400, True)


@pytest.mark.parametrize("target", [b"http://[/", b"//[", b"/\x00", b"/\x16\x03\x01", b"/a\x7f", b"*", b"/%", b"/\xff"])
def test_a_target_that_can_not_be_read_is_an_answer_and_no_failure(base: str, target: bytes) -> None:
    answer = answer_to(base, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.status in (400, 404)
    assert answer.closed


def test_a_request_without_a_host_is_refused(base: str) -> None:
    assert answer_to(base, b"GET / HTTP/1.1\r\n\r\n").status == 400
    assert answer_to(base, b"GET / HTTP/1.0\r\n\r\n").status == 200


def test_chunks_are_taken_and_wrong_ones_refused(base: str) -> None:
    body = json.dumps({"text": "They met.", "published": "2023-11-10"}).encode()
    asked = b"POST /api/v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    answer = answer_to(base, asked + whole, stays=True)
    assert (answer.status, answer.closed) == (200, False)
    for wrong in (b"zz\r\n" + whole, b"-1\r\n" + whole, b"2\r\n{}{}\r\n0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n"):
        answer = answer_to(base, asked + wrong)
        assert (answer.status, answer.closed) == (400, True), wrong


@pytest.mark.parametrize("more", [b"", b"Expect: 100-continue\r\n"])
@pytest.mark.parametrize("path", [b"/api/v1/extract", b"/api/v1/scrapes", b"/nowhere"])
def test_an_upload_of_a_gigabyte_is_refused_when_it_is_announced(base: str, path: bytes, more: bytes) -> None:
    """Not a byte of it is sent, and the answer is there; nobody is told to go on."""
    answer = answer_to(base, b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + more
                       + b"Content-Length: 1000000000\r\n\r\n")
    assert answer.status == 413
    assert answer.problem["instance"] == path.decode()
    assert answer.closed


def test_an_upload_that_announces_no_end_is_cut_off(base: str) -> None:
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"  # a megabyte
    with connect(base) as connection:
        connection.sendall(START + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            for sent in range(100):  # noqa: B007
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 50  # what lies in the buffers of the sockets is not read


def test_headers_of_a_megabyte_are_refused(base: str) -> None:
    for asked in (b"GET /" + b"a" * 1_000_000, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 1_000_000):
        with connect(base) as connection:
            try:
                connection.sendall(asked)
                assert b" 431 " in connection.recv(4_096)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it did not even read it


def test_a_request_that_trickles_in_is_refused_when_its_time_is_over(sample: Path, tmp_path: Path) -> None:
    store = SampleStore.copied(sample, tmp_path / "timeline.db")
    with served(sample_app(store), patience=0.5) as base, connect(base) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        connection.settimeout(0.05)
        received = b""
        for _ in range(200):
            try:
                connection.sendall(b"X: y\r\n")
                received += connection.recv(4_096)
            except TimeoutError:
                continue
            except OSError:
                break
            if received:
                break
        assert b" 408 " in received
    store.close()


def test_queries_of_a_hundred_kilobytes_and_odd_limits_are_answered_in_few_words(base: str) -> None:
    for query in (b"q=" + b"x" * 100_000, b"a&" * 50_000, b"%" * 100_000, b"limit=1000000000", b"limit=-1", b"limit=NaN", b"limit=1&limit=2",
                  b"cursor=" + b"A" * 100_000, b"cursor=%00", b"limit=\xff", b"q=\xc3\x28", b"\xff=1"):
        answer = answer_to(base, b"GET /api/v1/events?" + query + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert answer.status in (200, 400), query[:20]
        assert answer.status == 400 or query in (b"q=\xc3\x28", b"%" * 100_000), query[:20]
        assert len(answer.body) < 5_000, query[:20]


def test_a_form_of_another_site_starts_nothing(base: str, store: SampleStore) -> None:
    """What a browser sends for a form needs no leave of the service's: it must fail by itself, in any of its three encodings."""
    for kind, body in ((b"application/x-www-form-urlencoded", b"sources=courier"), (b"text/plain", b'{"sources": ["courier"], "x": "=', ),
                       (b"multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="sources"\r\n\r\ncourier\r\n--x--\r\n')):
        for more, status in ((b"", 415), (b"Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n", 403), (b"Origin: http://[\r\n", 403)):
            answer = answer_to(base, b"POST /api/v1/scrapes HTTP/1.1\r\nHost: localhost\r\n" + more + b"Connection: close\r\nContent-Type: " + kind
                               + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            assert answer.status == status, (kind, more)
    assert waiting(store) == 0


# JSON ---------------------------------------------------------------------------------------------------------------------

_NUMBERS = [b"01", b"+1", b"1.", b".1", b"1e", b"1e+", b"0x1", b"--1", b"-", b"1_0", b"1 0", b"NaN", b"-NaN", b"Infinity", b"-Infinity", b"1.e1", b"\xef\xbc\x91"]
_TEXTS = [b'"', b'"a', b"'a'", b'"\\x41"', b'"\\u12"', b'"\\uZZZZ"', b'"\\', b'"\\"', b'"\n"', b'"\t"', b'"\x00"', b'"\x1f"', b'"\xff"', b'"\xc0\xaf"',
          b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"\\u{41}"', b'"\\a"', b'""""', b"\xe2\x80\x9ca\xe2\x80\x9d"]
_WORDS = [b"nul", b"True", b"FALSE", b"None", b"undefined", b"nulll", b"tru", b"text", b"/*x*/1", b"//x", b"#x", b"\xef\xbb\xbf1", b"\xa0", b"@", b"\x00"]
_SHAPES = [b"%s", b"[%s]", b'{"text": %s}', b'{"text": "a", "published": %s}', b"[1, %s]"]
_FRAMES = [b"", b"   ", b"\n", b"{", b"}", b"[", b"]", b"{]", b"[}", b"[1", b"[1,", b"[,1]", b"[1,]", b"[1,,2]", b"[1 2]", b"[1:2]", b"{1:2}", b'{"a"}', b'{"a":}',
           b'{"a" 1}', b'{"a":1,}', b'{"a":1 "b":2}', b"{,}", b"{a:1}", b"{'a':1}", b'{"a":1}}', b"[][]", b"{}{}", b"{} x", b"1 2", b'{"a":1}\x00', b"\xff\xfe{\x00}\x00",
           b"\x00{\x00}", b"[" * 10_000, b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"<x/>", b"text=a", b"---\na: 1"]
BAD = [*_FRAMES, *(shape.replace(b"%s", part) for shape, part in product(_SHAPES, [*_NUMBERS, *_TEXTS, *_WORDS]))]
# Good JSON of a kind that no schema here takes.
ODD = [b"null", b"true", b"0", b"-0", b"1e400", b"1e-400", b'"text"', b"[]", b"[[[]]]", b'{"text": null}', b'{"": 1}', b'{"text": 1, "text": 2}', b'{"__proto__": {}}',
       b'{"text": []}', b'{"text": {"a": {}}}', b'{"published": 20231110, "text": "a"}', b'{"text": "a", "published": true}', b"9" * 5_000, b'{"text": "' + b"a" * 300_000 + b'"}']


def test_there_are_hundreds_of_bad_bodies() -> None:
    assert len(set(BAD)) > 290


@pytest.mark.parametrize("path", ["/api/v1/extract", "/api/v1/corrections"])
def test_json_that_is_none_is_400_and_that_of_another_shape_422(base: str, path: str) -> None:
    """Each on one connection: what is refused leaves nothing of it behind for the next request."""
    import http.client

    host = base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    for bodies, wanted in ((BAD, {400}), (ODD, {400, 422})):
        for body in bodies:
            connection.request("POST", path, body=body, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
            assert answer.status in wanted, body[:60]
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert told["status"] == answer.status
    connection.close()


def test_after_a_304_the_connection_serves_on_unless_its_end_was_asked_for(base: str) -> None:
    """304 has no length and no body, and so ends with its headers (RFC 9112, section 6.3)."""
    again = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n"
    last = again + b"Connection: close\r\n\r\n"
    answer = answer_to(base, (again + b"\r\n") * 2 + last)
    assert answer.status == 304
    assert answer.rest.count(b"HTTP/1.1 304 ") == 2
    assert answer.closed
    assert "connection" not in answer.headers
    assert answer_to(base, last).headers["connection"] == "close"
    old = answer_to(base, again.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n")
    assert (old.status, old.closed) == (304, True)

"""What a fetch guarantees, against a real server on loopback that misbehaves."""
from __future__ import annotations

import gzip
import resource
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from misbehaving import MisbehavingServer, Request, answer, drip, flood, silence

from scraper.connection import Budget, GuardedAdapter
from scraper.errors import (
    BadAnswer,
    BadEncoding,
    BadStatus,
    BadUrl,
    ConnectionFailed,
    GuardedAddress,
    NameNotFound,
    Paused,
    RobotsRefused,
    Timeout,
    TlsFailed,
    TooLarge,
    TooManyRedirects,
)
from scraper.fetch import DEFAULT_PAUSE, LONGEST_PAUSE, Fetcher, retry_after

Make = Callable[..., Fetcher]
NOW = datetime(2023, 11, 9, 12, tzinfo=UTC)


class Clock:
    """A monotonic clock that moves when it is slept on or pushed, and else stands still."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


# -- the plain way ----------------------------------------------------------------------------------------------------

def test_an_answer_comes_with_its_validators_and_type(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(b"hello", ETag='W/"1"', Last_Modified="Thu, 09 Nov 2023 10:00:00 GMT",
                                 Content_Type="text/html; charset=utf-8")
    response = fetcher().fetch(server.url("/a"))
    assert (response.status, response.body, response.etag) == (200, b"hello", 'W/"1"')
    assert response.last_modified == "Thu, 09 Nov 2023 10:00:00 GMT"
    assert response.content_type == "text/html; charset=utf-8"
    assert response.final_url == response.url == server.url("/a")
    assert not response.redirects


def test_validators_are_sent_back_as_they_came_and_304_is_an_answer(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(status="304 Not Modified")
    response = fetcher().fetch(server.url("/a"), etag='W/"1"', last_modified="Thu, 09 Nov 2023 10:00:00 GMT")
    assert (response.status, response.body) == (304, b"")
    assert server.requests[-1].headers["if-none-match"] == 'W/"1"'
    assert server.requests[-1].headers["if-modified-since"] == "Thu, 09 Nov 2023 10:00:00 GMT"


def test_304_that_nobody_asked_for_is_a_bad_answer(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(status="304 Not Modified")
    with pytest.raises(BadAnswer):
        fetcher().fetch(server.url("/a"))


def test_the_user_agent_is_ours_and_no_cookie_is_ever_sent(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(b"x", Set_Cookie="id=1; Path=/")
    one = fetcher(user_agent="Summitry/0.1 (+https://example.org/contact)")
    one.fetch(server.url("/a"))
    one.fetch(server.url("/a"))
    assert {request.headers["user-agent"] for request in server.requests} == {"Summitry/0.1 (+https://example.org/contact)"}
    assert not any("cookie" in request.headers for request in server.requests)


def test_proxies_and_netrc_of_the_environment_are_ignored(server: MisbehavingServer, fetcher: Make,
                                                          monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login spy password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.routes["/a"] = answer(b"x")
    assert fetcher().fetch(server.url("/a")).body == b"x"
    assert "authorization" not in server.requests[-1].headers


def test_a_connection_is_used_again(server: MisbehavingServer, fetcher: Make) -> None:
    connections: list[int] = []

    def keep(connection: socket.socket, request: Request) -> None:
        connections.append(connection.fileno())
        for _ in range(3):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            if not connection.recv(65536):
                return

    server.routes["/robots.txt"] = keep
    one = fetcher()
    assert [one.fetch(server.url("/a")).body for _ in range(2)] == [b"x", b"x"]
    assert len(connections) == 1


def test_a_kept_connection_that_the_server_closes_is_no_failure(server: MisbehavingServer, fetcher: Make) -> None:
    """The server answers once and keeps the connection, then closes it when the next request comes."""
    heads: list[bytes] = []

    def once(connection: socket.socket, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        heads.append(connection.recv(65536))

    server.routes |= {"/a": once, "/robots.txt": answer(status="404 Not Found")}
    made = fetcher()
    assert made.fetch(server.url("/a")).body == b"ok"
    server.routes["/a"] = answer(b"again")
    assert made.fetch(server.url("/a")).body == b"again"
    assert [head.partition(b" HTTP")[0] for head in heads] == [b"GET /a"]


def test_a_new_connection_that_the_server_closes_is_not_tried_again(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/a": lambda connection, request: None}
    with pytest.raises(ConnectionFailed):
        fetcher().fetch(server.url("/a"))
    assert server.paths() == ["/a"]


@pytest.mark.parametrize(("status", "error_class"), [("404 Not Found", "http-404"), ("410 Gone", "http-410"),
                                                     ("500 Oops", "http-500"), ("206 Partial Content", "http-206")])
def test_what_is_neither_page_nor_redirect_is_told_with_its_status(server: MisbehavingServer, fetcher: Make, status: str,
                                                                   error_class: str) -> None:
    server.routes["/a"] = answer(b"x", status)
    with pytest.raises(BadStatus) as caught:
        fetcher().fetch(server.url("/a"))
    assert caught.value.error_class == error_class
    assert caught.value.url == server.url("/a")


# -- time and size ----------------------------------------------------------------------------------------------------

SLOW = {
    "silence": silence,
    "a header byte by byte": drip(b"HTTP/1.1 200 OK\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "a body byte by byte": lambda connection, request: (
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"), drip(b"x")(connection, request)),
    "chunks byte by byte": lambda connection, request: (
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), drip(b"1\r\nx\r\n")(connection, request)),
    "interim answers without end": lambda connection, request: drip(b"HTTP/1.1 103 Early Hints\r\n\r\n")(connection, request),
}


@pytest.mark.parametrize("name", SLOW)
def test_what_never_ends_is_ended_at_the_total_deadline(server: MisbehavingServer, fetcher: Make, name: str) -> None:
    server.routes["/a"] = SLOW[name]
    one = fetcher(deadline=0.6)
    begun = time.monotonic()
    with pytest.raises(Timeout):
        one.fetch(server.url("/a"))
    assert time.monotonic() - begun < 2.0


def test_the_deadline_is_one_for_all_redirects_and_robots(server: MisbehavingServer, fetcher: Make) -> None:
    def late(reply: bytes) -> Callable[[socket.socket, Request], None]:
        return lambda connection, request: (time.sleep(0.25), connection.sendall(reply))

    server.routes["/robots.txt"] = late(answer(b""))
    for number in range(5):
        server.routes[f"/{number}"] = late(answer(status="302 Found", Location=f"/{number + 1}"))
    begun = time.monotonic()
    with pytest.raises(Timeout):
        fetcher(deadline=0.6).fetch(server.url("/0"))
    assert time.monotonic() - begun < 1.5


def test_a_resolver_that_hangs_is_left_behind(fetcher: Make) -> None:
    gate = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        gate.wait(10)
        return []

    with pytest.raises(Timeout):
        fetcher(resolver=hang, deadline=0.3).fetch("http://news.example/")
    gate.set()


HUGE = {
    "an announced length": flood(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65536),
    "a length of thirty digits": answer(b"x").replace(b"Content-Length: 1\r\n", b"Content-Length: " + b"9" * 30 + b"\r\n"),
    "a body without length": flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
    "endless chunks": flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "endless interim headers": flood(b"HTTP/1.1 103 Early Hints\r\n", b"X-A: " + b"x" * 60000 + b"\r\n"),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_too_long_is_ended_at_the_cap(server: MisbehavingServer, fetcher: Make, name: str) -> None:
    server.routes["/a"] = HUGE[name]
    one = fetcher(deadline=5.0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge):
        one.fetch(server.url("/a"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # KiB


def test_a_body_of_just_the_cap_passes(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(b"x" * 1000)
    assert len(fetcher(cap=1000).fetch(server.url("/a")).body) == 1000
    with pytest.raises(TooLarge):
        fetcher(cap=999).fetch(server.url("/a"))


# -- encodings --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("coding", "body"), [
    ("gzip", gzip.compress(b"hello")), ("x-gzip", gzip.compress(b"hel") + gzip.compress(b"lo")),
    ("deflate", zlib.compress(b"hello")), ("deflate", zlib.compress(b"hello")[2:-4]), ("identity", b"hello"),
    ("GZIP", gzip.compress(b"hello") + b"\0\0\0")])
def test_gzip_and_deflate_are_undone(server: MisbehavingServer, fetcher: Make, coding: str, body: bytes) -> None:
    server.routes["/a"] = answer(body, Content_Encoding=coding)
    assert fetcher().fetch(server.url("/a")).body == b"hello"


@pytest.mark.parametrize(("coding", "body"), [
    ("gzip, gzip", gzip.compress(gzip.compress(b"x"))), ("br", b"x"), ("zstd", b"x"), ("gzip", b"no gzip"),
    ("gzip", gzip.compress(b"x" * 1000)[:-9]), ("deflate", b"\xff\xff")])
def test_other_encodings_chains_and_broken_streams_are_refused(server: MisbehavingServer, fetcher: Make, coding: str,
                                                               body: bytes) -> None:
    server.routes["/a"] = answer(body, Content_Encoding=coding)
    with pytest.raises(BadEncoding):
        fetcher().fetch(server.url("/a"))


def test_a_gzip_bomb_is_stopped_at_the_cap(server: MisbehavingServer, fetcher: Make) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(60)) + bomb.flush()
    server.routes["/a"] = answer(body, Content_Encoding="gzip")
    with pytest.raises(TooLarge, match="after decoding"):
        fetcher().fetch(server.url("/a"))


def test_the_body_of_a_redirect_is_not_read(server: MisbehavingServer, fetcher: Make) -> None:
    sent: list[int] = []

    def bomb(connection: socket.socket, _: Request) -> None:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Encoding: gzip\r\n"
                           b"Content-Length: 900000000\r\n\r\n")
        for _number in range(2000):
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    server.routes["/a"] = bomb
    server.routes["/b"] = answer(b"there")
    assert fetcher().fetch(server.url("/a")).body == b"there"
    time.sleep(0.2)
    assert sum(sent) < 20_000_000  # what fits into socket buffers


# -- redirects --------------------------------------------------------------------------------------------------------

def test_redirects_are_followed_by_hand_and_remembered(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/a": answer(status="301 Moved", Location="/b"), "/b": answer(status="308 Moved", Location="c?x=1#y"),
                      "/c?x=1": answer(b"there")}
    response = fetcher().fetch(server.url("/a"))
    assert response.redirects == (server.url("/a"), server.url("/b"))
    assert response.final_url == server.url("/c?x=1")
    assert response.permanent


def test_one_temporary_redirect_makes_the_chain_temporary(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/a": answer(status="301 Moved", Location="/b"), "/b": answer(status="302 Found", Location="/c"),
                      "/c": answer(b"there")}
    assert not fetcher().fetch(server.url("/a")).permanent


def test_five_redirects_pass_and_six_do_not(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {f"/{number}": answer(status="302 Found", Location=f"/{number + 1}") for number in range(6)}
    server.routes["/6"] = answer(b"there")
    assert fetcher().fetch(server.url("/1")).body == b"there"
    with pytest.raises(TooManyRedirects, match="/0 -> "):
        fetcher().fetch(server.url("/0"))


def test_a_circle_is_named(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/a": answer(status="302 Found", Location="/b"), "/b": answer(status="302 Found", Location="/a")}
    with pytest.raises(TooManyRedirects, match="circle"):
        fetcher().fetch(server.url("/a"))
    assert server.paths() == ["/a", "/b"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1:70/", "data:text/html,x", "ftp://x/",
                                    "http://user:word@127.0.0.1/", "http://127.0.0.1\\@news.example/", "http://[::1",
                                    "http://2130706433/", "http://0x7f.1/", "http://127.1/"])
def test_a_redirect_to_what_is_no_plain_web_address_is_refused(server: MisbehavingServer, fetcher: Make,
                                                               target: str) -> None:
    server.routes["/a"] = answer(status="302 Found", Location=target)
    with pytest.raises(BadUrl):
        fetcher().fetch(server.url("/a"))


@pytest.mark.parametrize("target", ["http://127.0.0.1:{other}/secret", "http://localhost:{port}/secret",
                                    "http://[::1]:{port}/secret", "http://169.254.169.254/latest", "http://10.0.0.1/"])
def test_a_redirect_to_a_guarded_address_is_refused_before_anything_is_sent(fetcher: Make, server: MisbehavingServer,
                                                                           target: str) -> None:
    other = MisbehavingServer()
    other.routes["/secret"] = answer(b"secret")
    server.routes["/a"] = answer(status="302 Found", Location=target.format(port=server.port, other=other.port))
    with pytest.raises(GuardedAddress):
        fetcher().fetch(server.url("/a"))
    assert server.paths() == ["/a"]
    assert not other.requests
    other.close()


# -- addresses --------------------------------------------------------------------------------------------------------

def test_a_name_with_one_guarded_address_is_refused_whole(fetcher: Make) -> None:
    one = fetcher(resolver=lambda host, port: ["93.184.215.14", "192.168.1.1"])
    with pytest.raises(GuardedAddress, match=r"192\.168\.1\.1"):
        one.fetch("http://news.example/")


def test_a_name_that_is_not_found_is_told(fetcher: Make) -> None:
    def missing(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NameNotFound):
        fetcher(resolver=missing).fetch("http://news.example/")


def test_a_name_is_resolved_once_for_each_connection_which_goes_to_that_very_address(server: MisbehavingServer,
                                                                                   fetcher: Make) -> None:
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    server.routes["/a"] = answer(b"x")
    one = fetcher(resolver=once, allow_hosts=(f"news.example:{server.port}",))
    assert one.fetch(f"http://news.example:{server.port}/a").body == b"x"
    assert len(asked) == len(server.requests) == 2  # robots.txt and the page; the server closes after each
    assert {request.headers["host"] for request in server.requests} == {f"news.example:{server.port}"}


def test_a_name_that_is_bound_anew_is_judged_by_the_answer_it_gave(server: MisbehavingServer, fetcher: Make) -> None:
    answers = [["127.0.0.1"], ["93.184.215.14"]]
    one = fetcher(resolver=lambda host, port: answers.pop(0))
    with pytest.raises(GuardedAddress):
        one.fetch(f"http://news.example:{server.port}/a")
    assert answers == [["93.184.215.14"]]
    assert not server.requests


def test_only_the_very_host_and_port_of_the_settings_is_allowed(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(b"x")
    assert fetcher().fetch(server.url("/a")).body == b"x"
    for settings in ((), ("127.0.0.1:1",), (f"localhost:{server.port}",)):
        with pytest.raises(GuardedAddress):
            fetcher(allow_hosts=settings).fetch(server.url("/a"))


def test_the_next_address_is_tried_when_one_does_not_answer(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = answer(b"x")
    one = fetcher(resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"], allow_hosts=(f"news.example:{server.port}",))
    assert one.fetch(f"http://news.example:{server.port}/a").body == b"x"


# -- broken answers ---------------------------------------------------------------------------------------------------

def _reset(connection: socket.socket, _: Request) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


BROKEN = {
    "a short body": (answer(b"x").replace(b"Content-Length: 1\r\n", b"Content-Length: 9\r\n"), BadAnswer),
    "a short chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", BadAnswer),
    "no chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", BadAnswer),
    "garbage": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", BadAnswer),
    "a garbage status": (b"HTTP/1.1 two OK\r\n\r\n", BadAnswer),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", BadAnswer),
    "a line of a megabyte": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n", (BadAnswer, TooLarge)),
    "a thousand headers": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n", BadAnswer),
    "nothing at all": (b"", ConnectionFailed),
    "a reset": (_reset, ConnectionFailed),
    "one endless chunk extension": (flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536),
                                    (BadAnswer, TooLarge)),
    "a redirect to nowhere": (answer(status="302 Found"), BadAnswer),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_an_error_of_its_class(server: MisbehavingServer, fetcher: Make, name: str) -> None:
    server.routes["/a"], error = BROKEN[name]
    with pytest.raises(error):
        fetcher().fetch(server.url("/a"))


def test_early_hints_are_passed_over(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/a"] = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + answer(b"final")
    assert fetcher().fetch(server.url("/a")).body == b"final"


def test_no_server_is_a_failed_connection(fetcher: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionFailed):
        fetcher(allow_hosts=(f"127.0.0.1:{port}",)).fetch(f"http://127.0.0.1:{port}/")


def test_a_server_that_speaks_no_tls_fails_as_tls(fetcher: Make) -> None:
    def chat() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=chat, daemon=True).start()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TlsFailed):
            fetcher(allow_hosts=(host,)).fetch(f"https://{host}/")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for news.example that signs itself, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    file = tmp_path / "news.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=news.example",
                    "-addext", "subjectAltName=DNS:news.example", "-keyout", tmp_path / "key", "-out", tmp_path / "cert"],
                   check=True, capture_output=True)
    file.write_bytes((tmp_path / "cert").read_bytes() + (tmp_path / "key").read_bytes())
    return file


def test_tls_is_checked_for_the_name_although_the_socket_goes_to_an_address(certificate: Path, fetcher: Make) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda connection, name, _: names.append(name)

    def serve() -> None:
        for _ in range(3):
            connection, _address = listener.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(65536)
                secure.sendall(answer(b"secure"))

    def session() -> requests.Session:
        adapter = GuardedAdapter(lambda name, port: ["127.0.0.1"])
        adapter.prepare(Budget(time.monotonic() + 5, 10_000, time.monotonic), guarded=False)
        made = requests.Session()
        made.trust_env = False
        made.mount("https://", adapter)
        return made

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, daemon=True).start()
        with session() as one:
            assert one.get(f"https://news.example:{port}/", verify=str(certificate)).content == b"secure"
        with session() as one, pytest.raises(requests.exceptions.SSLError):
            one.get(f"https://other.example:{port}/", verify=str(certificate))
        with pytest.raises(TlsFailed):  # nobody vouches for the certificate
            fetcher(resolver=lambda name, _port: ["127.0.0.1"],
                    allow_hosts=(f"news.example:{port}",)).fetch(f"https://news.example:{port}/")
    assert names == ["news.example", "other.example", "news.example"]


# -- robots.txt -------------------------------------------------------------------------------------------------------

RULES = b"User-agent: *\nDisallow: /\n\nUser-agent: summitry\nAllow: /open\nDisallow: /\n"


def test_the_group_for_our_name_decides(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/robots.txt": answer(RULES), "/open": answer(b"x"), "/shut": answer(b"x")}
    one = fetcher()
    assert one.fetch(server.url("/open")).body == b"x"
    with pytest.raises(RobotsRefused):
        one.fetch(server.url("/shut"))
    assert server.paths() == ["/open"]


def test_robots_is_asked_for_again_only_when_it_has_expired(server: MisbehavingServer, fetcher: Make) -> None:
    clock = Clock()
    server.routes |= {"/robots.txt": answer(b""), "/a": answer(b"x")}
    one = fetcher(clock=clock, sleep=clock.sleep)
    for _ in range(3):
        one.fetch(server.url("/a"))
    assert server.paths(robots=True).count("/robots.txt") == 1
    clock.time += 24 * 3600
    one.fetch(server.url("/a"))
    assert server.paths(robots=True).count("/robots.txt") == 2


@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "410 No"])
def test_4xx_for_robots_lets_everything_pass(server: MisbehavingServer, fetcher: Make, status: str) -> None:
    server.routes |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /", status), "/a": answer(b"x")}
    assert fetcher().fetch(server.url("/a")).body == b"x"


@pytest.mark.parametrize("status", ["500 Oops", "502 Oops", "504 Oops"])
def test_5xx_for_robots_forbids_everything_for_a_while(server: MisbehavingServer, fetcher: Make, status: str) -> None:
    clock = Clock()
    server.routes |= {"/robots.txt": answer(b"", status), "/a": answer(b"x")}
    one = fetcher(clock=clock, sleep=clock.sleep)
    for _ in range(2):
        with pytest.raises(RobotsRefused):
            one.fetch(server.url("/a"))
    server.routes["/robots.txt"] = answer(b"")
    clock.time += 300
    assert one.fetch(server.url("/a")).body == b"x"


def test_robots_that_never_answers_forbids_and_tells_why(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/robots.txt": silence, "/a": answer(b"x")}
    one = fetcher(deadline=0.3)
    with pytest.raises(Timeout):
        one.fetch(server.url("/a"))
    with pytest.raises(RobotsRefused):
        one.fetch(server.url("/a"))
    assert server.paths() == []


def test_html_for_robots_forbids_nothing(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/robots.txt": answer(b"<!doctype html><p>Disallow me", Content_Type="text/html"), "/a": answer(b"x")}
    assert fetcher().fetch(server.url("/a")).body == b"x"


def test_of_robots_the_first_500_kib_count(server: MisbehavingServer, fetcher: Make) -> None:
    rules = b"User-agent: *\nDisallow: /shut\n" + b"# filler\n" * 60_000 + b"Disallow: /late\n"
    assert len(rules) > 512_000
    server.routes |= {"/robots.txt": answer(rules), "/late": answer(b"x"), "/shut": answer(b"x")}
    one = fetcher()
    assert one.fetch(server.url("/late")).body == b"x"
    with pytest.raises(RobotsRefused):
        one.fetch(server.url("/shut"))


def test_robots_may_redirect_and_a_redirect_asks_its_own_hosts_robots(server: MisbehavingServer, fetcher: Make) -> None:
    other = MisbehavingServer()
    other.routes |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /private"), "/private": answer(b"x")}
    server.routes |= {"/robots.txt": answer(status="301 Moved", Location="/rules"),
                      "/rules": answer(b"User-agent: *\nDisallow: /shut"), "/shut": answer(b"x"),
                      "/a": answer(status="302 Found", Location=other.url("/private"))}
    one = fetcher(allow_hosts=(server.host, other.host))
    for path in ("/shut", "/a"):
        with pytest.raises(RobotsRefused):
            one.fetch(server.url(path))
    assert other.paths() == []
    other.close()


# -- pace -------------------------------------------------------------------------------------------------------------

def test_requests_to_a_host_keep_a_gap_and_hosts_do_not_wait_for_each_other(server: MisbehavingServer, fetcher: Make) -> None:
    clock = Clock()
    other = MisbehavingServer()
    one = fetcher(clock=clock, sleep=clock.sleep, host_gap=2.0, allow_hosts=(server.host, other.host))
    server.routes["/a"] = other.routes["/a"] = answer(b"x")
    one.fetch(server.url("/a"))  # robots.txt, then the page
    assert clock.slept == [2.0]
    one.fetch(other.url("/a"))
    assert clock.slept == [2.0, 2.0]
    clock.time += 5
    one.fetch(server.url("/a"))
    assert clock.slept == [2.0, 2.0]
    other.close()


def test_a_crawl_delay_longer_than_the_gap_is_kept(server: MisbehavingServer, fetcher: Make) -> None:
    clock = Clock()
    server.routes |= {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 7\n"), "/a": answer(b"x")}
    one = fetcher(clock=clock, sleep=clock.sleep, host_gap=1.0)
    for _ in range(2):
        one.fetch(server.url("/a"))
    assert clock.slept == [1.0, 7.0]


def test_no_turn_is_waited_for_that_comes_too_late(server: MisbehavingServer, fetcher: Make) -> None:
    """A caller that has 30 s left does not sleep through a Crawl-delay of 60 s."""
    clock = Clock()
    server.routes |= {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 60\n"), "/a": answer(b"x")}
    one = fetcher(clock=clock, sleep=clock.sleep, host_gap=1.0)
    one.fetch(server.url("/a"), deadline=30.0)
    with pytest.raises(Paused, match="no time for it"):
        one.fetch(server.url("/a"), deadline=30.0)
    assert clock.slept == [1.0]
    assert one.fetch(server.url("/a"), deadline=90.0).body == b"x"


def test_no_other_caller_is_waited_for_longer_than_there_is_time(server: MisbehavingServer, fetcher: Make) -> None:
    one = fetcher(deadline=5.0)
    server.routes |= {"/hang": silence, "/a": answer(b"x")}
    one.fetch(server.url("/a"))

    def hold() -> None:
        with suppress(Timeout):
            one.fetch(server.url("/hang"))

    holder = threading.Thread(target=hold)
    holder.start()
    while "/hang" not in server.paths():
        time.sleep(0.01)
    begun = time.monotonic()
    with pytest.raises(Paused, match="others ask"):
        one.fetch(server.url("/a"), deadline=0.3)
    assert time.monotonic() - begun < 2.0
    holder.join(10)


def test_threads_ask_a_host_one_after_the_other(server: MisbehavingServer, fetcher: Make) -> None:
    active: list[int] = []
    most: list[int] = []

    def slow(connection: socket.socket, _: Request) -> None:
        active.append(1)
        most.append(len(active))
        time.sleep(0.05)
        active.pop()
        connection.sendall(answer(b"x"))

    server.routes["/a"] = slow
    one = fetcher(deadline=5.0)
    threads = [threading.Thread(target=one.fetch, args=(server.url("/a"),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(most) == 6
    assert max(most) == 1


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
def test_429_and_503_pause_the_whole_host_as_long_as_they_ask(server: MisbehavingServer, fetcher: Make, status: str) -> None:
    clock = Clock()
    server.routes |= {"/busy": answer(b"", status, Retry_After="120"), "/a": answer(b"x")}
    one = fetcher(clock=clock, sleep=clock.sleep)
    with pytest.raises(BadStatus) as caught:
        one.fetch(server.url("/busy"))
    assert caught.value.retry_after == 120
    with pytest.raises(Paused) as paused:
        one.fetch(server.url("/a"))
    assert paused.value.retry_after == pytest.approx(120)
    assert one.paused_for(server.url("/a")) == pytest.approx(120)
    assert server.paths() == ["/busy"]
    clock.time += 121
    assert one.fetch(server.url("/a")).body == b"x"


def test_503_without_a_time_pauses_for_the_default(server: MisbehavingServer, fetcher: Make) -> None:
    clock = Clock()
    server.routes["/busy"] = answer(b"", "503 Busy")
    one = fetcher(clock=clock, sleep=clock.sleep)
    with pytest.raises(BadStatus) as caught:
        one.fetch(server.url("/busy"))
    assert caught.value.retry_after is None
    assert one.paused_for(server.url("/")) == DEFAULT_PAUSE


@pytest.mark.parametrize(("header", "seconds"), [
    ("0", 0), ("120", 120), ("99999999999999999999", LONGEST_PAUSE), ("86401", LONGEST_PAUSE),
    ("Thu, 09 Nov 2023 12:01:00 GMT", 60), ("Thu, 09 Nov 2023 11:00:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE), ("-5", None), ("1e20", None), ("soon", None), ("", None),
    (None, None), ("Thu, 99 Nov 2023 12:01:00 GMT", None)])
def test_retry_after_is_read_in_seconds_and_as_a_date_within_a_day(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds

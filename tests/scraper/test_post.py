"""What a POST guarantees: the guard and the bounds of a fetch, one exchange, and no waiting for anybody's turn."""
from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from misbehaving import MisbehavingServer
from receiver import Receiver, drip, hang, huge_body, huge_head, nonsense, slow_body
from test_fetch import certificate

from scraper.connection import Budget, GuardedAdapter
from scraper.errors import BadAnswer, BadUrl, ConnectionFailed, FetchError, GuardedAddress, NameNotFound, Timeout
from scraper.fetch import Fetcher, Posted
from scraper.guard import public_url

__all__ = ["certificate"]

Make = Callable[..., Fetcher]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_a_body_arrives_as_it_is_with_its_headers(receiver: Receiver, fetcher: Make) -> None:
    one = fetcher(allow_hosts=(receiver.host,))
    assert one.post(receiver.url("/a?b=c"), b'{"x":"\xc3\xa9"}', {"Content-Type": "application/json", "X-Mine": "1"}) == Posted(204, None)
    message, = receiver.received
    assert (message.path, message.body, message.headers["x-mine"]) == ("/a?b=c", b'{"x":"\xc3\xa9"}', "1")
    assert message.headers["content-type"] == "application/json"
    assert message.headers["user-agent"].startswith("Summitry/")
    assert "cookie" not in message.headers


@pytest.mark.parametrize("status", [200, 299, 302, 400, 404, 410, 429, 500, 503])
def test_an_answer_of_any_status_is_returned(receiver: Receiver, fetcher: Make, status: int) -> None:
    receiver.answer = (status, {"Retry-After": "7"})
    assert fetcher(allow_hosts=(receiver.host,)).post(receiver.url(), b"", {}) == Posted(status, 7.0)


def test_no_redirect_is_followed(receiver: Receiver, fetcher: Make, server: MisbehavingServer) -> None:
    for status in (301, 302, 303, 307, 308):
        receiver.answer = (status, {"Location": server.url("/internal")})
        assert fetcher(allow_hosts=(receiver.host, server.host)).post(receiver.url(), b"x", {}).status == status
    assert server.requests == []
    assert len(receiver.received) == 5


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1/",
                                 "http://[::ffff:127.0.0.1]/"])
def test_a_guarded_address_is_never_connected_to(fetcher: Make, url: str) -> None:
    with pytest.raises(GuardedAddress):
        fetcher(allow_hosts=()).post(url, b"x", {})


def test_a_name_that_leads_inside_is_refused_at_the_socket(receiver: Receiver, fetcher: Make) -> None:
    """As one that was bound anew since it was looked at."""
    port = receiver.host.partition(":")[2]
    one = fetcher(allow_hosts=(), resolver=lambda name, _port: ["127.0.0.1"])
    with pytest.raises(GuardedAddress):
        one.post(f"http://receiver.example:{port}/hook", b"x", {})
    assert receiver.received == []
    with pytest.raises(NameNotFound):
        fetcher(resolver=lambda name, _port: []).post("http://receiver.example/", b"x", {})
    with pytest.raises(BadUrl):
        one.post("gopher://receiver.example/", b"x", {})


@pytest.mark.parametrize(("answer", "error"), [(hang, Timeout), (drip, Timeout), (huge_head, BadAnswer), (nonsense, BadAnswer)])
def test_what_is_no_answer_ends_at_the_deadline_or_before(receiver: Receiver, fetcher: Make, answer: Callable[[socket.socket], None],
                                                          error: type[Exception]) -> None:
    receiver.answer = answer
    with pytest.raises(error):
        fetcher(allow_hosts=(receiver.host,)).post(receiver.url(), b"x", {}, deadline=0.5)


@pytest.mark.parametrize("answer", [slow_body, huge_body])
def test_the_body_of_an_answer_is_not_waited_for(receiver: Receiver, fetcher: Make, answer: Callable[[socket.socket], None]) -> None:
    receiver.answer = answer
    assert fetcher(allow_hosts=(receiver.host,)).post(receiver.url(), b"x", {}, deadline=5.0).status == 200


def test_nobody_there_is_a_failed_connection(receiver: Receiver, fetcher: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ConnectionFailed):
        fetcher(allow_hosts=(host,)).post(f"http://{host}/", b"x", {})


def test_a_post_waits_for_no_turn_and_takes_none(receiver: Receiver, fetcher: Make) -> None:
    """A receiver that hangs, on a host that is fetched too: the fetch does not wait for it, whatever it answers."""
    came, go_on = threading.Event(), threading.Event()

    def wait(connection: socket.socket) -> None:
        came.set()
        go_on.wait(30)

    def post() -> None:
        with suppress(FetchError):
            one.post(receiver.url(), b"x", {}, deadline=30.0)

    receiver.answers = [wait, (503, {"Retry-After": "3600"})]
    one = fetcher(allow_hosts=(receiver.host,), host_gap=0.0)
    hanging = threading.Thread(target=post)
    hanging.start()
    assert came.wait(10)
    assert one.post(receiver.url(), b"x", {}).status == 503
    assert one.paused_for(receiver.url()) == 0
    with pytest.raises(FetchError):
        one.fetch(receiver.url())  # it knows no GET; what counts is that it was asked
    assert hanging.is_alive()
    go_on.set()
    hanging.join(10)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_receiver_that_reads_a_drop_at_a_time_is_given_up_at_the_deadline(certificate: Path, secure: bool) -> None:
    """Sending is bounded as a whole, as reading is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    reads: list[int] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with suppress(OSError), (context.wrap_socket(connection, server_side=True) if secure else connection) as opened:
            for _ in range(100):
                reads.append(len(opened.recv(40_000)))
                time.sleep(0.1)

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=serve, daemon=True).start()
        adapter = GuardedAdapter(lambda name, port: ["127.0.0.1"])
        adapter.prepare(Budget(time.monotonic() + 0.5, 0, time.monotonic), guarded=False)
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        with session, pytest.raises((Timeout, requests.exceptions.RequestException)):
            session.post(f"{'https' if secure else 'http'}://news.example:{listener.getsockname()[1]}/", data=b"x" * 30_000_000,
                         verify=str(certificate), timeout=0.5)
    assert len(reads) < 50, "it was fed for as long as it read"


# What is kept to be posted to later ------------------------------------------------------------------------------------

@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/", "https://api.localhost:8080/", "http://[::1]/",
                                 "http://10.1.2.3:9000/x", "http://localhost./"])
def test_an_address_that_is_written_as_an_internal_one_is_refused_before_it_is_kept(url: str) -> None:
    with pytest.raises(GuardedAddress):
        public_url(url)


def test_a_name_is_kept_as_it_is_and_what_is_allowed_too() -> None:
    assert public_url("HTTPS://Receiver.example/a#b") == "https://receiver.example/a"
    assert public_url("http://8.8.8.8/") == "http://8.8.8.8/"
    assert public_url("http://127.0.0.1:81/", ["127.0.0.1:81"]) == "http://127.0.0.1:81/"
    with pytest.raises(GuardedAddress):
        public_url("http://127.0.0.1:82/", ["127.0.0.1:81"])
    with pytest.raises(BadUrl):
        public_url("ftp://receiver.example/")

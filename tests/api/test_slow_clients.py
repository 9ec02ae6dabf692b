"""Clients that send or read slowly hold up nobody: the real server has four threads here, and they sixty connections."""
from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from raw_http import connect
from serving import SampleStore, sample_app, served
from test_odd_requests import fill

SLOW = 60
HEAD = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"POST /api/v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@pytest.fixture
def base(store: SampleStore) -> Iterator[str]:
    fill(store, 600)
    with served(sample_app(store)) as base:
        yield base


def hanging(stack: ExitStack, base: str, sent: bytes, window: int | None = None) -> list[socket.socket]:
    connections = [stack.enter_context(connect(base, window=window)) for _ in range(SLOW)]
    for connection in connections:
        connection.sendall(sent)
    return connections


def assert_answered(base: str) -> None:
    for path in ("/api/v1/events?limit=10", "/calendar.ics?limit=10", "/healthz", "/api/v1/sources"):
        connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.read()
        assert answer.status == 200, path
        connection.close()


@pytest.mark.parametrize("sent", [b"", b"G", HEAD, BODY], ids=["nothing", "a letter", "half of the headers", "half of a body"])
def test_others_are_answered_while_sixty_send_slowly(base: str, sent: bytes) -> None:
    with ExitStack() as stack:
        connections = hanging(stack, base, sent)
        for number in range(3):
            assert_answered(base)
            for connection in connections:
                connection.sendall(b"%d" % number if sent == BODY else b"X" if sent else b"")
        if sent == HEAD:  # and they, when they are done at last
            connections[0].sendall(b": y\r\nConnection: close\r\n\r\n")
            assert connections[0].recv(4_096).startswith(b"HTTP/1.1 200 OK")


def test_others_are_answered_while_sixty_read_nothing(base: str) -> None:
    """Each asks for a page of some hundred kilobytes twice, and takes nothing of it."""
    page = b"GET /api/v1/events?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        connections = hanging(stack, base, page * 2, window=4_096)
        assert_answered(base)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 2:  # whoever reads at last gets all that it asked for
            part = connections[0].recv(1 << 20)
            assert part
            received += part


def test_a_client_that_goes_away_in_the_middle_leaves_no_trace(base: str, tmp_path: Path) -> None:
    for sent in (HEAD, BODY, HEAD + b"\r\n"):
        with ExitStack() as stack:
            hanging(stack, base, sent)
    assert_answered(base)
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
    connection.request("GET", "/metrics")
    assert 'status="500"' not in connection.getresponse().read().decode()
    connection.request("GET", "/api/v1/events?limit=1")
    assert json.loads(connection.getresponse().read())["events"]

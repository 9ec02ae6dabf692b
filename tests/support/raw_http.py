"""Requests as bytes on a socket: what no client library would send."""
from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class RawAnswer:
    """The first answer on a connection, and whether the server ended the connection within the time."""

    status: int
    headers: dict[str, str]
    body: bytes
    rest: bytes  # what came after it
    closed: bool

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", self
        told = json.loads(self.body)
        assert told["status"] == self.status
        return dict(told)


def connect(base: str, *, timeout: float = 10.0, window: int | None = None) -> socket.socket:
    """`window` is how many bytes the other side may send before they are read."""
    parts = urlsplit(base)
    connection = socket.socket()
    try:
        if window is not None:  # must be set before the connection is made
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        connection.settimeout(timeout)
        connection.connect((parts.hostname, parts.port))
    except OSError:
        connection.close()
        raise
    return connection


def answer_to(base: str, request: bytes, *, wait: float = 10.0, stays: bool = False) -> RawAnswer:
    """What the server answers. `stays`: the connection is expected to stay, so that only a moment is waited for its end."""
    with connect(base, timeout=wait) as connection:
        connection.sendall(request)
        received, closed = b"", False
        try:
            while not closed:
                if stays and _whole(received):
                    connection.settimeout(0.2)
                part = connection.recv(65_536)
                received += part
                closed = not part
        except TimeoutError:
            pass
        except ConnectionResetError:
            closed = True
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    return RawAnswer(int(first.split()[1]), headers, body[:length], body[length:], closed)


def _whole(received: bytes) -> bool:
    head, parted, body = received.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(parted) and bool(lengths) and len(body) >= int(lengths[0])

"""A server on loopback that answers with whatever bytes a test wants, one connection at a time per thread."""
from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Answer: TypeAlias = "bytes | Callable[[socket.socket, Request], None]"


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP/1.1 answer; `content_type="…"` becomes `Content-Type: …`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class MisbehavingServer:
    """`routes` maps a path to the bytes that are sent, or to a function that is given the socket.

    An unknown path is 404. Every request is kept in `requests`. A function that sends for ever ends when the client
    goes away or the server is closed.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Answer] = {}
        self.requests: list[Request] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def paths(self, *, robots: bool = False) -> list[str]:
        return [request.path for request in self.requests if robots or request.path != "/robots.txt"]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    head += piece
                first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
                pairs = [line.split(": ", 1) for line in lines]
                request = Request(first.split(" ")[1], {name.lower(): value for name, value in pairs})
                self.requests.append(request)
                reply = self.routes.get(request.path, answer(b"not here", "404 Not Found"))
                if callable(reply):
                    reply(connection, request)
                else:
                    connection.sendall(reply)
            except OSError:
                return  # the client went away, which is what most tests here want it to do


def drip(data: bytes, pause: float = 0.05) -> Callable[[socket.socket, Request], None]:
    """Sends `data` a byte at a time, and its last byte again and again."""
    def send(connection: socket.socket, _: Request) -> None:
        for _number in range(2000):
            for byte in data:
                connection.sendall(bytes([byte]))
                time.sleep(pause)
    return send


def flood(head: bytes, piece: bytes, most: int = 1 << 30) -> Callable[[socket.socket, Request], None]:
    """Sends `head`, then `piece` without end (bounded by `most` bytes)."""
    def send(connection: socket.socket, _: Request) -> None:
        connection.sendall(head)
        for _number in range(most // len(piece)):
            connection.sendall(piece)
    return send


def silence(connection: socket.socket, _: Request) -> None:
    """Takes the request and says nothing until the client goes away."""
    connection.settimeout(30)
    connection.recv(1)

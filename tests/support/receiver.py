"""A webhook's receiver on loopback, which keeps what it gets and answers as a test wants."""
from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from standardwebhooks import Webhook

Answer: TypeAlias = "int | tuple[int, dict[str, str]] | Callable[[socket.socket], None]"


@dataclass(frozen=True)
class Message:
    path: str
    headers: dict[str, str]  # names in small letters
    body: bytes
    came: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def told(self) -> tuple[str, str]:
        """Type, and the event that it is about."""
        return self.said["type"], self.said["data"].get("event", "")

    def signed_by(self, secret: str) -> bool:
        """Whether one of the signatures is what the specification's own library makes of it, at the time that it tells."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        made = Webhook(secret).sign(self.id, at, self.body.decode())
        return made in self.headers["webhook-signature"].split(" ")


class Receiver:
    """Answers each message with the next of `answers`, and when there are none left with `answer`.

    An answer is a status, a status with headers, or a function that is given the socket after the request was read.
    `judge`, where it is set, chooses the answer to each message.
    """

    def __init__(self, port: int = 0) -> None:
        self.answer: Answer = 204
        self.answers: list[Answer] = []
        self.judge: Callable[[Message], Answer] | None = None
        self.received: list[Message] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 30

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Message(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
                with receiver._lock:
                    answer = receiver.answers.pop(0) if receiver.answers else receiver.answer
                    if receiver.judge is not None:
                        answer = receiver.judge(message)
                    receiver.received.append(message)
                try:
                    if callable(answer):
                        answer(self.connection)
                        self.close_connection = True
                        return
                    status, headers = answer if isinstance(answer, tuple) else (answer, {})
                    self.send_response(status)
                    for name, text in headers.items():
                        self.send_header(name, text)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    self.close_connection = True  # the sender went away

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def url(self, path: str = "/hook") -> str:
        return f"http://{self.host}{path}"

    @property
    def told(self) -> list[tuple[str, str]]:
        return [message.told for message in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


def hang(connection: socket.socket) -> None:
    """Says nothing until the sender goes away."""
    connection.settimeout(20)
    connection.recv(1)


def drip(connection: socket.socket) -> None:
    """A head, a byte at a time, that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(400):
        connection.sendall(b"a")
        time.sleep(0.05)


def slow_body(connection: socket.socket) -> None:
    """204 in all but name: a body that never comes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    hang(connection)


def huge_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x" * 1_000_000)


def huge_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        connection.sendall(f"X-{number}: {'y' * 100}\r\n".encode())


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example ESMTP\r\n")

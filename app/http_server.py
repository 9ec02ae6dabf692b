"""The HTTP server: waitress, stricter where a request could be read in two ways, with its own refusals as problem details.

A thread is busy with a request only once all of it has arrived, and free again once the answer lies in the socket's buffers: clients
that send or read slowly cost a connection each, and no thread.
"""
from __future__ import annotations

import resource
import time
from functools import partial
from http import HTTPStatus
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from app.api.problems import MEDIA_TYPE, problem_json
from app.web_app import BODY_LIMIT

__all__ = ["close_http_server", "open_http_server"]

_CONNECTIONS = 1_000
_OTHER_FILES = 128  # that the process has open besides: databases, pages under way, logs
_IDLE = 30  # seconds that a connection may show no sign of life
# A body that is a little too large is read and answered: a client that is cut off while it sends often never reads the answer.
_REFUSED_UNREAD = 2 * BODY_LIMIT


def open_http_server(app: Any, *, host: str, port: int, threads: int, patience: float = 60.0) -> Any:
    """Waitress's server for a WSGI application, which listens already; `run` and `close` it. Port 0 picks a free one.

    A request that has not arrived after `patience` seconds is refused with 408, however steadily it trickles. Raises `OSError`, which
    names the address, where it is taken or none of this machine.
    """
    sockets: dict[int, Any] = {}
    # Forwarding headers reach the application, which trusts none of them: where there is no token, they tell it that a request
    # came through a proxy and not from this machine.
    try:
        server = create_server(app, map=sockets, host=host, port=port, threads=threads, ident=None, max_request_body_size=_REFUSED_UNREAD,
                               clear_untrusted_proxy_headers=False, channel_timeout=_IDLE, connection_limit=_most_connections(), backlog=256,
                               asyncore_use_poll=True)  # select() ends with an error where a connection has a number above 1,023
    except (OSError, ValueError) as error:  # waitress says ValueError of a name that can't be resolved
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "it is no address of this machine"
        raise OSError(f"can't listen on {host}:{port}: {reason}") from error
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = partial(_Channel, patience=patience)
    return server


def _most_connections() -> int:
    """So many that the process can open other files still."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _CONNECTIONS if allowed == resource.RLIM_INFINITY else max(_OTHER_FILES // 2, min(_CONNECTIONS, allowed - _OTHER_FILES))


def close_http_server(server: Any) -> None:
    """Close what `open_http_server` opened. What is still being answered wakes nobody at its end: by then the number of the pipe that
    it would write a letter to may be that of another open file, such as a database."""
    for one in list((getattr(server, "map", None) or server._map).values()):
        if isinstance(one, BaseWSGIServer):
            one.trigger.trigger = -1
    server.close()


class _TooSlow(Error):
    code = 408


class _Parser(HTTPRequestParser):
    path = "/"  # of a request that can't be read

    def __init__(self, adjustments: Any, *, patience: float) -> None:
        super().__init__(adjustments)
        self._ends = time.monotonic() + patience

    def parse_header(self, header_plus: bytes) -> None:
        """Refuses what a proxy before us might read otherwise, and then takes for another request than we do."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # of urllib's, about the target
            raise ParsingError("The target of the request can't be read") from error
        # RFC 9112, section 6.3: both lengths at once are an attempt to smuggle, and HTTP/1.0 knows no Transfer-Encoding.
        # Waitress takes that header out where it has obeyed it.
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The length of the body is told in two ways")
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or "," in (host or ""):  # section 3.2
            raise ParsingError("One Host header is needed")

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if not self.completed and time.monotonic() > self._ends:
            self.error, self.completed = _TooSlow("The request took too long to arrive"), True
        if self.error is not None:
            self.expect_continue = False  # who is refused is not asked to go on
        return consumed


class _Refusal(ErrorTask):
    def execute(self) -> None:
        error = self.request.error
        detail = {413: "The body is larger than this service takes.", 431: "The headers are larger than this service takes."}.get(
            error.code, f"{str(error.body).rstrip('.')}.")
        body = problem_json(error.code, detail, self.request.path)
        self.status = f"{error.code} {HTTPStatus(error.code).phrase}"
        self.response_headers += [("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"),
                                  ("X-Content-Type-Options", "nosniff")]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Task(WSGITask):
    def set_close_on_finish(self) -> None:
        """Keeps the connection after 204 and 304 to HTTP/1.1, which end with their headers (RFC 9112, section 6.3): waitress takes
        what has no length for what has no end."""
        ends_by_itself = not self.has_body and self.version == "1.1" and not self.wrote_header
        if not ends_by_itself or self.request.headers.get("CONNECTION", "").lower() == "close":
            super().set_close_on_finish()


class _Channel(HTTPChannel):
    error_task_class = _Refusal
    task_class = _Task

    def __init__(self, *arguments: Any, patience: float, **others: Any) -> None:
        super().__init__(*arguments, **others)
        self.parser_class = partial(_Parser, patience=patience)

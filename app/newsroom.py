"""The sample newsroom: a folder of pages served over HTTP on loopback, for the demonstration and the tests.

It answers as a small outlet's web server does (ETag, Last-Modified, 304, HEAD, directory indexes), so that all that is
shown with it went through the same fetch as a real outlet's pages. Files are read anew for each request: a page that
is edited while the newsroom runs is news at the next scrape.
"""
from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote, urlsplit

__all__ = ["Newsroom", "fill_sources", "serve_newsroom"]

log = logging.getLogger(__name__)

BASE = "{base}"  # stands for the newsroom's address in the files whose URLs must be absolute
NEWSROOM = "{newsroom}"  # stands for it in the sources file
TEMPLATED = frozenset({".xml", ".atom", ".txt"})

# Pages go without a charset: each declares its own, as is common, and readers must find it there.
CONTENT_TYPES = {
    ".html": "text/html",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
CONTENT_TYPE_OF_NAME = {"rss.xml": "application/rss+xml"}
IDLE_SECONDS = 5.0


class Newsroom:
    """A running newsroom. `base_url` has no slash at its end; `close` (or leaving the `with` block) stops it."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        self._thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="newsroom", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """`host:port`, the form in which a fetch is allowed to go to a loopback address."""
        return self.base_url.removeprefix("http://")

    def close(self) -> None:
        """Stop answering and free the port. A second call does nothing."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def serve_newsroom(root: str | Path, port: int = 0, on_request: Callable[[str], None] | None = None) -> Newsroom:
    """Serve the folder `root` on 127.0.0.1; port 0 takes a free one.

    `on_request` is told the path of each GET before it is answered. Raises `NotADirectoryError` where `root` is no
    folder and `OSError` where the port is taken.
    """
    folder = Path(root).resolve()
    if not folder.is_dir():
        raise NotADirectoryError(f"the newsroom's folder is missing: {folder}")
    return Newsroom(_Server(folder, port, on_request))


def fill_sources(template: str | Path, base_url: str) -> str:
    """The text of a sources file with the newsroom's address in the place of `{newsroom}`."""
    return Path(template).read_text(encoding="utf-8").replace(NEWSROOM, base_url)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # connections that are kept alive would hold `close` up until they idle out

    def __init__(self, folder: Path, port: int, on_request: Callable[[str], None] | None) -> None:
        self.folder = folder
        self.on_request = on_request
        super().__init__(("127.0.0.1", port), _Handler)
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        log.debug("a client went away: %s", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        if self.server.on_request is not None:
            self.server.on_request(self.path)
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self._file(path)
        if file is None:
            self._refuse(HTTPStatus.NOT_FOUND, with_body)
            return
        if file.is_dir():
            if not path.endswith("/"):
                self._move(quote(path) + "/")
                return
            file /= "index.html"
        try:
            changed = int(file.stat().st_mtime)
            body = file.read_bytes()
        except (OSError, ValueError):
            self._refuse(HTTPStatus.NOT_FOUND, with_body)
            return
        if file.suffix in TEMPLATED:
            body = body.replace(BASE.encode(), self.server.base_url.encode())
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        unchanged = self._unchanged(etag, changed)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", formatdate(changed, usegmt=True))
        self.send_header("Cache-Control", "no-cache")
        if not unchanged:
            self.send_header("Content-Type", CONTENT_TYPE_OF_NAME.get(file.name)
                             or CONTENT_TYPES.get(file.suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and not unchanged:
            self.wfile.write(body)

    def _file(self, path: str) -> Path | None:
        """The file or folder at `path`, or None where there is none inside the newsroom."""
        try:
            file = (self.server.folder / path.lstrip("/")).resolve()
            return file if file.is_relative_to(self.server.folder) and file.exists() else None
        except (OSError, ValueError):  # a NUL, or a name longer than the file system takes
            return None

    def _unchanged(self, etag: str, changed: int) -> bool:
        """Whether the client's copy still holds; If-None-Match overrules If-Modified-Since (RFC 9110, 13.1.3)."""
        if (known := self.headers.get("If-None-Match")) is not None:
            tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
            return "*" in tags or etag in tags
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            moment = parsedate_to_datetime(since)
        except ValueError:
            return False
        return changed <= moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()

    def _refuse(self, status: HTTPStatus, with_body: bool) -> None:
        body = f"<!doctype html><title>{status.phrase}</title><h1>{status.phrase}</h1>\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _move(self, location: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def version_string(self) -> str:
        return "SummitryNewsroom"

    def log_message(self, format: str, *args: object) -> None:
        log.debug("%s %s", self.address_string(), format % args)

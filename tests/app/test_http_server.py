"""The HTTP server's own life."""
from __future__ import annotations

import os
import resource
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from apiflask import APIFlask
from raw_http import connect
from serving import served

from app.http_server import close_http_server, open_http_server


def test_a_request_that_outlives_its_server_writes_into_no_file_that_was_opened_since(tmp_path: Path) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        begun.set()
        goes_on.wait(30)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = open_http_server(application, host="127.0.0.1", port=0, threads=1)
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    with connect(f"http://127.0.0.1:{server.effective_port}") as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert begun.wait(10)
        pipe = server.trigger.trigger
        ended = threading.Event()

        def end() -> None:
            close_http_server(server)
            ended.set()

        server.trigger.pull_trigger(end)
        assert ended.wait(10)
        opened: list[int] = []
        while pipe not in opened:  # the least number that is free, each time
            opened.append(os.open(tmp_path / f"{len(opened)}", os.O_RDWR | os.O_CREAT))
        goes_on.set()
        server.task_dispatcher.shutdown()
    for number in opened:
        os.close(number)
    assert [file.name for file in tmp_path.iterdir() if file.stat().st_size] == []


@pytest.fixture
def files_allowed() -> Iterator[Callable[[int], None]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda count: resource.setrlimit(resource.RLIMIT_NOFILE, (count, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_thousand_connections_at_once_end_no_server(files_allowed: Callable[[int], None]) -> None:
    """Their numbers are above those that select() can take. Those that are too many wait until others have gone."""
    if 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 3_000:  # no limit is told as a number below 0
        pytest.skip("this machine allows too few open files")
    files_allowed(3_000)
    app = APIFlask("many")
    app.get("/")(lambda: "ok")
    with served(app) as base, ExitStack() as stack:
        clients = [stack.enter_context(connect(base)) for _ in range(1_100)]
        for client in clients[:300]:
            client.close()
        assert requests.get(base, timeout=20).text == "ok"


def test_connections_leave_room_for_other_files(files_allowed: Callable[[int], None]) -> None:
    found = []
    for allowed in (300, 5_000):
        files_allowed(allowed)
        server = open_http_server(lambda environ, start_response: [], host="127.0.0.1", port=0, threads=1)
        found.append(server.adj.connection_limit)
        close_http_server(server)
        server.task_dispatcher.shutdown()
    assert found == [172, 1_000]

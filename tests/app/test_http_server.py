"""The HTTP server's own life."""
from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from raw_http import connect

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

"""A client that asks as fast as it is answered, on another core than the server: wrk where it is installed, else threads of Python.

Run as a program it is the latter: `load.py HOST:PORT SECONDS CONNECTIONS FILE`, with a path a line, and prints how many answers came.
"""
from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from serving.servers import Server

CORE = "1"
CONNECTIONS = 4
WRK = """
local paths, at = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
done = function(summary, latency, requests)
  io.write(string.format("\\nanswered %d wrong %d\\n", summary.requests, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


def asked(server: Server, paths: Sequence[str], seconds: float, folder: Path, headers: Mapping[str, str] = {}) -> float:
    """Seconds of the server's CPU for one request, while the paths are asked for one after the other, again and again.

    Raises `RuntimeError` where something else than what was asked for came back.
    """
    file = folder / "paths"
    file.write_text("".join(f"{path}\n" for path in paths))
    core = CORE if (os.cpu_count() or 1) > 1 else "0"
    if shutil.which("wrk"):
        (folder / "load.lua").write_text(WRK)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}", "-s", str(folder / "load.lua"),
                   *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")), server.base]
    else:
        command = [sys.executable, "-m", "serving.load", server.base.removeprefix("http://"), str(seconds), str(CONNECTIONS), str(file), json.dumps(dict(headers))]
    before = server.cpu()
    told = subprocess.run(["taskset", "-c", core, *command], env=os.environ | {"PATHS": str(file), "PYTHONPATH": str(Path(__file__).parents[1])},
                          capture_output=True, text=True, check=True).stdout
    after = server.cpu()
    words = told.split()
    answered, wrong = int(words[words.index("answered") + 1]), int(words[words.index("wrong") + 1])
    if wrong or not answered:
        raise RuntimeError(f"{server.base}{paths[0]}: {wrong} of {answered} answers were none")
    return (after - before) / answered


def main() -> None:
    host, seconds, connections, file, headers = sys.argv[1:]
    paths, told, until = Path(file).read_text().split(), [], time.monotonic() + float(seconds)

    def ask(start: int) -> None:
        connection, at, right, wrong = http.client.HTTPConnection(host), start, 0, 0
        while time.monotonic() < until:
            connection.request("GET", paths[at % len(paths)], headers=json.loads(headers))
            answer = connection.getresponse()
            answer.read()
            at, right, wrong = at + int(connections), right + (answer.status < 400), wrong + (answer.status >= 400)
        told.append((right, wrong))

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("answered", sum(right for right, _ in told), "wrong", sum(wrong for _, wrong in told))


if __name__ == "__main__":
    main()

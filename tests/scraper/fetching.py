"""A process that fetches what it is told on standard input, and tells what became of each and what it cost.

    python fetching.py HOST:PORT DEADLINE

Each line of the input is a path; each line of the output is JSON: `path`, `outcome` (`ok`, an error class, or `bug-…`),
`seconds`, and `growth`: by how many KiB the process's peak of memory has grown since its first fetch, of a plain page.
"""
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from scraper.errors import FetchError
from scraper.fetch import Fetcher


def main(host: str, deadline: float) -> None:
    with Fetcher(allow_hosts=(host,), host_gap=0.0, deadline=deadline) as fetcher:
        fetcher.fetch(f"http://{host}/there")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for line in sys.stdin:
            path = line.strip()
            began = time.monotonic()
            try:
                fetcher.fetch(f"http://{host}{path}")
                outcome = "ok"
            except FetchError as error:
                outcome = error.error_class
            except Exception as error:
                outcome = f"bug-{type(error).__name__}: {error}"
            print(json.dumps({"path": path, "outcome": outcome, "seconds": time.monotonic() - began,
                              "growth": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before}), flush=True)


main(sys.argv[1], float(sys.argv[2]))

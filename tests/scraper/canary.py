"""Inside a network namespace of its own, where guarded addresses lie on `lo` and a canary answers on them.

Prints JSON: `reachable` are the addresses that a plain socket gets an answer from (so that the canary is known to sing),
`outcomes` what the fetcher said to each way of leading it there, `hits` how often it got there all the same.
"""
import json
import socket
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from misbehaving import MisbehavingServer, answer

from scraper.errors import FetchError
from scraper.fetch import Fetcher

ADDRESSES = sys.argv[1:]


def main() -> None:
    hits: list[str] = []

    def sing(listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                hits.append(connection.recv(4096).decode("latin-1").split("\r\n")[0])
                connection.sendall(answer(b"SECRET"))

    for family, everywhere in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        listener = socket.socket(family)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((everywhere, 80))
        listener.listen()
        threading.Thread(target=sing, args=(listener,), daemon=True).start()
    reachable = []
    for address in ADDRESSES:
        with socket.create_connection((address, 80), 2) as plain:
            plain.sendall(b"GET /plain HTTP/1.1\r\n\r\n")
            if b"SECRET" in plain.recv(4096):
                reachable.append(address)
    hits.clear()

    server = MisbehavingServer()
    outcomes = {}
    for number, address in enumerate(ADDRESSES):
        host = f"[{address}]" if ":" in address else address
        server.routes[f"/{number}"] = answer(status="302 Found", Location=f"http://{host}/latest/meta-data")
        ways = {"by redirect": (server.url(f"/{number}"), None), "by address": (f"http://{host}/", None),
                "by name": ("http://news.example/", [address]), "by one of two": ("http://news.example/", ["192.0.2.1", address])}
        for way, (url, resolved) in ways.items():
            options = {"resolver": lambda host, port, resolved=resolved: resolved} if resolved else {}
            with Fetcher(allow_hosts=(server.host,), host_gap=0.0, deadline=2.0, **options) as fetcher:
                try:
                    fetcher.fetch(url)
                    outcomes[f"{address} {way}"] = "fetched"
                except FetchError as error:
                    outcomes[f"{address} {way}"] = error.error_class
    print(json.dumps({"reachable": reachable, "outcomes": outcomes, "hits": hits}))


main()

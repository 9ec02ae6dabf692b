"""Connections that lead where they were checked to lead, within a budget of time and bytes.

requests and urllib3 keep connections and speak HTTP; three of their steps are replaced here. *Connecting*: the name is
resolved once, every address is checked, and the socket connects to a checked address (against DNS rebinding). *Reading*:
each read gets what is left of the total deadline and counts against the caps, so that neither a byte a second nor an
endless header is read for long (a socket timeout alone starts anew with each byte). *Interim answers* (RFC 9110, 15.2;
103 Early Hints) are passed over until the final one.
"""
from __future__ import annotations

import http.client
import io
import socket
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from scraper.errors import BadAnswer, ConnectionFailed, GuardedAddress, NameNotFound, Timeout, TooLarge
from scraper.guard import address_fault

__all__ = ["Budget", "GuardedAdapter", "Resolver", "resolve"]

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]  # host, port -> IP addresses; raises OSError

HEAD_CAP = 256 * 1024
INTERIM_ANSWERS = 20


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host`, in the order that the system prefers (RFC 6724)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Budget:
    """What one exchange may cost: until `ends` on `clock`, and `cap` bytes of body on the wire."""

    def __init__(self, ends: float, cap: int, clock: Callable[[], float]) -> None:
        self._ends = ends
        self._clock = clock
        self._cap = cap
        self._allowed = HEAD_CAP
        self._what = "head"

    def left(self) -> float:
        """Seconds that are left. Raises `Timeout` when none are."""
        left = self._ends - self._clock()
        if left <= 0:
            raise Timeout("no answer within the deadline")
        return left

    def head_is_read(self) -> None:
        self._allowed = self._cap + HEAD_CAP  # chunk sizes and trailers come on top of the body
        self._what = "body"

    def spend(self, size: int) -> None:
        """Count bytes that came over the wire. Raises `TooLarge` past the cap."""
        self._allowed -= size
        if self._allowed < 0:
            raise TooLarge(f"the {self._what} of the answer is longer than "
                           f"{self._cap if self._what == 'body' else HEAD_CAP} bytes")


class GuardedAdapter(HTTPAdapter):
    """A requests transport whose every connection is guarded.

    Set `budget` and `guarded` (False for a host that the settings allow) before each `send`, in the same thread.
    """

    def __init__(self, resolver: Resolver, pool_size: int = 32) -> None:
        self._resolver = resolver
        self._exchange = threading.local()
        super().__init__(pool_connections=pool_size, pool_maxsize=4, max_retries=0)

    def prepare(self, budget: Budget, *, guarded: bool) -> None:
        self._exchange.budget = budget
        self._exchange.guarded = guarded
        self._exchange.connected = False

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(self._pool, HTTPConnectionPool, _Http),
            "https": partial(self._pool, HTTPSConnectionPool, _Https)}

    def _pool(self, kind: Any, connection: Any, host: str, port: int, **options: Any) -> Any:
        pool = kind(host, port, **options)
        pool.ConnectionCls = partial(connection, door=self)
        return pool

    @property
    def budget(self) -> Budget:
        budget: Budget = self._exchange.budget
        return budget

    @property
    def connected(self) -> bool:
        """Whether the exchange made a connection of its own; else it was sent on one that had been kept."""
        return bool(self._exchange.connected)

    def connect(self, host: str, port: int, options: Any) -> socket.socket:
        """A socket to a checked address of `host`. Raises `FetchError`."""
        self._exchange.connected = True
        addresses = self._resolved(host, port)
        if self._exchange.guarded:
            for address in addresses:
                if fault := address_fault(address):
                    raise GuardedAddress(f"{host} leads to {address}, which is no public address ({fault})")
        last: OSError | None = None
        for number, address in enumerate(addresses):
            left = self.budget.left()
            others = len(addresses) - number - 1  # one dead address must leave time for the next
            try:
                return _connected(address, port, left / 2 if others else left, options)
            except OSError as error:
                last = error
        if isinstance(last, TimeoutError):
            raise Timeout(f"no connection to {host} within the deadline") from last
        raise ConnectionFailed(f"no connection to {host}: {last}") from last

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """getaddrinfo knows no timeout, so it runs in a thread of its own that is left behind when it takes too long."""
        outcome: list[Sequence[str] | OSError | UnicodeError] = []

        def look_up() -> None:
            try:
                outcome.append(self._resolver(host.strip("[]"), port))
            except (OSError, UnicodeError) as error:
                outcome.append(error)

        thread = threading.Thread(target=look_up, name="resolve", daemon=True)
        thread.start()
        thread.join(self.budget.left())
        if not outcome:
            raise Timeout(f"{host} was not resolved within the deadline")
        found = outcome[0]
        if isinstance(found, OSError | UnicodeError):
            raise NameNotFound(f"{host} was not resolved: {found}") from found
        if not found:
            raise NameNotFound(f"{host} has no address")
        return found


def _connected(address: str, port: int, timeout: float, options: Any) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        for option in options or ():
            sock.setsockopt(*option)
        sock.settimeout(timeout)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


class _Guarded:
    """The three replaced steps, for plain and for TLS connections."""

    def __init__(self, *arguments: Any, door: GuardedAdapter, **options: Any) -> None:
        self._door = door
        super().__init__(*arguments, **options)

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        sock = self._door.connect(connection._dns_host, connection.port, connection.socket_options)
        sock.settimeout(self._door.budget.left())  # the TLS handshake as a whole is bound by it
        return sock

    def getresponse(self) -> Any:
        connection: Any = self
        budget = self._door.budget
        connection.timeout = budget.left()
        connection.response_class = partial(_Answer, budget=budget)
        connected: Any = super()
        answer = connected.getresponse()
        budget.head_is_read()
        return answer


class _Http(_Guarded, HTTPConnection):
    pass


class _Https(_Guarded, HTTPSConnection):
    pass


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, budget: Budget, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Reader(sock, budget), 1 << 14)

    def _read_status(self) -> tuple[str, int, str]:
        parent: Any = super()
        for _ in range(INTERIM_ANSWERS):
            version, status, reason = parent._read_status()
            if not 100 <= status < 200 or status == 101:
                return version, status, reason
            while (line := self.fp.readline(65537)) not in (b"\r\n", b"\n", b""):
                if len(line) > 65536:
                    raise BadAnswer("an interim answer has a line of more than 65,536 bytes")
        raise BadAnswer(f"more than {INTERIM_ANSWERS} interim answers")


class _Reader(io.RawIOBase):
    """A socket that is read within a budget."""

    def __init__(self, sock: socket.socket, budget: Budget) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._budget.left())
        try:
            size = self._raw.readinto(buffer)
        except TimeoutError as error:
            raise Timeout("no answer within the deadline") from error
        self._budget.spend(size or 0)
        return size

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()

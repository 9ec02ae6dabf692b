"""The only door to the network.

`docs/collecting.md` lists what a fetch guarantees; the errors are drawn in `scraper/errors.py`.
"""
from __future__ import annotations

import http.client
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin

import requests
import urllib3.exceptions

from scraper.connection import Budget, GuardedAdapter, Resolver, resolve
from scraper.decoding import ACCEPTED, decode
from scraper.errors import (
    BadAnswer,
    BadEncoding,
    BadStatus,
    BadUrl,
    ConnectionFailed,
    FetchError,
    GuardedAddress,
    NameNotFound,
    Paused,
    Refused,
    RobotsRefused,
    Timeout,
    TlsFailed,
    TooLarge,
    TooManyRedirects,
)
from scraper.guard import authority, checked_url
from scraper.robots import CAP as ROBOTS_CAP
from scraper.robots import Robots
from scraper.turns import LocalTurns, Turns, host_of

__all__ = ["BadAnswer", "BadEncoding", "BadStatus", "BadUrl", "ConnectionFailed", "FetchError", "Fetcher",
           "GuardedAddress", "NameNotFound", "Paused", "Posted", "Refused", "Response", "RobotsRefused", "Timeout", "TlsFailed",
           "TooLarge", "TooManyRedirects", "retry_after"]

LONGEST_PAUSE = 24 * 3600.0
DEFAULT_PAUSE = 60.0  # after 429 or 503 without Retry-After
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_HEADERS = {"Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
                      "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
            "Accept-Encoding": ACCEPTED}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that can be used: 2xx with its decoded body, or 304 (only where validators were sent) without one.

    `url` was asked for, `final_url` answered; `redirects` are the addresses that redirected, in order, and `permanent`
    says that all of them did so with 301 or 308. `headers` have lower-case names; a header that came several times is
    joined by ", ".
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    redirects: tuple[str, ...] = ()
    permanent: bool = False

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class Posted:
    """What the head of an answer to a POST says; `retry_after` is in seconds, None where it names no time."""

    status: int
    retry_after: float | None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests reads the body of a redirect whole, even when it is told not to follow it."""


class Fetcher:
    """Fetches within bounds, and no faster than a host likes. One object serves any number of threads.

    Times are in seconds, sizes in bytes. `allow_hosts` are `host:port` pairs that may be fetched although they are not
    public addresses. `clock` is monotonic; `now` is the time of day, which Retry-After dates are compared with.
    `turns` is for several processes that share their hosts; without it the pace is this object's own. `resolver`, `clock`,
    `sleep` and `now` are arguments so that tests can pass their own.
    """

    def __init__(self, user_agent: str = "Summitry/0.1 (+https://summitry.invalid/contact)", *, deadline: float = 20.0,
                 cap: int = 10_000_000, host_gap: float = 1.0, allow_hosts: tuple[str, ...] = (),
                 max_redirects: int = 5, resolver: Resolver = resolve, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep, turns: Turns | None = None,
                 now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._deadline = deadline
        self._cap = cap
        self._gap = host_gap
        self._allowed = frozenset(host.lower() for host in allow_hosts)
        self._max_redirects = max_redirects
        self._clock = clock
        self._now = now
        self._turns: Turns = turns if turns is not None else LocalTurns(clock, sleep)
        self._robots = Robots(_product(user_agent), clock)
        self._adapter = GuardedAdapter(resolver)
        self._session = _Session()
        self._session.trust_env = False  # no proxies, no .netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update(_HEADERS | {"User-Agent": user_agent})
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None,
              deadline: float | None = None) -> Response:
        """GET `url`, following at most `max_redirects` redirects.

        The fetcher's deadline bounds the whole, robots.txt and redirects included; waiting for one's turn at a host comes
        on top. `deadline` (seconds), where it is given, bounds both: what can't have its turn by then is `Paused`. `etag` and `last_modified` are sent as they were received, to get 304.
        Raises `FetchError`.
        """
        conditions = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
                      if value}
        purse = _Purse(self._deadline) if deadline is None else _Purse(min(self._deadline, deadline),
                                                                       self._clock() + deadline)
        return self._follow(url, conditions, purse)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: float | None = None) -> Posted:
        """POST `body` once. The guard and the bounds are those of `fetch`; `deadline` (seconds) is else the fetcher's.

        An answer of any status is returned, and it ends with its head: no redirect is followed, and no byte of its body is
        waited for. robots.txt is not asked, since it is for robots that read and this address was given to us to be called;
        nor is a turn waited for, so that whoever is posted to can hold up nobody who fetches. Raises `FetchError`.
        """
        address = checked_url(url)
        budget = Budget(self._clock() + (self._deadline if deadline is None else deadline), 0, self._clock)
        try:
            answer = self._send("POST", address, {"Accept": "*/*", "Connection": "close", **headers}, budget, body)
        except FetchError as error:
            error.url = error.url or address
            raise
        told = {name.lower(): value for name, value in answer.headers.items()}
        answer.close()  # with what was not read of it
        return Posted(answer.status_code, retry_after(told.get("retry-after"), self._now()))

    def paused_for(self, url: str) -> float:
        """Seconds for which the host of `url` wants to be left alone yet; 0 where it does not."""
        return self._turns.paused_for(host_of(checked_url(url)))

    def _follow(self, url: str, conditions: dict[str, str], purse: _Purse, *, robots_txt: bool = False) -> Response:
        """Ask, and follow redirects. A robots.txt is asked without asking robots.txt, and cut where it is too long."""
        here = asked = checked_url(url)
        hops: list[str] = []
        permanent = True
        while True:
            try:
                delay = 0.0 if robots_txt else self._crawl_delay(here, purse)
                status, headers, body = self._exchange(here, conditions, purse, delay, robots_txt)
            except FetchError as error:
                error.url = error.url or here
                raise
            target = headers.get("location")
            if status not in _REDIRECTS:
                break
            if not target:
                raise BadAnswer(f"a redirect ({status}) without a Location", here)
            hops.append(here)
            if len(hops) > self._max_redirects:
                raise TooManyRedirects(f"more than {self._max_redirects} redirects: {' -> '.join(hops)[:1000]}", asked)
            permanent = permanent and status in _PERMANENT
            here = _target(here, target)
            if here in hops:
                raise TooManyRedirects(f"redirects in a circle: {' -> '.join([*hops, here])[:1000]}", asked)
        if status == 304 and not conditions:
            raise BadAnswer("304 although nothing was asked conditionally", here)
        if status != 304 and (not 200 <= status < 300 or status == 206):
            raise BadStatus(status, here, retry_after(headers.get("retry-after"), self._now()))
        return Response(asked, here, status, headers, body, _validator(headers.get("etag")),
                        _validator(headers.get("last-modified")), tuple(hops), bool(hops) and permanent)

    def _crawl_delay(self, url: str, purse: _Purse) -> float:
        """The host's Crawl-delay. Raises `RobotsRefused` where its robots.txt does not let us ask for `url`."""
        verdict = self._robots.verdict(url, lambda address: self._follow(address, {}, purse, robots_txt=True).body)
        if verdict.reason is not None:
            raise RobotsRefused(verdict.reason, url)
        return verdict.delay

    def _exchange(self, url: str, conditions: dict[str, str], purse: _Purse, delay: float,
                  robots_txt: bool) -> tuple[int, dict[str, str], bytes]:
        """One request and its answer: status, headers, decoded body (empty for redirects, 304 and errors)."""
        host = host_of(url)
        cap = ROBOTS_CAP if robots_txt else self._cap
        longest = min(purse.seconds, purse.ends - self._clock())
        with self._turns.turn(host, gap=max(self._gap, delay), ends=purse.ends, longest=longest):
            started = self._clock()
            budget = Budget(min(started + purse.seconds, purse.ends), cap, self._clock)
            try:
                answer = self._send("GET", url, conditions, budget)
                try:
                    headers = {name.lower(): value for name, value in answer.headers.items()}
                    self._heed(host, answer.status_code, headers)
                    if answer.status_code == 304 and "transfer-encoding" not in headers:
                        answer.raw.drain_conn()  # there is nothing to drain; the connection may be used again
                    if not 200 <= answer.status_code < 300 or answer.status_code == 206:
                        return answer.status_code, headers, b""
                    with _translated():
                        body = _read(answer, cap, cut=robots_txt)
                    body = decode(body, headers.get("content-encoding"), self._cap)
                    return answer.status_code, headers, body[:cap]
                finally:
                    answer.close()  # what was not read is never read: the connection is dropped with it
            finally:
                purse.seconds -= self._clock() - started

    def _send(self, method: str, url: str, headers: dict[str, str], budget: Budget, body: bytes | None = None) -> requests.Response:
        request = self._session.prepare_request(requests.Request(method, url, headers=headers, data=body))
        request.url = url  # as checked: requests would spell it anew
        guarded = authority(url) not in self._allowed

        def send() -> requests.Response:
            self._adapter.prepare(budget, guarded=guarded)
            return self._session.send(request, stream=True, allow_redirects=False, timeout=budget.left())

        with _translated():
            try:
                return send()
            except requests.exceptions.ConnectionError as error:
                # A server may close a kept connection while the request is on its way (RFC 9112, 9.3.1): that says nothing of it.
                if method != "GET" or self._adapter.connected or not _closed(error):
                    raise
                return send()

    def _heed(self, host: str, status: int, headers: Mapping[str, str]) -> None:
        """429 and 503 speak for the whole host, whatever page they were given for (RFC 6585, 4; RFC 9110, 15.6.4)."""
        if status in (429, 503):
            asked = retry_after(headers.get("retry-after"), self._now())
            self._turns.pause(host, DEFAULT_PAUSE if asked is None else asked)


@dataclass(slots=True)
class _Purse:
    """Seconds that one call of `fetch` may still spend on the network, over all its exchanges; and when, on the
    fetcher's clock, it must be over with all its waiting."""

    seconds: float
    ends: float = float("inf")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date), from 0 to 24 hours.

    None where there is none, or where it is neither.
    """
    text = (value or "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]+", text):
        return LONGEST_PAUSE if len(text) > 6 else min(float(text), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text[:64])
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE)


def _read(answer: requests.Response, cap: int, *, cut: bool) -> bytes:
    """The body as it comes over the wire. Past `cap` it is cut, or `TooLarge` is raised."""
    announced = answer.headers.get("content-length", "")
    if not cut and re.fullmatch(r"[0-9]+", announced) and (len(announced) > 15 or int(announced) > cap):
        raise TooLarge(f"the answer announces {announced[:20]} bytes, more than {cap}")
    body = bytearray()
    for part in answer.raw.stream(1 << 16, decode_content=False):
        body += part
        if len(body) > cap:
            if cut:
                break
            raise TooLarge(f"the body is longer than {cap} bytes")
    return bytes(body)


def _target(here: str, location: str) -> str:
    """The address that a Location header (which http.client reads as Latin-1) leads to. Raises `BadUrl`."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return checked_url(urljoin(here, location.strip()))
    except ValueError as error:  # urljoin: an unbalanced bracket
        raise BadUrl(f"a redirect to no URL: {error}", here) from error


def _validator(value: str | None) -> str | None:
    """An ETag or Last-Modified that can be sent back as it came."""
    return value if value and len(value) <= 512 and value.isascii() and value.isprintable() else None


def _product(user_agent: str) -> str:
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0] or "Summitry"


@contextmanager
def _translated() -> Iterator[None]:
    """The errors of requests and urllib3 as ours. A FetchError raised below them passes as it is."""
    try:
        yield
    except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
        raise TlsFailed(f"TLS failed: {_short(error)}") from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
        raise Timeout("no answer within the deadline") from error
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema,
            urllib3.exceptions.LocationValueError) as error:
        raise BadUrl(f"can't be asked: {_short(error)}") from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError,
            ValueError) as error:
        raise _broken(error) from error


def _closed(error: requests.exceptions.ConnectionError) -> bool:
    """Whether the other side closed the connection before it answered anything."""
    reason = error.args[0] if error.args else None
    return isinstance(reason, urllib3.exceptions.ProtocolError) and any(
        isinstance(one, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError) for one in reason.args)


def _broken(error: BaseException) -> FetchError:
    """A connection that broke and an answer that is no HTTP come in the same wrappers; what is inside tells which."""
    seen: list[BaseException] = []
    reasons: list[BaseException] = [error]
    while reasons:
        reason = reasons.pop()
        if reason in seen:
            continue
        seen.append(reason)
        reasons += [inner for inner in (reason.__cause__, reason.__context__, *reason.args)
                    if isinstance(inner, BaseException)]
    if any(isinstance(reason, ssl.SSLError) for reason in seen):
        return TlsFailed(f"TLS failed: {_short(error)}")
    if any(isinstance(reason, ConnectionError) and not isinstance(reason, requests.exceptions.RequestException)
           for reason in seen):
        return ConnectionFailed(f"the connection broke: {_short(error)}")
    return BadAnswer(f"no good answer: {_short(error)}")


def _short(error: BaseException) -> str:
    return re.sub(r"\s+", " ", str(error))[:200]

"""The ways in which a server misbehaves here, each with what must become of a fetch of it.

`WAYS` maps a name to a `Way`: what the server answers, and the classes of error that may come of it (`ok` where the fetch
must succeed all the same). The path of a way is `path_of(name)`.
"""
from __future__ import annotations

import gzip
import re
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from misbehaving import Answer, MisbehavingServer, Request, answer, drip, flood, silence

MANY = 1 << 30  # bytes that a flood is bounded by


@dataclass(frozen=True)
class Way:
    reply: Answer
    outcome: tuple[str, ...]


def path_of(name: str) -> str:
    return "/" + re.sub(r"[^a-z0-9]+", "-", name.lower())


def lay_out(server: MisbehavingServer) -> None:
    """Let the server answer in all these ways."""
    server.routes |= {path_of(name): way.reply for name, way in WAYS.items()}
    server.routes |= {"/there": answer(b"there"), "/circle-2": answer(status="302 Found", Location=path_of("a circle"))}
    server.routes |= {f"/hop/{number}": answer(status="302 Found", Location=f"/hop/{number + 1}") for number in range(30)}


def _after(head: bytes, then: Callable[[socket.socket, Request], None]) -> Callable[[socket.socket, Request], None]:
    def send(connection: socket.socket, request: Request) -> None:
        connection.sendall(head)
        then(connection, request)
    return send


def _reset(connection: socket.socket, _: Request) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def _bomb(megabytes: int, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def _late(seconds: float, reply: bytes) -> Callable[[socket.socket, Request], None]:
    def send(connection: socket.socket, _: Request) -> None:
        time.sleep(seconds)
        connection.sendall(reply)
    return send


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"x" * 65536
redirect = partial(answer, status="302 Found")

WAYS: dict[str, Way] = {
    # It takes for ever.
    "silence": Way(silence, ("timeout",)),
    "a header byte by byte": Way(drip(OK + b"X-Long: " + b"a" * 60), ("timeout",)),
    "a body byte by byte": Way(_after(OK + b"Content-Length: 90000\r\n\r\n", drip(b"x")), ("timeout",)),
    "chunks byte by byte": Way(_after(CHUNKED, drip(b"1\r\nx\r\n")), ("timeout",)),
    "interim answers byte by byte": Way(drip(b"HTTP/1.1 103 Early Hints\r\n\r\n"), ("timeout",)),
    "trailers byte by byte": Way(_after(CHUNKED + b"1\r\nx\r\n0\r\n", drip(b"X-T: y\r\n")), ("timeout", "ok")),
    "a body that stops half-way": Way(_after(OK + b"Content-Length: 90000\r\n\r\n" + b"x" * 45000, silence), ("timeout",)),
    "an answer after the deadline": Way(_late(3.0, answer(b"late")), ("timeout",)),
    "a redirect whose body never ends": Way(
        _after(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n", drip(b"x")), ("ok",)),
    # It is too much.
    "an announced length": Way(flood(OK + b"Content-Length: 99999999999\r\n\r\n", LONG), ("too-large",)),
    "a length of thirty digits": Way(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nx", ("too-large",)),
    "a hundred megabytes": Way(flood(OK + b"Content-Length: 104857600\r\n\r\n", LONG, 100 << 20), ("too-large",)),
    "a body without length or end": Way(flood(OK + b"\r\n", LONG, MANY), ("too-large",)),
    "endless chunks": Way(flood(CHUNKED, b"10000\r\n" + LONG + b"\r\n", MANY), ("too-large",)),
    "one endless chunk": Way(flood(CHUNKED + b"ffffffff\r\n", LONG, MANY), ("too-large",)),
    "an endless chunk extension": Way(flood(CHUNKED + b"1;", LONG, MANY), ("bad-answer", "too-large")),
    "endless trailers": Way(flood(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-T: " + b"y" * 60000 + b"\r\n", MANY),
                            ("bad-answer", "too-large", "ok")),
    "endless interim headers": Way(flood(b"HTTP/1.1 103 Early Hints\r\n", b"X-A: " + b"x" * 60000 + b"\r\n", MANY),
                                   ("too-large",)),
    "endless interim answers": Way(flood(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 1 << 24), ("bad-answer", "too-large")),
    "a million headers": Way(flood(OK, b"X: y\r\n" * 1000, 6_000_000), ("bad-answer", "too-large")),
    "a header of two megabytes": Way(OK + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n", ("bad-answer", "too-large")),
    "eighty cookies of four kilobytes": Way(
        OK + b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"v" * 4000) for number in range(80)) + b"Content-Length: 1\r\n\r\nx",
        ("too-large", "ok")),
    "a status line of a megabyte": Way(b"HTTP/1.1 200 " + b"K" * 1_000_000 + b"\r\n\r\n", ("bad-answer", "too-large")),
    # It is packed.
    "a gzip bomb": Way(answer(_bomb(400, 31), Content_Encoding="gzip"), ("too-large",)),
    "a deflate bomb": Way(answer(_bomb(400, 15), Content_Encoding="deflate"), ("too-large",)),
    "gzip in gzip": Way(answer(gzip.compress(_bomb(400, 31)), Content_Encoding="gzip, gzip"), ("bad-encoding",)),
    "a bomb on a redirect": Way(
        redirect(_bomb(400, 31), Location="/there", Content_Encoding="gzip"), ("ok",)),
    "brotli that nobody asked for": Way(answer(b"\x8b\x02\x80x\x03", Content_Encoding="br"), ("bad-encoding",)),
    "zstandard that nobody asked for": Way(answer(b"\x28\xb5\x2f\xfd\x04", Content_Encoding="zstd"), ("bad-encoding",)),
    "no gzip under its name": Way(answer(b"plain", Content_Encoding="gzip"), ("bad-encoding",)),
    "gzip that is cut": Way(answer(gzip.compress(b"x" * 5000)[:-9], Content_Encoding="gzip"), ("bad-encoding",)),
    # It leads astray.
    "a circle": Way(redirect(Location="/circle-2"), ("redirects",)),
    "a chain of thirty": Way(redirect(Location="/hop/0"), ("redirects",)),
    "a redirect to nowhere": Way(redirect(), ("bad-answer",)),
    "a redirect to a file": Way(redirect(Location="file:///etc/passwd"), ("bad-url",)),
    "a redirect to gopher": Way(redirect(Location="gopher://127.0.0.1:70/"), ("bad-url",)),
    "a redirect to data": Way(redirect(Location="data:text/html,x"), ("bad-url",)),
    "a redirect to loopback": Way(redirect(Location="http://127.0.0.1:9/"), ("guarded-address",)),
    "a redirect to loopback by IPv6": Way(redirect(Location="http://[::1]:9/"), ("guarded-address",)),
    "a redirect to the metadata address": Way(redirect(Location="http://169.254.169.254/latest"), ("guarded-address",)),
    "a redirect with a user name": Way(redirect(Location="http://a:b@127.0.0.1/"), ("bad-url",)),
    "a redirect that parsers read differently": Way(redirect(Location="http://127.0.0.1\\@news.example/"), ("bad-url",)),
    # It is broken.
    "nothing at all": Way(b"", ("connection",)),
    "a reset": Way(_reset, ("connection",)),
    "a reset half-way": Way(_after(OK + b"Content-Length: 90000\r\n\r\nxx", _reset), ("connection", "bad-answer")),
    "garbage": Way(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", ("bad-answer",)),
    "a garbage status": Way(b"HTTP/1.1 two OK\r\n\r\n", ("bad-answer",)),
    "a status of 999": Way(answer(b"x", "999 Denied"), ("http-999",)),
    "a body without a head": Way(b"<html>hello</html>\r\n\r\n", ("bad-answer",)),
    "a short body": Way(OK + b"Content-Length: 9\r\n\r\nx", ("bad-answer",)),
    "a short chunk": Way(CHUNKED + b"9\r\nabc", ("bad-answer",)),
    "no chunk": Way(CHUNKED + b"zz\r\n", ("bad-answer",)),
    "a negative chunk": Way(CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", ("bad-answer",)),
    "two lengths": Way(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", ("bad-answer",)),
    "a negative length": Way(OK + b"Content-Length: -1\r\nConnection: close\r\n\r\nx", ("bad-answer", "ok")),
    "early hints alone": Way(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", ("connection", "bad-answer")),
    "early hints and then the answer": Way(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(b"x"), ("ok",)),
    "another protocol": Way(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", ("http-101", "bad-answer")),
    "304 that nobody asked for": Way(answer(status="304 Not Modified"), ("bad-answer",)),
    "a part of a page": Way(answer(b"x", "206 Partial Content"), ("http-206",)),
}

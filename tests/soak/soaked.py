"""Two services over one store, and all that befalls them: faults by chance, clients, webhooks, corrections, backups.

Each act is short, and none is waited for longer than a bound; whatever was started ends with the process that started it.
"""
from __future__ import annotations

import ctypes
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from held import last_read
from receiver import Message, Receiver
from restless_newsroom import RestlessNewsroom
from running_service import SAMPLES
from sqlalchemy import create_engine, make_url, text

from app.store.engine import _EVENTS, _ORDER

SUMMITRY = [sys.executable, "-c", "from app.cli import main; main()"]
PATIENCE = 60.0
READ = ("/api/v1/events?limit=100", "/api/v1/events?status=planned", "/calendar.ics", "/api/v1/scrapes", "/api/v1/sources", "/healthz",
        "/api/v1/actors", "/metrics", "/", "/timeline", "/api/v1/events.csv")
FILTERS: tuple[dict[str, Any], ...] = ({}, {"country": ["KZ"]}, {"status": "planned"})
NOBODY = (OSError, HTTPException)  # a service that is down, stopped or killed in the middle of an answer


class Serving:
    """One `summitry serve`, started again and again over the same store."""

    def __init__(self, name: str, folder: Path, settings: dict[str, str]) -> None:
        self.name = name
        self.address = ""
        self._log = folder / f"{name}.log"
        self._environment = clean_environment(settings)
        self.process: subprocess.Popen[bytes] | None = None
        self.frozen = False

    def start(self) -> None:
        self._begins = self._log.stat().st_size if self._log.exists() else 0
        self.address = ""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen([*SUMMITRY, "serve", "--port", "0"], stdout=log, stderr=log, cwd=SAMPLES.parent,
                                            env=self._environment, preexec_fn=_die_with_parent)

    @property
    def log(self) -> str:
        return self._log.read_bytes().decode("utf-8", "replace") if self._log.exists() else ""

    def up(self) -> bool:
        """Whether it answers by now. One that could not use its store at its start has said so and ended, and is started again."""
        if self.process is None or self.process.poll() is not None:
            if self.process is not None and self.process.returncode not in (0, 1, -signal.SIGKILL) and not (
                    self.process.returncode == 2 and not self._announced()):  # told what an operator can mend: its store was away
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log[-3000:]}")
            self.start()
            return False
        self.address = self.address or self._announced()
        return bool(self.address)

    def _announced(self) -> str:
        """Where this process serves; empty where it has not come so far."""
        told = self._log.read_bytes()[self._begins:].decode("utf-8", "replace")
        found = re.search(r"^Serving on (http://[\d.:]+)", told, re.MULTILINE)
        return found[1] if found else ""

    def send(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.send(signal.SIGKILL)
            self.process.wait(PATIENCE)
        self.address = ""

    def stop(self) -> None:
        """As an operator does. Fails where it ends otherwise than it promises."""
        assert self.process is not None
        began = time.monotonic()
        self.send(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        assert code in (0, -signal.SIGTERM) if not self.address else code == 0, f"{self.name} ended with {code}:\n{self.log[-3000:]}"
        self.address = ""
        self.took = time.monotonic() - began


class Soak:
    """`acts` counts what was done, `answers` what clients were answered. A `small` one has one service. Use it as a context."""

    def __init__(self, folder: Path, url: str, seed: int, *, small: bool = False) -> None:
        self.url = url
        self.acts: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.lines: list[str] = []  # what was done, with its time
        self.longest_stop = 0.0
        self._chance = random.Random(seed)
        self._small = small
        self._folder = folder
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._thaw: list[tuple[float, Serving]] = []
        self._engine = None if url.startswith("sqlite") else create_engine(
            make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self.newsroom = RestlessNewsroom(folder / "newsroom", random.Random(seed + 1), small=small)
        self.receiver = Receiver()
        self.receiver.judge = self._judge
        self._bad_receiver = random.Random(seed + 2)
        self._receiver_lock = threading.Lock()
        self.at_rest = False
        self.settings = {
            "SUMMITRY_DATABASE": url, "SUMMITRY_SOURCES": str(self.newsroom.sources), "SUMMITRY_HOST_GAP": "0", "SUMMITRY_TICK": "0.3",
            "SUMMITRY_ALLOW_HOSTS": f"{self.newsroom.address},{self.receiver.host}", "SUMMITRY_RUN_LIFE": "3", "SUMMITRY_WORKERS": "2",
            "SUMMITRY_BUSY_TIMEOUT": "1", "SUMMITRY_ADAPT_INTERVALS": "false", "SUMMITRY_LONGEST_WAIT": "10", "SUMMITRY_WEBHOOK_DEADLINE": "2",
            "SUMMITRY_FETCH_DEADLINE": "4", "SUMMITRY_SOURCE_DEADLINE": "60", "SUMMITRY_RUN_DEADLINE": "120"}
        self.services = [Serving(name, folder, self.settings) for name in ("first", "second")[:1 if small else 2]]
        self.mirror = Mirror(self)
        self.hooks: dict[str, dict[str, Any]] = {}
        self._made: list[str] = []  # corrections that stand

    def __enter__(self) -> Soak:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for service in self.services:
            service.send(signal.SIGCONT)
            service.kill()
        for thread in self._threads:
            thread.join(10)
        self.newsroom.close()
        self.receiver.close()
        if self._engine is not None:
            self._engine.dispose()

    # The course of it --------------------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Start all, and let things happen for so long."""
        for _ in range(4):
            self.newsroom.publish()
        for service in self.services:
            service.start()
        self.wait_for(lambda: self.services[0].up(), "the first service")
        for number, wanted in enumerate(FILTERS):
            answer = self.ask("POST", "/api/v1/webhooks", {"url": self.receiver.url(f"/{number}"), "filter": wanted, "from_start": True})
            self.hooks[answer["id"]] = wanted
        for work in (self._read, self.mirror.follow):
            self._threads.append(threading.Thread(target=work, daemon=True))
            self._threads[-1].start()
        ends = time.monotonic() + seconds
        names, weights = zip(*self._choices(), strict=True)
        while time.monotonic() < ends and not self.wrong:
            act = self._chance.choices(names, weights)[0]
            self.note(act.__name__.strip("_"))
            act()
            self._look_after()
            time.sleep(self._chance.uniform(0.05, 0.4 if self._small else 1.6))

    def come_to_rest(self) -> None:
        """No faults any more: all pages are read as they are now, all is delivered, and the services are stopped."""
        for _, service in self._thaw:
            service.send(signal.SIGCONT)
        self._thaw.clear()
        self.wait_for(lambda: all(service.up() for service in self.services), "all services")
        self.wait_for(self._nothing_corrected, "all corrections to be undone")
        self.newsroom.come_to_rest()
        self.at_rest = True
        self.note("rest")
        # Known pages are looked at again the later, the longer they have stayed as they were.
        self.wait_for(lambda: not self.newsroom.unasked(last_read(self.url)), "every page to be asked for", 900,
                      lambda: f"not asked: {sorted(self.newsroom.unasked(last_read(self.url)))}")
        self.wait_for(self._nothing_new, "a run that finds nothing new", 180)
        for hook in self.hooks:
            number = list(self.hooks).index(hook)
            self.ask("PATCH", f"/api/v1/webhooks/{hook}", {"url": self.receiver.url(f"/{number}/")})
            self.ask("POST", f"/api/v1/webhooks/{hook}/enable", None)
        self.wait_for(self._all_delivered, "all to be delivered")
        self.wait_for(self.mirror.is_up_to_date, "the copy by /changes to be up to date")
        for service in self.services:
            service.stop()
            self.longest_stop = max(self.longest_stop, service.took)
        self._over.set()

    def wait_for(self, look: Callable[[], Any], what: str, seconds: float = PATIENCE, more: Callable[[], str] = lambda: "") -> None:
        ends = time.monotonic() + seconds
        while True:
            with suppress(*NOBODY):
                if look():
                    return
            assert not self.wrong, self.wrong
            assert time.monotonic() < ends, f"waited {seconds:.0f} s for {what}: {more()}\n" + "\n".join(
                f"{service.name}:\n{service.log[-2500:]}" for service in self.services)
            self._look_after()
            time.sleep(0.1)

    def note(self, act: str) -> None:
        self.acts[act] += 1
        self.lines.append(f"{time.strftime('%H:%M:%S')} {act}")

    def _look_after(self) -> None:
        """Wake who slept long enough, start anew who ended."""
        now = time.monotonic()
        for ends, service in list(self._thaw):
            if now >= ends:
                service.send(signal.SIGCONT)
                service.frozen = False
                self._thaw.remove((ends, service))
        for service in self.services:
            if not service.frozen:
                service.up()

    def _choices(self) -> Iterator[tuple[Callable[[], None], int]]:
        yield from ((self.newsroom.publish, 6), (self.newsroom.edit, 14), (self.newsroom.take_away, 2), (self.newsroom.put_back, 3),
                    (self._newsroom_has_trouble, 5), (self._kill, 6), (self._freeze, 5), (self._terminate, 3), (self._scrape, 4),
                    (self._lock, 4), (self._correct, 6), (self._take_back, 4), (self._back_up, 1))
        if self._engine is None:
            yield self._let_no_file_grow, 4
        else:
            yield self._drop_connections, 5
            if os.environ.get("SUMMITRY_TEST_SOAK") and "SUMMITRY_TEST_POSTGRES_PROGRAMS" in os.environ:
                yield self._restart_server, 1

    # Acts --------------------------------------------------------------------------------------------------------------

    def _any(self) -> Serving:
        return self._chance.choice(self.services)

    def _newsroom_has_trouble(self) -> None:
        self.newsroom.have_trouble(self._chance.uniform(0.5, 4))

    def _kill(self) -> None:
        service = self._any()
        service.frozen = False
        self._thaw = [(ends, one) for ends, one in self._thaw if one is not service]
        service.kill()

    def _freeze(self) -> None:
        service = self._any()
        if service.up() and not service.frozen:
            service.frozen = True
            service.send(signal.SIGSTOP)
            self._thaw.append((time.monotonic() + self._chance.choice((0.3, 1.5, 7.0)), service))

    def _terminate(self) -> None:
        service = self._any()
        if not service.frozen and service.up():
            service.stop()
            self.longest_stop = max(self.longest_stop, service.took)

    def _scrape(self) -> None:
        self._try("POST", "/api/v1/scrapes", {})

    def _lock(self) -> None:
        """Another program holds the lock of all writers, at times for longer than a write waits."""
        seconds = self._chance.choice((0.2, 1.5, 6.0))
        if self._engine is None:
            with suppress(sqlite3.OperationalError), _raw(self.url) as connection:
                connection.execute("BEGIN EXCLUSIVE")
                time.sleep(seconds)
                connection.execute("ROLLBACK")
        else:
            with suppress(Exception), self._engine.connect() as connection:
                connection.execute(text("SET lock_timeout = 2000"))
                lock = self._chance.choice((_EVENTS, _ORDER))
                connection.execute(text(f"SELECT pg_advisory_lock({lock})"))
                time.sleep(seconds)
                connection.execute(text(f"SELECT pg_advisory_unlock({lock})"))

    def _let_no_file_grow(self) -> None:
        """As on a full disk: neither the store nor the log takes a byte more."""
        service = self._any()
        if service.process is None or service.process.poll() is not None or service.frozen:
            return
        with suppress(ProcessLookupError):
            before = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (self._chance.choice((0, 40_000, 300_000)), before[1]))
            time.sleep(self._chance.uniform(0.3, 3))
            resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)

    def _drop_connections(self) -> None:
        assert self._engine is not None
        with suppress(Exception), self._engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                                    "AND pid <> pg_backend_pid()"))

    def _restart_server(self) -> None:
        """PostgreSQL is ended as by a crash and comes back."""
        programs, data = os.environ["SUMMITRY_TEST_POSTGRES_PROGRAMS"], os.environ["SUMMITRY_TEST_POSTGRES_DATA"]
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        options = (Path(data) / "postmaster.opts").read_text(encoding="utf-8")
        assert "-p" in options
        subprocess.run([*owner, f"{programs}/pg_ctl", "-D", data, "-m", self._chance.choice(("immediate", "fast")), "-w", "-t", "60", "-l",
                        str(Path(data).parent / "log"), "restart"], check=True, cwd="/tmp", stdout=subprocess.DEVNULL, timeout=90)

    def _correct(self) -> None:
        if len(self._made) >= 6:
            return
        standing = sorted(self.mirror.events)
        if len(standing) < 3:
            return
        kind = self._chance.choice(("merge", "withdraw"))
        wanted = ({"kind": kind, "events": self._chance.sample(standing, 2)} if kind == "merge"
                  else {"kind": kind, "event": self._chance.choice(standing)})
        self._try("POST", "/api/v1/corrections", wanted | {"by": "soak"})
        with suppress(*NOBODY):  # one that was made though its answer was lost is there too
            self._made = self._standing_corrections()

    def _standing_corrections(self) -> list[str]:
        return [one["id"] for one in self.ask("GET", "/api/v1/corrections?limit=100", None)["corrections"] if not one["undone"]]

    def _nothing_corrected(self) -> bool:
        for correction in (standing := self._standing_corrections()):
            self._try("POST", f"/api/v1/corrections/{correction}/undo", {"by": "soak"})
        return not standing

    def _take_back(self) -> None:
        if self._made:
            correction = self._chance.choice(self._made)
            if self._try("POST", f"/api/v1/corrections/{correction}/undo", {"by": "soak"}) in (200, 409):
                self._made.remove(correction)

    def _back_up(self) -> None:
        """While all goes on; what says that it is whole must be."""
        file = self._folder / "soak.backup"
        made = self.command("backup", "--replace", str(file))
        if made.returncode == 0:
            checked = self.command("restore", "--check", str(file))
            if checked.returncode != 0:
                self.wrong.append(f"a backup is not whole: {checked.stdout}{checked.stderr}")

    def command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*SUMMITRY, *arguments], env=clean_environment(self.settings | settings), cwd=SAMPLES.parent, text=True,
                              capture_output=True, timeout=900, check=False, preexec_fn=_die_with_parent)

    # Clients -----------------------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any) -> Any:
        """The JSON that a service answers. Raises `HTTPError` for a refusal, and what `NOBODY` has where none answers."""
        up = [service for service in self.services if service.address and not service.frozen]
        if not up:
            raise ConnectionRefusedError("no service is up")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        with urlopen(Request(random.choice(up).address + path, method=method, headers=headers,
                             data=None if body is None else json.dumps(body).encode()), timeout=10) as answer:
            told = answer.read()
            self.answers[f"{method} {answer.status}"] += 1
            return json.loads(told) if "json" in answer.headers["Content-Type"] else told

    def _try(self, method: str, path: str, body: Any) -> int:
        """The status that was answered; 0 where nobody answers. 500 is never right, and told."""
        try:
            self.ask(method, path, body)
            return 200
        except HTTPError as error:
            told = error.read()
            self.answers[f"{method} {error.code}"] += 1
            if error.code == 500 or (method == "GET" and error.code != 503):
                self.wrong.append(f"{method} {path} was answered {error.code}: {told[:500]!r}")
            return error.code
        except ValueError as error:
            self.wrong.append(f"{method} {path} was answered with no JSON: {error}")
        except NOBODY as error:
            self.answers[f"{method} {type(error).__name__}"] += 1
        return 0

    def _read(self) -> None:
        chance = random.Random(1)
        while not self._over.wait(0.5 if self._small else 0.15):
            self._try("GET", chance.choice(READ), None)

    def _nothing_new(self) -> bool:
        """Whether a run of all sources, from here to its end, brings nothing."""
        run = self.ask("POST", "/api/v1/scrapes", {})["id"]
        told: dict[str, Any] = {}

        def ended() -> Any:
            told.update(self.ask("GET", f"/api/v1/scrapes/{run}", None))
            return told["ended"]

        self.wait_for(ended, "the run to end", 120)
        under_way = [one for one in self.ask("GET", "/api/v1/scrapes", None)["scrapes"] if not one["ended"]]
        return told["state"] == "ok" and not (told["new"] or told["changed"] or told["empty"] or under_way)

    # Webhooks ----------------------------------------------------------------------------------------------------------

    def _judge(self, message: Message) -> Any:
        if self.at_rest:
            return 204
        with self._receiver_lock:
            return self._bad_receiver.choice((204, 204, 204, 204, 500, 503, (200, {})))

    def _all_delivered(self) -> bool:
        hooks = self.ask("GET", "/api/v1/webhooks", None)["webhooks"]
        return all(not hook["waiting"] for hook in hooks)

    def copies(self) -> dict[str, dict[str, Any]]:
        """What each receiver has by its messages, applied as docs/webhooks.md tells to."""
        found: dict[str, dict[str, Any]] = {hook: {} for hook in self.hooks}
        seen: set[tuple[str, str]] = set()
        for message in self.receiver.received:
            hook = list(self.hooks)[int(message.path.strip("/"))]
            if (hook, message.id) in seen:
                continue
            seen.add((hook, message.id))
            kind, event = message.told
            if kind == "event.removed":
                found[hook].pop(event, None)
            elif kind.startswith("event."):
                found[hook][event] = message.said["data"]["object"]
        return found


class Mirror:
    """A client that keeps a copy of the timeline by `/changes`, asking whichever service answers."""

    def __init__(self, soak: Soak) -> None:
        self.events: dict[str, Any] = {}
        self.changes = 0
        self._soak = soak
        self._since = ""
        self._lock = threading.Lock()

    def follow(self) -> None:
        while not self._soak._over.wait(0.4):
            try:
                while self.step():
                    pass
            except HTTPError as error:
                if error.code not in (503,):
                    self._soak.wrong.append(f"/changes was answered {error.code}: {error.read()[:500]!r}")
            except NOBODY:
                pass

    def step(self) -> bool:
        """Take in the next changes; whether there were any."""
        with self._lock:
            page = self._soak.ask("GET", "/api/v1/changes?limit=50" + (f"&since={quote(self._since)}" if self._since else ""), None)
            for change in page["changes"]:
                self.changes += 1
                if change["object"] is not None:
                    self.events[change["event"]] = change["object"]
                elif change["kind"] in ("withdrawn", "merged") and not change["superseded"]:
                    self.events.pop(change["event"], None)
            self._since = page["since"] or ""
            return bool(page["changes"])

    def is_up_to_date(self) -> bool:
        return not self.step()


def clean_environment(settings: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")} | settings


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, see prctl(2)


@contextmanager
def _raw(url: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=2, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()

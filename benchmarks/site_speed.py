"""What the pages cost: a list of 500 events beside its JSON, and 5,000 events drawn over time in a browser.

    python benchmarks/site_speed.py [EVENTS]        by default 5000

The events are made (`made_events.py`), in a SQLite file. The list and its JSON are asked for in turns, in process: CPU time, the
best of the rounds, and their ratio within one run; a page is to cost no more than twice its JSON. "Again" asks for the same 500
each time; "first seen" walks through all of them, and what a process remembers of events is forgotten before each request, as if it had
just begun. Both are made each time, since each is asked for by another name of the host. "Lines anew" forgets the page's part alone:
what a page costs whose events were served as JSON, and never on a page; it is told and not judged. "From memory" is how they are answered while nothing is written.
With gzip is how browsers ask.

In Chromium (where there is one), `/timeline` shows all events: milliseconds from the arrival of the data to the end of the drawing
(marks of the page itself; a second at most is asked for), and between two frames while the wheel zooms and while the picture is dragged.
It draws in software here.
"""
from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

import made_events
from playwright.sync_api import Page, sync_playwright
from reading_pages import CHROMIUM, browser
from serving import SampleStore, sample_app, served

from app import event_json
from app.site import event_line, event_markup

MOST = 2.0  # times its JSON
SECOND = 1000.0
ROUNDS = 40
HTML = {"Accept": "text/html"}
_HOSTS = count()


def cost(client: Any, path: str, headers: Mapping[str, str]) -> tuple[float, int]:
    """CPU milliseconds and bytes of an answer."""
    began = time.process_time()
    answer = client.get(path, headers=headers)
    spent = (time.process_time() - began) * 1000
    assert answer.status_code == 200
    return spent, len(answer.data)


def forget_lines() -> None:
    for remembered in (event_line._line, event_line._dated, event_line._place, event_markup._line, event_markup._place):
        remembered.cache_clear()


def forget() -> None:
    """What is remembered of events, by their bytes."""
    forget_lines()
    event_json.sound_event_json._known = set()


def compared(client: Any, queries: list[str], headers: Mapping[str, str], *, anew: bool = True,
             before: Callable[[], None] = lambda: None) -> tuple[float, float, int, int]:
    """The best for the page and for its JSON, in turns over the queries, each after `before`; and the bytes of both."""
    page, data = [], []
    for number in range(max(ROUNDS, len(queries))):
        query = queries[number % len(queries)]
        if anew:
            headers = {**headers, "Host": f"host-{next(_HOSTS)}.example"}
        before()
        data.append(cost(client, f"/api/v1/events?{query}", headers))
        before()
        page.append(cost(client, f"/events?{query}", {**headers, **HTML}))
    (pages, page_bytes), (answers, bytes_) = zip(*page, strict=True), zip(*data, strict=True)
    return min(pages), min(answers), max(page_bytes), max(bytes_)


def walk(client: Any) -> Iterator[str]:
    """The queries of all pages of 500."""
    query = "limit=500"
    while query:
        yield query
        following = client.get(f"/api/v1/events?{query}").get_json()["next"]
        query = following.partition("?")[2] if following else ""


def lists(app: Any) -> float:
    client, worst = app.test_client(), 0.0
    pages = list(walk(client))[:-1] or ["limit=500"]
    packed = {"Accept-Encoding": "gzip"}
    for name, queries, headers, before in (("again", pages[:1], {}, None), ("again, gzip", pages[:1], packed, None), ("first seen", pages, {}, forget),
                                           ("first seen, gzip", pages, packed, forget), ("lines anew", pages, {}, forget_lines), ("from memory", pages[:1], {}, None)):
        page, data, page_bytes, bytes_ = compared(client, queries, headers, anew=name != "from memory", before=before or (lambda: None))
        if name != "lines anew":
            worst = max(worst, page / data)
        print(f"500 events, {name:<17} page {page:5.1f} ms of CPU, {page_bytes:>7,} bytes; JSON {data:5.1f} ms, {bytes_:>7,} bytes; {page / data:.2f} times")
    return worst


FRAMES = """() => { window.frames_ = []; let last = performance.now();
    (function next() { const now = performance.now(); frames_.push(now - last); last = now; requestAnimationFrame(next); })(); }"""


def frames(page: Page, move: Callable[[int], None]) -> str:
    """How long frames take during sixty movements."""
    page.evaluate("frames_.length = 0")
    for step in range(60):
        move(step)
        page.wait_for_timeout(16)
    found = sorted(page.evaluate("frames_.slice(1)"))
    return f"{statistics.median(found):.0f} ms, 95 of 100 at most {found[int(len(found) * 0.95)]:.0f}, the longest {found[-1]:.0f}"


def picture(base: str, events: int) -> float:
    """Milliseconds from the data's arrival to the end of the drawing, the median of five openings."""
    today = made_events.TODAY
    path = f"/timeline?from={today - timedelta(1_100)}&to={today + timedelta(100)}"
    with sync_playwright() as playwright, closing(browser(playwright)) as chromium:
        took = []
        for _ in range(5):
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(base + path)
            page.wait_for_selector(f"#picture[data-drawn='{events}']")
            took.append(page.evaluate("performance.getEntriesByName('timeline')[0].duration"))
        box = page.locator(".plot").bounding_box()
        x, y = box["x"] + 600, box["y"] + 300
        page.evaluate(FRAMES)
        page.mouse.move(x, y)
        zoomed = frames(page, lambda _: page.mouse.wheel(0, -40))
        page.goto(base + path)
        page.wait_for_selector(f"#picture[data-drawn='{events}']")
        page.evaluate(FRAMES)
        page.locator("[data-turn=closer]").click()  # the whole has nowhere to go
        page.wait_for_timeout(1000)
        page.mouse.move(x, y)
        page.mouse.down()
        dragged = frames(page, lambda step: page.mouse.move(x - 8 * step, y))
    print(f"{events:,} events drawn {statistics.median(took):.0f} ms after the data's arrival (from {min(took):.0f} to {max(took):.0f}); from frame to frame "
          f"while the wheel zooms {zoomed}, while half of them are dragged {dragged}")
    return statistics.median(took)


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/made.db"
        made_events.make(url, events)
        store = SampleStore(url)
        app = sample_app(store, now=lambda: datetime(2024, 1, 26, 9, tzinfo=UTC))
        worst = lists(app)
        client, parts = app.test_client(), []
        for path in ("/timeline.json", "/timeline", "/map"):
            costs = [cost(client, path, {**HTML, "Host": f"host-{next(_HOSTS)}.example"}) for _ in range(ROUNDS)]
            parts.append(f"{path} {min(spent for spent, _ in costs):.0f} ms, {costs[0][1]:,} bytes")
        print(f"CPU for {events:,} events: {'; '.join(parts)}")
        drawn = 0.0
        if CHROMIUM is not None:
            with served(app) as base:
                drawn = picture(base, events)
        store.close()
    print(f"a list costs {worst:.2f} times its JSON at most ({MOST} is asked for)")
    sys.exit(worst > MOST or drawn > SECOND)


if __name__ == "__main__":
    main()

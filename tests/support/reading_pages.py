"""A real browser that reads pages: what it asked for, what its console said, and what axe finds."""
from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the same with no windows, and quicker
CHROMIUM = os.environ.get("SUMMITRY_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
_OF_LOOKS = ("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "css-orientation-lock", "meta-viewport")
# Without these it asks its maker's hosts for updates, which no test should.
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]


def browser(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)


class Reader:
    """One reader at a site: opens its pages, and keeps what went wrong in them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self._browser = browser
        self._contexts: list[Any] = []
        self.said: list[str] = []  # by the console, or as an uncaught error
        self.elsewhere: list[str] = []  # requests to other hosts

    def open(self, path: str, *, script: bool = True, scheme: str = "light", width: int = 1280, zone: str = "Europe/Berlin",
             **context: Any) -> Page:
        """The page at `path` in a browser of its own: nothing is remembered from others."""
        made = self._browser.new_context(java_script_enabled=script, color_scheme=scheme, timezone_id=zone,  # type: ignore[arg-type]
                                         viewport={"width": width, "height": 900}, **context)
        self._contexts.append(made)
        made.set_default_timeout(10_000)
        page = made.new_page()
        page.on("console", lambda message: self.said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(self.base + path)
        return page

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.base).netloc and urlsplit(url).scheme not in ("data", "blob"):
            self.elsewhere.append(url)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong on the page, the rule and where, by these rules, or all of its rules but the strictest (AAA); and whether it is wider
    than the window."""
    only = {"type": "rule", "values": list(rules)} if rules else _RULES
    found = Axe().run(page, options={"runOnly": only}).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]] \
        + ([f"{wide} px wider than the window"] if wide > 0 else [])


def faults_in_both(page: Page) -> list[str]:
    """The same, in the light on a desk, and in the dark on a telephone by the rules of what is looked at and pointed at."""
    found = []
    for scheme, width, rules in (("light", 1280, ()), ("dark", 390, _OF_LOOKS)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme}, {width}: {fault}" for fault in faults(page, rules)]
    return found


@contextmanager
def reading(browser: Browser, base: str) -> Iterator[Reader]:
    """A reader; at the end there must have been no word in the console and no request to another host."""
    reader = Reader(browser, base)
    try:
        yield reader
    finally:
        reader.close()
    assert reader.said == []
    assert reader.elsewhere == []

"""Take the pictures of the pages that the README shows, from a running `make demo`.

    python scripts/take_pictures.py http://127.0.0.1:8600 docs/pictures
"""
from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = (("diary", "/?day=2023-11-09", "light", 1280, 860), ("diary-dark", "/?day=2023-11-09", "dark", 1280, 860),
            ("timeline", "/timeline?from=2023-10-03&to=2023-12-03", "light", 1280, 860), ("map", "/map", "light", 1280, 720),
            ("country", "/countries/RU", "light", 1280, 760), ("event", "/events?q=raisi&place=Ankara", "light", 1280, 860),
            ("telephone", "/?day=2023-11-09", "light", 390, 844), ("telephone-dark", "/timeline?from=2023-10-03&to=2023-12-03", "dark", 390, 844))


def main(base: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"),
                                             args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for name, path, scheme, width, height in PICTURES:
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height}, timezone_id="UTC")
            page = context.new_page()
            page.goto(base + path)
            if name == "event":
                page.locator(".event .title").first.click()
            page.wait_for_timeout(500)  # the canvas is drawn
            page.screenshot(path=folder / f"{name}.png")
            context.close()
        browser.close()


main(sys.argv[1], Path(sys.argv[2]))

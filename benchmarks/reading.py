"""Reading an article: what dates, names and claims cost beside each other, and how the cost grows with the text.

    python benchmarks/reading.py

The articles are the sample newsroom's pages, joined to the wanted length. Figures are CPU time of this process; the
ratios of one run are what counts, since machines differ.
"""
from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from timeline.dates import find_dates
from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.names import find_names
from timeline.reading import article_from_text

PAGES = Path(__file__).resolve().parent.parent / "samples" / "site" / "harbour" / "article"
DAY = date(2023, 11, 30)


def cost(act: Callable[[], object], times: int) -> float:
    """CPU milliseconds of one call, the best of `times`."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    start = time.process_time()
    gazetteer = load_gazetteer()
    print(f"start-up: {time.process_time() - start:.2f} s for the gazetteer")
    gc.freeze()  # the tables are for ever; the collector need not walk them
    prose = []
    for page in sorted(PAGES.glob("*.html")):
        html = page.read_text(encoding="utf-8", errors="replace")
        prose += [re.sub(r"<[^>]+>", "", part).strip() for part in re.findall(r"<p[^>]*>(.*?)</p>", html, re.DOTALL)]
    text = "\n".join(part for part in prose if len(part) > 80)
    words = text.split(" ")
    lengths = [400, 1_600, 6_400, 25_600]
    before: dict[str, float] = {}
    for length in lengths:
        repeated = " ".join((words * (length // len(words) + 1))[:length])
        article = article_from_text(repeated, published=DAY, url="https://example.org/benchmark")
        figures = {"dates": cost(lambda a=article: find_dates(a.text, DAY), 5),
                   "names": cost(lambda a=article: find_names(a.text, gazetteer, DAY), 5),
                   "all": cost(lambda a=article: claims_from(a, gazetteer), 5)}
        growth = {name: f" (x{figure / before[name]:.1f})" if before else "" for name, figure in figures.items()}
        print(f"{length:>6} words: " + ", ".join(f"{name} {figure:.2f} ms{growth[name]}" for name, figure in figures.items()))
        before = figures


if __name__ == "__main__":
    main()

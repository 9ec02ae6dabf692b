"""Reading an article: what dates, names and claims cost beside each other, and how the cost grows with the text.

    python benchmarks/reading.py [../shared]

The articles are the sample newsroom's pages, joined to the wanted length, and texts made to be hard (one word, one mark or one
name without end). Figures are CPU time of this process; the ratios of one run are what counts, since machines differ. Where
../shared is at hand, articles of the pool are read once each, in order, and pages are put through trafilatura's body
extraction (fast and standard) and through the reader: reading 400 words stands beside the body of one page.
"""
from __future__ import annotations

import gc
import gzip
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from timeline.dates import find_dates
from timeline.extract import claims_from
from timeline.gazetteer import Gazetteer, load_gazetteer
from timeline.names import find_names
from timeline.reading import article_from_text

PAGES = Path(__file__).resolve().parent.parent / "samples" / "site" / "harbour" / "article"
DAY = date(2023, 11, 30)
# Texts that tempt a reader to look back and forth, each repeated up to the length.
HARD = {"May": "May ", "capitals": "NATO EU ", "quotes": "“ ” ", "commas": "Putin, ", "met": "met ", "and": "Putin and Xi and ",
        "brackets": "( ", "to": "Biden to meet to visit ", "digits": "12 ", "who": "Putin, who met Xi, who met "}


def cost(act: Callable[[], object], times: int) -> float:
    """CPU milliseconds of one call, the best of `times`."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best * 1000


def growth(gazetteer: Gazetteer) -> None:
    """Cost by length for prose, up to a megabyte."""
    prose = []
    for page in sorted(PAGES.glob("*.html")):
        html = page.read_text(encoding="utf-8", errors="replace")
        prose += [re.sub(r"<[^>]+>", "", part).strip() for part in re.findall(r"<p[^>]*>(.*?)</p>", html, re.DOTALL)]
    prose = [part for part in prose if len(part) > 80]
    before: dict[str, float] = {}
    for size in (2_500, 10_000, 40_000, 160_000, 1_000_000):
        text, at = "", 0
        parts = []
        while sum(map(len, parts)) < size:
            parts.append(prose[at % len(prose)])
            at += 1
        text = "\n".join(parts)
        article = article_from_text(text, published=DAY, url="https://example.org/benchmark")
        times = 5 if size < 100_000 else 1
        figures = {"dates": cost(lambda a=article: find_dates(a.text, DAY), times),
                   "names": cost(lambda a=article: find_names(a.text, gazetteer, DAY), times),
                   "all": cost(lambda a=article: claims_from(a, gazetteer), times)}
        grown = {name: f" (x{figure / before[name]:.1f})" if before else "" for name, figure in figures.items()}
        print(f"{len(text):>9} characters: " + ", ".join(f"{name} {figure:.2f} ms{grown[name]}" for name, figure in figures.items()))
        before = figures


def hard(gazetteer: Gazetteer) -> None:
    """The same for texts made to be hard: a quarter and a whole of 200,000 characters, and their ratio (4 is in step)."""
    for name, piece in HARD.items():
        took = []
        for size in (50_000, 200_000):
            article = article_from_text(piece * (size // len(piece)), published=DAY, url="https://example.org/benchmark")
            took.append(cost(lambda a=article: claims_from(a, gazetteer), 1))
        print(f"hard, {name}: {took[0]:.0f} ms, four times as long {took[1]:.0f} ms (x{took[1] / took[0]:.1f})")


def pool(shared: Path, gazetteer: Gazetteer) -> float:
    """Fresh articles, each read once: CPU milliseconds for 400 words."""
    with gzip.open(shared / "pool" / "articles.ndjson.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:600]
    articles = [article_from_text(row["text"], title=row["title"], published=date.fromisoformat(row["published"][:10]), url="x") for row in rows]
    words = sum(len(article.text.split()) for article in articles[100:])
    for article in articles[:100]:
        claims_from(article, gazetteer)
    start = time.process_time()
    for article in articles[100:]:
        claims_from(article, gazetteer)
    spent = (time.process_time() - start) * 1000 / words * 400
    print(f"pool: {spent:.2f} ms for 400 words, each article read once")
    return spent


def beside_extraction(shared: Path, gazetteer: Gazetteer, diplomatic: float) -> None:
    """400 words of reading beside trafilatura's body extraction of one page, fast and standard. `diplomatic` is what 400 words
    of the pool took; the English news pages are read as well."""
    import trafilatura

    folders = [*((shared / "pages" / "fundus" / name) for name in ("uk", "us", "au", "ca", "za")), shared / "pages" / "scrapinghub" / "html"]
    bodies = {"fast": 0.0, "standard": 0.0}
    reading, words, count = 0.0, 0, 0
    for folder in folders:
        for file in sorted(folder.glob("*.html.gz")):
            html = gzip.decompress(file.read_bytes())
            count += 1
            for mode in bodies:
                start = time.process_time()
                body = trafilatura.extract(html, include_comments=False, fast=mode == "fast") or ""
                bodies[mode] += time.process_time() - start
            article = article_from_text(body or "nothing", published=DAY, url="x", language="en")
            words += len(body.split())
            start = time.process_time()
            claims_from(article, gazetteer)
            reading += time.process_time() - start
    told = reading * 1000 / words * 400
    for mode, spent in bodies.items():
        page = spent * 1000 / count
        print(f"beside extraction ({mode}), {count} pages: {page:.1f} ms for the body of a page; 400 words of the same pages {told:.2f} ms, {told / page:.2f} of it; "
              f"of the pool {diplomatic:.2f} ms, {diplomatic / page:.2f} of it; all {words // count} words of a page {reading / spent:.2f} of it")


def main() -> None:
    start = time.process_time()
    gazetteer = load_gazetteer()
    claims_from(article_from_text("Putin met Xi in Beijing on Friday.", published=DAY, url="x"), gazetteer)
    print(f"start-up: {time.process_time() - start:.2f} s of CPU for the gazetteer and a first article")
    gc.freeze()  # the tables are for ever; the collector need not walk them
    growth(gazetteer)
    hard(gazetteer)
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if shared is not None and (shared / "pool").is_dir():
        beside_extraction(shared, gazetteer, pool(shared, gazetteer))


if __name__ == "__main__":
    main()

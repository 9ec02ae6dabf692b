"""The adapter with which a scorer of page extractors reads a page through `scraper.article`.

    python score_pages.py pages:page --path benchmarks --sets a,b

`python benchmarks/pages.py ../shared` runs that scorer, measures what a page costs beside the body extractor alone
(trafilatura in its standard setting, on the same pages in turn), and holds the figures against their floors.
"""
from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trafilatura
from floors import hold

from scraper.article import PageError, read_article
from scraper.source import Kind, Source

_SOURCE = Source(id="benchmark", name="", home="https://example.org/", kind=Kind.LISTING, url="https://example.org/",
                 language="und")
_NOW = datetime.now(UTC)
MOST_COST = 1.3  # times the body extractor alone


def page(html: bytes, url: str) -> dict[str, Any]:
    """One page as the scorer wants it; a page that can't be read counts as empty."""
    try:
        article = read_article(html, url, _SOURCE, fetched_at=_NOW)
    except PageError:
        return {}
    return {"title": article.headline, "authors": list(article.authors),
            "published": article.published_at or (article.published_on and article.published_on.isoformat()),
            "body_paragraphs": list(article.paragraphs), "captions": list(article.captions)}


def cost_ratio(folder: Path) -> float:
    """CPU time of our whole reading over that of trafilatura's body alone, over all pages below `folder`."""
    def body(html: bytes, url: str) -> object:
        return trafilatura.extract(html, include_comments=False)

    pages = [gzip.decompress(path.read_bytes()) for path in sorted(folder.rglob("*.html.gz"))]
    spent = {page: 0.0, body: 0.0}
    for number, html in enumerate((*pages[:5], *pages)):
        for reader in spent:
            begun = time.process_time()
            reader(html, "https://example.org/world/page")
            spent[reader] += time.process_time() - begun if number >= 5 else 0.0  # the first load what is loaded once
    return spent[page] / spent[body]


def main() -> None:
    shared = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        subprocess.run([sys.executable, str(shared / "evaluation" / "score_pages.py"), "pages:page", "--path", str(Path(__file__).parent),
                        "--boot", "0", "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
        sets = json.loads(out.read_text(encoding="utf-8"))["sets"]
    a, b = sets["a"], sets["b"]
    print(f"pages: {a['speed']['pages_per_cpu_s']} and {b['speed']['pages_per_cpu_s']} pages a second of CPU")
    ratio = cost_ratio(shared / "pages")
    print(f"pages: a whole page costs {ratio:.2f} times what trafilatura takes for its body")
    if ratio > MOST_COST:
        sys.exit(f"pages: more than {MOST_COST} times the cost of the body alone")
    hold("pages", {"body_f1_scrapinghub": a["body"]["f1"], "body_f1_news": b["body"]["f1"], "title": b["title"]["norm"],
                   "date_day": b["date"]["day"], "date_minute": b["date"]["minute"], "authors_f1": b["authors"]["f1"],
                   "captions_found": b["captions"]["recall"], "captions_kept_apart": 1 - b["captions"]["leak"]})


if __name__ == "__main__":
    main()

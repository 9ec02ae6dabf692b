"""Growth and speed of `find_names`: the time of a text against that of a text four times as long, and start-up.

    python benchmarks/names.py [characters]

Each row is a text of one phrase over and over, or of prose; the ratio is 4 where time grows in line with the text. The
last column is the time against that of prose of the same length. Start-up is told as a multiple of reading the tables
with the csv module alone.
"""
from __future__ import annotations

import csv
import gc
import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter

from timeline.gazetteer import DATA, load_gazetteer
from timeline.names import find_names
from timeline.names.lexicon import lexicon_for

ON = date(2023, 11, 10)
PROSE = ("Kazakh President Kassym-Jomart Tokayev met his Russian counterpart in Astana on Thursday, and Estonia's foreign "
         "minister, Ann Bell, said that the two sides would go on talking about trade, transit and the border. ")
PIECES = (PROSE, "She met him. ", "President Bell ", "President ", "Ann Bell, ", "Bell ", "Bell of Chad ", "Japan, ", "Japan and ", "former ", "Mr ",
          "Mr. ", "his counterpart ", "the ", "the foreign minister ", "minister of ", "United ", "New ", "a-b-", "US-China-", "(", "’s ", "U.", "\n\n")


def best_of(count: int, call: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(count):
        start = perf_counter()
        call()
        best = min(best, perf_counter() - start)
    return best


def distinct(length: int) -> str:
    """Many persons with one surname, each named once in full and once by the surname."""
    parts, total, number = [], 0, 0
    while total < length:
        letters = "".join(chr(97 + number // 26 ** place % 26) for place in range(4)).title()
        parts.append(f"Estonian minister {letters} Bell spoke. Bell left. ")
        total += len(parts[-1])
        number += 1
    return "".join(parts)[:length]


def main(length: int) -> None:
    start = perf_counter()
    rows = sum(len(list(csv.reader(path.open(encoding="utf-8", newline="")))) for path in DATA.glob("*.csv"))
    reading = perf_counter() - start
    start = perf_counter()
    gazetteer = load_gazetteer()
    lexicon_for(gazetteer)
    print(f"start-up: {(perf_counter() - start) / reading:.1f} times reading the {rows} rows")
    gc.freeze()  # else each full collection walks the tables, and the longer text has more of them
    prose = 0.0
    print(f"{'text':28} {'four times as long':>18} {'against prose':>14}")
    for piece in (*PIECES, "distinct"):
        text = distinct(length) if piece == "distinct" else (piece * (length // len(piece) + 1))[:length]
        short = best_of(3, lambda text=text: find_names(text[:len(text) // 4], gazetteer, ON))  # type: ignore[misc]
        long = best_of(2, lambda text=text: find_names(text, gazetteer, ON))  # type: ignore[misc]
        prose = prose or long
        print(f"{piece[:24]!r:28} {long / short:18.1f} {long / prose:14.2f}")
    print(f"prose: {length / prose:,.0f} characters a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000)

"""Growth and speed of `find_dates`: the time of a text against that of a text four times as long.

    python benchmarks/dates.py [characters]

Each row is a text of one phrase over and over, or of prose; the ratio is 4 where time grows in line with the text. The
last column is the time against that of prose of the same length.
"""
from __future__ import annotations

import sys
from datetime import date
from time import perf_counter

from timeline.dateline import find_dateline
from timeline.dates import find_dates

ANCHOR = date(2023, 11, 10)
PROSE = ("The foreign minister met his counterpart in the capital on Thursday and said that the two sides would go on talking "
         "about trade, transit and the border before the leaders sit down together in December. ")
PIECES = (PROSE, "She met him. ", "Monday ", "the ", "November 9, ", "last ", "two ", "1 ", "12.", "\n ", "between ", "(", "n't ", "n",
          "9:", "the first half of the ", "will ", "a year ", "–", "from November 9 to ", "' ", "two days after ", "1990s ")


def seconds(text: str) -> float:
    """The best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = perf_counter()
        find_dates(text, ANCHOR)
        find_dateline(text, ANCHOR)
        best = min(best, perf_counter() - start)
    return best


def main(length: int) -> None:
    find_dates(PROSE, ANCHOR)
    prose = 0.0
    print(f"{'text':28} {'four times as long':>18} {'against prose':>14}")
    for piece in PIECES:
        text = (piece * (length // len(piece) + 1))[:length]
        short, long = seconds(text[:length // 4]), seconds(text)
        prose = prose or long
        print(f"{piece[:24]!r:28} {long / short:18.1f} {long / prose:14.2f}")
    print(f"prose: {length / prose:,.0f} characters a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

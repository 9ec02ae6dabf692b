"""When a source is asked again: by what it brings, and by how it fails. Pure: numbers in, numbers out."""
from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace", "arrival_gap"]

PER_ARRIVAL = 2.0  # a source is asked about twice for each time that it is expected to bring something
_STEP = 2.0  # at most by this factor does an interval change from one run to the next
_WORTH = 0.2  # a change by less than this share is not made: the source stays on its grid
_WEIGHT = 0.3  # of the newest gap between two arrivals
_LONGEST_GAP = 30 * 86_400.0  # an outlet's summer break is no new habit
GONE = frozenset({"http-404", "http-410"})
_GONE_FACTOR, _FACTOR = 4, 2


@dataclass(frozen=True, slots=True)
class Pace:
    """How intervals follow what sources bring; all in seconds.

    `least` and `most` bound the interval of a source, except that its own `interval` is always within the bounds.
    `adapt` False keeps each source at its own interval. `longest_wait` is the longest that a source which fails is left
    alone: however often it failed, it is asked again.
    """

    least: float = 600.0
    most: float = 10_800.0
    adapt: bool = False
    longest_wait: float = 21_600.0

    def interval(self, own: int, present: int | None, *, gap: float | None, quiet: float) -> int | None:
        """The interval of a source from now on; None where it is its `own`.

        `present` is the one it has had (None: its own), `gap` what it usually takes until something new comes (None: not
        known), `quiet` how long nothing has come now. Something that comes seldom is looked for less often, and so is
        what has stopped to come.
        """
        if not self.adapt or gap is None:
            return None
        now = float(present or own)
        wanted = min(max(gap, quiet) / PER_ARRIVAL, now * _STEP)
        least, most = min(self.least, own), max(self.most, own)
        wanted = min(max(wanted, now / _STEP, least), most)
        if abs(wanted - now) <= now * _WORTH and wanted not in (least, most):
            return present
        return round(wanted)

    def wait(self, interval: int, failures: int, error_class: str, *, retry_after: float | None,
             jitter: float) -> float | None:
        """Seconds until a source that has failed `failures` times in a row is asked again; None: at its next slot.

        They double with each failure up to `longest_wait` (a listing that is gone, 404 or 410, comes there in half the
        steps), and are longer by up to a quarter by chance (`jitter`, 0 to 1), so that sources that failed together do
        not come back together. No shorter than the server asked for (`retry_after`).
        """
        asked = retry_after or 0.0
        gone = error_class in GONE
        if failures <= 1 and not gone:
            return asked * (1 + jitter / 4) if asked > interval else None
        steps = min(failures if gone else failures - 1, 30)
        wait = min(float(interval) * (_GONE_FACTOR if gone else _FACTOR) ** steps, max(self.longest_wait, interval))
        return max(wait, asked) * (1 + jitter / 4)


def arrival_gap(known: float | None, newest: float) -> float:
    """What it usually takes until something new comes, after one more gap (both in seconds): a moving average."""
    newest = min(max(newest, 1.0), _LONGEST_GAP)
    return newest if known is None else known + (newest - known) * _WEIGHT

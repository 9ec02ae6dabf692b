"""Arithmetic of the Gregorian calendar that `When` leaves out, and TIMEX3 values."""
from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from timeline.when import Precision, When

SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # first month; meteorological seasons


def plus_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(day: date) -> When:
    return When.month(day.year, day.month)


def quarter_of(day: date) -> When:
    return When.quarter(day.year, (day.month + 2) // 3)


def season(year: int, code: str) -> When:
    """A season by its TIMEX3 code; winter is counted with the year in which it begins."""
    first = date(year, SEASON_MONTHS[code], 1)
    return When(first, plus_months(first, 3) - timedelta(days=1), Precision.QUARTER)


def decade(year: int) -> When:
    first = year - year % 10
    return When(date(first, 1, 1), date(first + 9, 12, 31), Precision.YEAR)


def easter(year: int) -> date:
    """Easter Sunday, Gregorian (the Anonymous computus; J. Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    length = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * length) // 451
    month, day = divmod(h + length - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holiday(rule: str, year: int) -> date:
    """A named day by its rule in the lexicon: `12-25`, `4th thu 11`, `last mon 5`, `easter-2`."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule[6:] or 0))
    if " " not in rule:
        month, day = rule.split("-")
        return date(year, int(month), int(day))
    which, name, month_text = rule.split(" ")
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name)
    if which == "last":
        last = When.month(year, int(month_text)).last
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, int(month_text), 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(which[0]) - 1))


def timex(when: When) -> str:
    """The TIMEX3 value (TimeML 1.2.1) of a stretch that TIMEX3 has a value for; of any other, that of its first unit."""
    first = when.first
    if when.precision is Precision.MINUTE and when.time is not None:
        return f"{first.isoformat()}T{when.time:%H:%M}"
    if when.precision is Precision.DAY and when.first == when.last:
        return first.isoformat()
    if when.precision in (Precision.DAY, Precision.WEEK):
        year, week, weekday = first.isocalendar()
        if when.precision is Precision.DAY:
            weekend = when.length == 2 and weekday == 6
            return f"{year}-W{week:02d}-WE" if weekend else first.isoformat()
        return f"{year}-W{week:02d}"
    if when.precision is Precision.QUARTER:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if when.precision is Precision.MONTH:
        return f"{first.year}-{first.month:02d}"
    return f"{first.year:04d}"

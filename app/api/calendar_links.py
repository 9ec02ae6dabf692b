"""The addresses under which a choice of events is subscribed to: as a calendar, as a feed, as a table."""
from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from app.event_json import API_PREFIX

__all__ = ["CALENDAR_NAME", "calendar_links"]

CALENDAR_NAME = "Summitry"

OPTIONS = ("vague", "cancelled", "alarm", "limit", "name", "color")
"""Parameters of the calendar that are no filters: lists of events do not take them."""

Pairs = Sequence[tuple[str, str]]


def calendar_links(home: str, asked: Pairs) -> dict[str, str]:
    """`home` is the absolute address of the service without a slash at its end, `asked` the calendar's parameters.

    `webcal` opens a calendar program, `google`, `outlook` and `office365` pages that ask whether to add the calendar. The
    others are the same events in other forms: the feeds tell what changed last first, since readers look at the first page alone.
    """
    address = f"{home}/calendar.ics{_query(asked)}"
    webcal = "webcal:" + address.partition(":")[2]
    name = next((value for key, value in asked if key == "name"), CALENDAR_NAME)
    added = f"addfromweb?{urlencode({'url': address, 'name': name}, quote_via=quote)}"
    filters = [(key, value) for key, value in asked if key not in OPTIONS]
    newest = [*filters, ("sort", "-updated")]
    return {
        "address": address, "webcal": webcal, "apple": webcal,
        "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/{added}",
        "office365": f"https://outlook.office.com/calendar/0/{added}",
        "atom": f"{home}{API_PREFIX}/events.atom{_query(newest)}", "json_feed": f"{home}{API_PREFIX}/events.jsonfeed{_query(newest)}",
        "json": f"{home}{API_PREFIX}/events{_query(filters)}", "csv": f"{home}{API_PREFIX}/events.csv{_query(filters)}"}


def _query(pairs: Pairs) -> str:
    return f"?{urlencode(pairs, safe=':')}" if pairs else ""

"""The JSON of TimelineJS 3 (https://timeline.knightlab.com/docs/json-format.html).

It puts `headline`, `text` and `display_date` into its page as HTML, hence everything is escaped here.
"""
from __future__ import annotations

from html import escape
from typing import Any

from app.event_json import dump
from app.forms.listing import EventObject, Listing, each
from app.forms.wording import heading, lines, when_text
from app.web_address import web_address
from timeline.clean import clean_line

__all__ = ["timeline_js"]


def timeline_js(listing: Listing) -> bytes:
    return dump({"scale": "human", "title": {"text": {"headline": escape(clean_line(listing.title))}},
                 "events": each(listing.events, _slide)})


def _slide(event: EventObject) -> dict[str, Any]:
    sources = [(address, clean_line(source["publisher"]) or address) for source in event["sources"]
               if (address := web_address(source["url"]))]
    told = [escape(line) for line in lines(event)[:-len(event["sources"]) or None]]
    told += [f'<a href="{escape(address)}" rel="noopener">{escape(name)}</a>' for address, name in sources]
    start = _date(event["start"])
    if event["time"]:
        hour, minute = event["time"].split(":")
        start |= {"hour": int(hour), "minute": int(minute)}
    return {
        "unique_id": event["id"],
        "start_date": start,
        **({"end_date": _date(event["end"])} if event["end"] else {}),
        "display_date": escape(when_text(event)),
        "group": event["type"],
        "autolink": False,
        "text": {"headline": escape(heading(event)), "text": "".join(f"<p>{line}</p>" for line in told)},
    }


def _date(text: str) -> dict[str, int]:
    return dict(zip(("year", "month", "day"), map(int, text.split("-")), strict=False))

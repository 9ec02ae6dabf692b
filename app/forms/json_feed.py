"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
from __future__ import annotations

from typing import Any

from app.event_json import dump
from app.forms.listing import EventObject, Listing, each, urn
from app.forms.wording import heading, lines
from app.web_address import web_address
from timeline.clean import clean_line

__all__ = ["json_feed"]


def json_feed(listing: Listing) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean_line(listing.title),
        "home_page_url": f"{listing.home}/",
        "feed_url": listing.this,
        **({"next_url": listing.next} if listing.next else {}),
        "language": "en",
        "authors": [{"name": "Summitry"}],
        "items": each(listing.events, lambda event: _item(event, listing)),
    }
    return dump(feed)


def _item(event: EventObject, listing: Listing) -> dict[str, Any]:
    external = next((address for source in event["sources"] if (address := web_address(source["url"]))), None)
    return {
        "id": urn("event", event["id"]),
        "url": listing.address(event["url"]),
        **({"external_url": external} if external else {}),
        "title": heading(event),
        "content_text": "\n".join(lines(event)),
        "date_published": event["first_seen"],
        "date_modified": event["updated"],
        "tags": [event["type"], event["status"]],
        # An extension as the format provides for it: what a program wants to know without reading the words.
        "_summitry": {"about": f"{listing.home}/docs", **{name: event[name] for name in (
            "id", "type", "status", "start", "end", "precision", "time", "time_zone", "edtf", "revision")}},
    }

"""GeoJSON (RFC 7946): a feature for each event.

A pin says "here". An event known by its country alone has no such place, a call has none at all: their geometry is null,
as section 3.2 provides for unlocated features.
"""
from __future__ import annotations

from typing import Any

from app.event_json import dump
from app.forms.listing import EventObject, Listing, each

__all__ = ["geojson", "point"]


def geojson(listing: Listing) -> bytes:
    """A FeatureCollection; `links` as in OGC API – Features, which RFC 7946, section 6.1 allows as a foreign member."""
    links = [{"rel": relation, "href": address, "type": "application/geo+json"}
             for relation, address in (("self", listing.this), ("next", listing.next)) if address]
    return dump({"type": "FeatureCollection", "features": each(listing.events, _feature), "links": links})


def point(event: EventObject) -> dict[str, Any] | None:
    """Longitude before latitude (section 3.1.1), to four digits: no place is told closer than to some ten metres."""
    place = event["place"]
    if place is None or not place["name"] or event["type"] == "call":
        return None
    latitude, longitude = place["latitude"], place["longitude"]
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return {"type": "Point", "coordinates": [round(float(longitude), 4), round(float(latitude), 4)]}


def _feature(event: EventObject) -> dict[str, Any]:
    return {"type": "Feature", "id": event["id"], "geometry": point(event),
            "properties": {name: value for name, value in event.items() if name != "id"}}

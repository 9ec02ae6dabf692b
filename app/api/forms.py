"""The forms that the list of events comes in, and which of them a request asks for."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept

from app.forms.atom import atom_feed
from app.forms.csv_table import csv_table
from app.forms.geojson import geojson
from app.forms.json_feed import json_feed
from app.forms.json_ld import json_ld
from app.forms.listing import Listing
from app.forms.timeline_js import timeline_js

__all__ = ["FORMS", "JSON", "Form", "accepted"]


@dataclass(frozen=True, slots=True)
class Form:
    """`media_type` is what an Accept header asks for, None where the form has none of its own and goes by its suffix
    alone. `write` is None for the API's own JSON, which is joined from stored bytes."""

    name: str  # for operation ids
    suffix: str
    told: str
    media_type: str | None
    content_type: str
    write: Callable[[Listing], bytes] | None


JSON = Form("Json", "json", "JSON", "application/json", "application/json", None)
FORMS = (
    JSON,
    Form("Csv", "csv", "CSV (RFC 4180)", "text/csv", "text/csv; charset=utf-8; header=present", csv_table),
    Form("Atom", "atom", "Atom (RFC 4287)", "application/atom+xml", "application/atom+xml; charset=utf-8", atom_feed),
    Form("JsonFeed", "jsonfeed", "JSON Feed 1.1", "application/feed+json", "application/feed+json", json_feed),
    Form("GeoJson", "geojson", "GeoJSON (RFC 7946)", "application/geo+json", "application/geo+json", geojson),
    Form("JsonLd", "jsonld", "JSON-LD with schema.org's Event", "application/ld+json", "application/ld+json", json_ld),
    Form("TimelineJs", "timelinejs.json", "JSON of TimelineJS 3", None, "application/json", timeline_js),
)
"""In the order of preference where a client takes several alike."""


def accepted(accept: MIMEAccept) -> Form | None:
    """The form that an Accept header likes best (RFC 9110, section 12.5.1); None where it likes none of them.

    The most specific range that covers a media type tells its quality, so that `application/json;q=0, */*` is a wish for
    any but JSON. Without a header, or with an unreadable one, it is JSON. Parameters of ranges (`charset`, `profile`) are not looked at.
    """
    if not accept:
        return JSON
    offered = [(_quality(accept, form.media_type), -place, form) for place, form in enumerate(FORMS) if form.media_type]
    quality, _, best = max(offered, key=lambda offer: offer[:2])
    return best if quality > 0 else None


def _quality(accept: MIMEAccept, media_type: str) -> float:
    kind = media_type.partition("/")[0]
    exactness = {media_type: 2, f"{kind}/*": 1, "*/*": 0}
    found = [(exactness[name], quality) for value, quality in accept
             if (name := value.partition(";")[0].strip().lower()) in exactness]
    return max(found)[1] if found else 0.0

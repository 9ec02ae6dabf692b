"""Validators of the forms that events are served in. Each raises `AssertionError` with what is wrong.

Atom is held against the grammar of its RFC, and against what the RFC says and no grammar can; JSON Feed, GeoJSON, JSON-LD and
TimelineJS against the rules of their specifications, written as JSON Schema and as code; CSV against the ABNF of its RFC.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def atom_entries(data: bytes) -> list[dict[str, str]]:
    """The entries of a valid feed, as feedparser gives them to its users."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    assert _grammar().validate(root), _grammar().error_log
    ids = [element.text for element in root.iter(f"{_ATOM}id")]
    assert len(set(ids)) == len(ids), "RFC 4287, 4.1.1: entries of one id"
    for holder in (root, *root.iter(f"{_ATOM}entry")):
        links = holder.findall(f"{_ATOM}link")
        alternates = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel", "alternate") == "alternate"]
        assert len(set(alternates)) == len(alternates), "RFC 4287, 4.1.1 and 4.1.2: alternates of one type"
        for link in links:
            assert urlsplit(link.get("href")).scheme in ("http", "https"), link.get("href")
    assert [link for link in root.findall(f"{_ATOM}link") if link.get("rel") == "self"], "RFC 4287, 4.1.1: SHOULD"
    read = feedparser.parse(data)
    assert not read.bozo, read.bozo_exception
    assert read.version == "atom10"
    return [dict(entry) for entry in read.entries]


_URL = {"type": "string", "format": "uri", "pattern": "^https?://"}
_RFC3339 = {"type": "string", "format": "date-time"}
_AUTHORS = {"type": "array", "items": {"type": "object", "minProperties": 1, "properties": {
    "name": {"type": "string"}, "url": _URL, "avatar": _URL}, "patternProperties": {"^_[A-Za-z]": {"type": "object"}},
    "additionalProperties": False}}
JSON_FEED = {  # https://www.jsonfeed.org/version/1.1/
    "type": "object", "required": ["version", "title", "items"], "additionalProperties": False,
    "patternProperties": {"^_[A-Za-z][^.]*$": {"type": "object"}},
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": {"type": "string", "minLength": 1},
        "home_page_url": _URL, "feed_url": _URL, "description": {"type": "string"}, "user_comment": {"type": "string"},
        "next_url": _URL, "icon": _URL, "favicon": _URL, "authors": _AUTHORS, "language": {"type": "string"},
        "expired": {"type": "boolean"}, "hubs": {"type": "array"},
        "items": {"type": "array", "items": {
            "type": "object", "required": ["id"], "additionalProperties": False,
            "patternProperties": {"^_[A-Za-z][^.]*$": {"type": "object"}},
            "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
            "properties": {
                "id": {"type": "string", "minLength": 1}, "url": _URL, "external_url": _URL, "title": {"type": "string"},
                "content_text": {"type": "string"}, "content_html": {"type": "string"}, "summary": {"type": "string"},
                "image": _URL, "banner_image": _URL, "date_published": _RFC3339, "date_modified": _RFC3339,
                "authors": _AUTHORS, "tags": {"type": "array", "items": {"type": "string"}},
                "language": {"type": "string"}, "attachments": {"type": "array"}}}}}}


def _checked(data: bytes, schema: dict[str, Any]) -> Any:
    value = json.loads(data, parse_constant=lambda name: (_ for _ in ()).throw(AssertionError(f"{name} is no JSON")))
    wrong = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value))
    assert not wrong, wrong[:3]
    return value


def json_feed_items(data: bytes) -> list[dict[str, Any]]:
    feed = _checked(data, JSON_FEED)
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    assert feed.get("next_url") != feed["feed_url"], "next_url must not be the feed's own"
    return list(feed["items"])


_POSITION = {"type": "array", "minItems": 2, "maxItems": 3, "prefixItems": [
    {"type": "number", "minimum": -180, "maximum": 180}, {"type": "number", "minimum": -90, "maximum": 90}]}
GEOJSON = {  # RFC 7946; of the geometries only the one that is served
    "type": "object", "required": ["type", "features"],
    "not": {"anyOf": [{"required": [name]} for name in ("coordinates", "geometries", "geometry", "properties", "crs")]},
    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {
        "type": "object", "required": ["type", "geometry", "properties"],
        "not": {"anyOf": [{"required": [name]} for name in ("coordinates", "geometries", "features", "crs")]},
        "properties": {"type": {"const": "Feature"}, "id": {"type": ["string", "number"]},
                       "properties": {"type": ["object", "null"]},
                       "geometry": {"oneOf": [{"type": "null"}, {
                           "type": "object", "required": ["type", "coordinates"],
                           "properties": {"type": {"const": "Point"}, "coordinates": _POSITION}}]}}}}}}


def geojson_features(data: bytes) -> list[dict[str, Any]]:
    return list(_checked(data, GEOJSON)["features"])


# The properties of schema.org that are used, by type: what their values may be (schema.org release 28).
_ISO = r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?)?)?"
_VOCABULARY: dict[str, dict[str, tuple[str, ...]]] = {
    "ItemList": {"name": ("Text",), "url": ("URL",), "itemListElement": ("ListItem",)},
    "ListItem": {"position": ("Integer",), "item": ("Event",)},
    "Event": {"identifier": ("Text",), "name": ("Text",), "description": ("Text",), "url": ("URL",), "startDate": ("Date",),
              "endDate": ("Date",), "previousStartDate": ("Date",), "eventStatus": ("EventStatusType",),
              "eventAttendanceMode": ("EventAttendanceModeEnumeration",), "location": ("Place", "VirtualLocation"),
              "attendee": ("Person", "Organization"), "about": ("Organization",), "subjectOf": ("NewsArticle",)},
    "Place": {"name": ("Text",), "address": ("PostalAddress",), "geo": ("GeoCoordinates",)},
    "VirtualLocation": {"name": ("Text",), "url": ("URL",)},
    "PostalAddress": {"addressLocality": ("Text",), "addressCountry": ("Text",)},
    "GeoCoordinates": {"latitude": ("Number",), "longitude": ("Number",)},
    "Person": {"name": ("Text",), "jobTitle": ("Text",)}, "Organization": {"name": ("Text",)},
    "NewsArticle": {"url": ("URL",), "datePublished": ("Date",), "publisher": ("Organization",)},
}
_VALUES = {
    "Text": lambda value: isinstance(value, str) and value != "", "URL": lambda value: re.match(r"https?://[^\s]+\Z", value),
    "Integer": lambda value: isinstance(value, int), "Number": lambda value: isinstance(value, int | float),
    "Date": lambda value: re.fullmatch(_ISO, value) or datetime.fromisoformat(value),
    "EventStatusType": lambda value: value in {f"https://schema.org/Event{name}" for name in (
        "Scheduled", "Cancelled", "Postponed", "Rescheduled", "MovedOnline")},
    "EventAttendanceModeEnumeration": lambda value: value in {f"https://schema.org/{name}EventAttendanceMode" for name in (
        "Online", "Offline", "Mixed")},
}


def json_ld_events(data: bytes) -> list[dict[str, Any]]:
    value = json.loads(data)
    assert value["@context"] == "https://schema.org/"
    assert value["@type"] == "ItemList"
    _check_node({name: part for name, part in value.items() if name != "@context"})
    events = [item["item"] for item in value["itemListElement"]]
    assert [item["position"] for item in value["itemListElement"]] == list(range(1, len(events) + 1))
    for event in events:
        assert event["startDate"], "an event needs a startDate, whatever its status"
        assert ("previousStartDate" in event) >= (event["eventStatus"] == "https://schema.org/EventRescheduled")
    return events


def _check_node(node: dict[str, Any]) -> None:
    allowed = _VOCABULARY[node["@type"]]
    assert "@id" not in node or re.match(r"[a-z]+:", node["@id"])
    for name, value in node.items():
        if name.startswith("@"):
            assert name in ("@type", "@id"), name
            continue
        assert name in allowed, (node["@type"], name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                assert one["@type"] in allowed[name], (name, one["@type"])
                _check_node(one)
            else:
                assert any(kind in _VALUES and _VALUES[kind](one) for kind in allowed[name]), (name, one)


def timeline_slides(data: bytes) -> list[dict[str, Any]]:
    """What TimelineJS needs of a slide: a date whose parts are there from the year down, text, and an id of its own."""
    value = json.loads(data)
    assert set(value) <= {"events", "title", "eras", "scale"}
    assert value["scale"] in ("human", "cosmological")
    for slide in (value["title"], *value["events"]):
        assert set(slide) <= {"start_date", "end_date", "text", "media", "group", "display_date", "background", "autolink",
                              "unique_id"}
        for html in slide["text"].values():
            tree = etree.HTML(f"<body>{html}</body>")
            assert {element.tag for element in tree.iter()} <= {"html", "body", "p", "a"}, html
            assert all(element.get("href", "http:").startswith("http") for element in tree.iter("a"))
            assert all(set(element.keys()) <= {"href", "rel"} for element in tree.iter())
    for slide in value["events"]:
        _check_date(slide["start_date"])
        if "end_date" in slide:
            _check_date(slide["end_date"])
    ids = [slide["unique_id"] for slide in value["events"]]
    assert len(set(ids)) == len(ids)
    return list(value["events"])


def _check_date(told: dict[str, int]) -> None:
    order = ["year", "month", "day", "hour", "minute"]
    assert list(told) == order[:len(told)]
    date(told["year"], told.get("month", 1), told.get("day", 1))
    assert told.get("hour", 0) < 24
    assert told.get("minute", 0) < 60


_FIELD = re.compile(r'"(?:[^"]|"")*"|[^",\r\n]*')


def csv_rows(data: bytes) -> list[list[str]]:
    """Read by the ABNF of RFC 4180, section 2, and by nothing more lenient; the header line comes first."""
    text = data.decode("utf-8")
    rows: list[list[str]] = [[]]
    for field, end in _fields(text):
        rows[-1].append(field)
        if text.startswith("\r\n", end):
            rows.append([])
    assert rows.pop() == [], "each record ends with CRLF here, the last one too"
    assert len({len(row) for row in rows}) == 1, "as many fields in each line"
    return rows


def _fields(text: str) -> Iterator[tuple[str, int]]:
    place = 0
    while place < len(text):
        found = _FIELD.match(text, place)
        assert found is not None
        field, place = found[0], found.end()
        if text.startswith(",", place):
            yield _unquoted(field), place
            place += 1
        elif text.startswith("\r\n", place):
            yield _unquoted(field), place
            place += 2
        else:
            raise AssertionError(f"no comma and no CRLF after a field: {text[max(0, place - 30):place + 10]!r}")


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if field.startswith('"') else field

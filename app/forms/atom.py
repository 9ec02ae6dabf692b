"""Atom (RFC 4287), with paging as in RFC 5005, section 3.

All text is plain (`type="text"`) and cleaned once more: XML 1.0 has no way to write most control characters, and one of
them would make the whole feed unreadable.
"""
from __future__ import annotations

from lxml import etree

from app.event_json import instant
from app.forms.listing import EventObject, Listing, each, urn
from app.forms.wording import heading, lines
from app.web_address import web_address
from timeline.clean import clean_line, clean_text

__all__ = ["atom_feed"]

NAMESPACE = "http://www.w3.org/2005/Atom"


def atom_feed(listing: Listing) -> bytes:
    feed = etree.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "en"}, nsmap={None: NAMESPACE})
    _text(feed, "id", urn("feed", listing.asked))
    _text(feed, "title", clean_line(listing.title))
    _text(feed, "updated", instant(listing.updated))
    _text(etree.SubElement(feed, _name("author")), "name", "Summitry")
    _text(feed, "generator", "Summitry")
    for relation, address in (("self", listing.this), ("first", listing.first), ("next", listing.next)):
        if address is not None:
            _link(feed, relation, address, "application/atom+xml")
    _link(feed, "alternate", f"{listing.home}/", "text/html")
    feed.extend(each(listing.events, lambda event: _entry(event, listing)))
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8"))


def _entry(event: EventObject, listing: Listing) -> etree._Element:
    entry = etree.Element(_name("entry"))
    _text(entry, "id", urn("event", event["id"]))
    _text(entry, "title", heading(event))
    _text(entry, "published", event["first_seen"])
    _text(entry, "updated", event["updated"])
    _link(entry, "alternate", listing.address(event["url"]), "application/json")
    told_in = [(address, clean_line(source["publisher"])) for source in event["sources"]
               if (address := web_address(source["url"]))]
    for number, (address, publisher) in enumerate(told_in):  # readers open the page that is the alternate one: the first
        _link(entry, "via" if number else "alternate", address, "text/html", publisher)
    for term in (event["type"], event["status"]):
        etree.SubElement(entry, _name("category"), {"term": term})
    _text(entry, "summary", clean_text("\n".join(lines(event))))
    return entry


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _name(name)).text = text


def _link(parent: etree._Element, relation: str, address: str, media_type: str, title: str | None = None) -> None:
    told = {"rel": relation, "href": address, "type": media_type} | ({"title": title} if title else {})
    etree.SubElement(parent, _name("link"), told)

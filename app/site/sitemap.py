"""`/robots.txt` and `/sitemap.xml`: what search engines may read, and where all of it is.

Robots Exclusion Protocol: RFC 9309. Sitemaps: the protocol of sitemaps.org, version 0.9, by which a sitemap has 50,000 addresses at
most. Events stand in a sitemap for each month, so that of a long timeline only that which changed is read again.
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from flask import Response

from app.api.answers import answer
from app.api.backend import Backend
from app.api.objects import time_text
from app.api.problems import Problem
from app.site.pages import NAVIGATION, Pages

__all__ = ["robots_txt", "sitemap_index", "sitemap_part"]

_XML = "application/xml"
_MOST = 50_000  # addresses of a sitemap
_OTHERS = ("/events", "/countries", "/docs")  # pages beside those of the navigation


def robots_txt(backend: Backend, pages: Pages) -> Response:
    """Everything but the desk, the API and what the address narrows or turns: there is no end of that, and the pages of the events
    are all in the sitemap. Nothing where only those with a token may read."""
    if not backend.settings.open_reading:
        return answer(b"User-agent: *\nDisallow: /\n", "text/plain")
    lines = ["User-agent: *", f"Allow: {pages.at('/static/')}", f"Disallow: {pages.at('/desk')}", f"Disallow: {pages.at('/api/')}",
             f"Disallow: {pages.at('/*?')}", "", f"Sitemap: {pages.home()}/sitemap.xml", ""]
    return answer("\n".join(lines).encode(), "text/plain")


def sitemap_index(backend: Backend, pages: Pages) -> Response:
    """The sitemap of the pages, and one for each month in which an event begins, with its last change."""
    parts: list[tuple[str, str | None]] = [("pages", None), *backend.queries.months()]
    return _listed("sitemapindex", "sitemap", ((f"{pages.home()}/sitemaps/{name}.xml", changed) for name, changed in parts))


def sitemap_part(backend: Backend, pages: Pages, name: str) -> Response:
    """One of them. Raises `Problem` 404."""
    if name == "pages":
        paths = [path for path, _ in NAVIGATION if path != "/desk"]
        return _listed("urlset", "url", ((f"{pages.home()}{path}", None) for path in (*paths, *_OTHERS)))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", name) or not (found := backend.queries.of_month(name, limit=_MOST)):
        raise Problem(404, "There is no such sitemap.")
    return _listed("urlset", "url", ((f"{pages.home()}/events/{pages.segment(event)}", changed) for event, changed in found))


def _listed(whole: str, part: str, entries: Iterable[tuple[str, str | None]]) -> Response:
    """Addresses with the time of their last change (W3C Datetime) where it is known."""
    rows = [f"<{part}><loc>{escape(address)}</loc>{f'<lastmod>{time_text(changed)}</lastmod>' if changed else ''}</{part}>\n" for address, changed in entries]
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(rows)}</{whole}>\n'
    return answer(text.encode(), _XML, lasting=True)

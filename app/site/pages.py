"""How a page is made: its template, its place in the site, and the answer that carries it."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, redirect, render_template, request

from app.api.answers import answer
from app.api.backend import Backend
from app.api.pages import home_address
from app.event_json import dump
from app.site.event_line import EventLine
from app.site.linked_data import item_list
from app.static_files import digest

__all__ = ["CONTENT_POLICY", "NAVIGATION", "Pages"]

CONTENT_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
"""What a page may load (Content Security Policy 3): its own host's scripts, styles and pictures, and nothing inline."""

NAVIGATION = (("/", "Diary"), ("/timeline", "Timeline"), ("/map", "Map"), ("/actors", "Who meets whom"),
              ("/subscribe", "Subscribe"), ("/try", "Try it"), ("/desk", "Desk"))


class Pages:
    """Renders pages for one service. `at` gives the address of a path as readers see it, `asset` that of a static file."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._root = urlsplit(backend.settings.base_url or "").path.rstrip("/")

    def at(self, path: str) -> str:
        """A path of the service below its `base_url`'s own path, on whatever host it was asked."""
        return f"{self._root}{path}"

    def asset(self, name: str) -> str:
        """A static file, with its digest in the address: a new file is never mistaken for the one that was kept."""
        return self.at(f"/static/{name}?v={digest(name)}")

    def page(self, template: str, *, title: str, about: str, json: str | None = None, linked: Mapping[str, Any] | None = None,
             private: bool = False, status: int = 200, lasting: bool = False, last_modified: datetime | None = None, within: str | None = None,
             canonical: str | None = None, kind: str = "website", **told: Any) -> Response:
        """The page of a template. `about` describes it in a sentence for search engines, `json` is the path of the same as
        JSON (a later page of a list is one there too), `linked` its JSON-LD, and `private` keeps it out of caches that are shared and out of search
        engines; `lasting` and `last_modified` as `answer` has them, of a page that no cookie changes. `within` is the
        path of the navigation's entry that it belongs to where that is not above its own, `canonical` its path where it has several, `kind` the
        `og:type` (Open Graph). What the address narrows or turns is not for search engines either: there is no end of it."""
        home, own_query = self.home(), _query(request.args.items(multi=True))
        if json and (cursor := request.args.get("cursor")):
            json += ("&" if "?" in json else "?") + urlencode({"cursor": cursor})
        body = render_template(template, site=self, title=title, about=about, json=json, here=within or request.path,
                               canonical=canonical or request.path, own_query=own_query, kind=kind,
                               navigation=NAVIGATION, home=home, private=private, version=self._backend.version,
                               linked=_embedded(linked) if linked and not own_query else None, now=self._backend.now(), **told)
        response = answer(body.encode("utf-8", "replace"), "text/html", last_modified=last_modified, lasting=lasting)
        if status != 200 and response.status_code == 200:
            response.status_code = status
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        # With no-referrer a form of our own would say `Origin: null`, as a foreign one may (Fetch, section 3.2).
        response.headers["Referrer-Policy"] = "same-origin"
        if private:
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    def list_of(self, name: str, lines: Iterable[EventLine]) -> str:
        """The JSON-LD of a list of events."""
        return _embedded(item_list(self.home(), name, ((line.path, line.title) for line in lines)))

    def part(self, template: str, **told: Any) -> Response:
        """A part of a page, for what is put into one that is open."""
        response = answer(render_template(template, site=self, **told).encode("utf-8", "replace"), "text/html")
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response

    def elsewhere(self, path: str, status: int = 303, *, kept: str = "no-store") -> Response:
        """To another path of the service; `kept` is the answer's Cache-Control."""
        response: Any = redirect(self.at(path), status)
        response.headers["Cache-Control"] = kept
        return response  # type: ignore[no-any-return]

    def home(self) -> str:
        """Where the site is for its readers, absolute, without a slash at its end."""
        return home_address(self._backend)

    @staticmethod
    def segment(text: str) -> str:
        """One segment of a path: `person:xi-jinping` stays as it is."""
        return quote(text, safe=":")


def _query(given: Iterable[tuple[str, str]]) -> str:
    told = urlencode([(name, value) for name, value in given if value], safe=":,")
    return f"?{told}" if told else ""


def _embedded(linked: Mapping[str, Any]) -> str:
    """JSON that no text in it can end the script element of (HTML, section 4.12.1.3)."""
    return dump(linked).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

"""What pages tell search engines of themselves: JSON-LD 1.1 with the vocabulary of schema.org."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["item_list", "somebody", "web_site"]

_SCHEMA = "https://schema.org/"
_TYPES = {"person": "Person", "country": "Country", "state": "Country"}


def web_site(home: str) -> dict[str, Any]:
    """The site and how to search it. `home` is its absolute address without a slash at the end."""
    return {"@context": _SCHEMA, "@type": "WebSite", "name": "Summitry", "url": f"{home}/", "potentialAction": {
        "@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": f"{home}/events?q={{words}}"}, "query-input": "required name=words"}}


def item_list(home: str, name: str, entries: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A list of pages, each a path and a name."""
    return {"@context": _SCHEMA, "@type": "ItemList", "name": name, "itemListElement": [
        {"@type": "ListItem", "position": place, "url": f"{home}{path}", "name": title} for place, (path, title) in enumerate(entries, 1)]}


def somebody(home: str, path: str, name: str, kind: str, office: str | None = None) -> Mapping[str, Any]:
    """A person, a state, or a body, with the office that they are told of in."""
    made = {"@context": _SCHEMA, "@type": _TYPES.get(kind, "Organization"), "name": name, "url": f"{home}{path}"}
    return made | ({"jobTitle": office} if office else {})

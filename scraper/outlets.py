"""Whose page an archive holds: the configured source that it belongs to, else an outlet known by its domain alone."""
from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from scraper.canonical import registrable_domain
from scraper.source import Kind, Source, Tier

__all__ = ["Outlets"]


class Outlets:
    """`sources` in the order of the sources file.

    A page belongs to the source at whose home it lies (with or without `www.`), else to the first of the same registrable domain; of
    several, to the first whose `include` it meets. An outlet that is in no file is `press`, writes in UTC, and has its domain as name and
    id: that holds a dot, so it is never the id of a configured source.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_host: dict[str, list[Source]] = {}
        self._by_domain: dict[str, list[Source]] = {}
        self._made: dict[str, Source] = {}
        for source in sources:
            host = _host(source.home)
            if source.kind is not Kind.FOLDER and host:
                self._by_host.setdefault(host, []).append(source)
                self._by_domain.setdefault(registrable_domain(host) or host, []).append(source)

    def of(self, url: str) -> Source | None:
        """The source of the page at `url`; None where configured ones are, and each leaves it out by its `include`."""
        host = _host(url)
        domain = registrable_domain(host) or host
        candidates = self._by_host.get(host) or self._by_domain.get(domain)
        if candidates is None:
            if domain not in self._made:
                self._made[domain] = Source(domain, domain, f"https://{domain}/", Kind.LISTING, f"https://{domain}/", language="und", tier=Tier.PRESS)
            return self._made[domain]
        return next((source for source in candidates if source.include is None or re.search(source.include, url)), None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

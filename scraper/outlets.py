"""Whose page an archive holds: the configured source that it belongs to, else an outlet known by its domain alone."""
from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.canonical import registrable_domain
from scraper.source import Kind, Source, Tier, host_of

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
        self._outlets: dict[str, str] = {}
        for source in sources:
            self._outlets[source.id] = source.outlet_id
            host = host_of(source.home)
            if source.kind is not Kind.FOLDER and host:
                self._by_host.setdefault(host, []).append(source)
                self._by_domain.setdefault(registrable_domain(host) or host, []).append(source)

    def outlet_of(self, source: str) -> str:
        """The outlet of the configured source of this id, as `Source.outlet_id`; empty where there is none."""
        return self._outlets.get(source, "")

    def of(self, url: str) -> Source | None:
        """The source of the page at `url`; None where configured ones are, and each leaves it out by its `include`."""
        host = host_of(url)
        domain = registrable_domain(host) or host
        candidates = self._by_host.get(host) or self._by_domain.get(domain)
        if candidates is None:
            if domain not in self._made:
                self._made[domain] = Source(domain, domain, f"https://{domain}/", Kind.LISTING, f"https://{domain}/", language="und", tier=Tier.PRESS)
            return self._made[domain]
        return next((source for source in candidates if source.include is None or re.search(source.include, url)), None)

"""The only door to the network."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that can be used: 2xx with its decoded body, or 304 (only where validators were sent) without one.

    `url` was asked for, `final_url` answered; `redirects` are the hops between, `permanent` says that all of them were
    301 or 308. `headers` have lower-case names; a header that came several times is joined by ", ".
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    redirects: tuple[str, ...] = ()
    permanent: bool = False

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

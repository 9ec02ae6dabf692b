"""One spelling for each page's address."""
from __future__ import annotations

import re
from functools import cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from url_normalize import url_normalize

from scraper.errors import BadUrl
from scraper.guard import checked_url

__all__ = ["canonical_url", "joined_url", "registrable_domain", "same_site"]

# Parameters that say where a reader came from and never which page it is.
_TRACKING = re.compile(r"(?:utm_[a-z_]+|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_ga|ncid|cmpid|"
                       r"ocid|ref_src|ref_url|at_medium|at_campaign|at_link_[a-z]+|at_bbc_team|ito|smid|s_cid|ns_[a-z]+)",
                       re.IGNORECASE)


def canonical_url(url: str) -> str:
    """`url` as the page is known by: normalised (RFC 3986, 6.2.2), without fragment and tracking parameters.

    It can be asked as well as the original. Raises `BadUrl` as `checked_url` does.
    """
    clean = checked_url(url)
    parts = urlsplit(clean)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.split("=")[0]))
    clean = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    if "//" in parts.path:
        return clean  # url_normalize would make it another path
    return checked_url(url_normalize(clean) or clean)


def joined_url(base: str, reference: str) -> str | None:
    """The canonical address of a link on the page `base`; None where it leads to no page (mailto:, javascript: …)."""
    reference = re.sub(r"[\t\n\r]", "", reference.strip())  # WHATWG URL: stripped by every browser
    if not reference or len(reference) > 4096:
        return None
    try:
        return canonical_url(urljoin(base, reference.replace(" ", "%20")))
    except (BadUrl, ValueError):
        return None


@cache
def _suffixes() -> TLDExtract:
    """The Public Suffix List as bundled: never fetched, never cached on disk."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


def same_site(url: str, other: str) -> bool:
    """Whether both hosts belong to one registrable domain (or are the very same host, where they have none)."""
    host, other_host = urlsplit(url).hostname or "", urlsplit(other).hostname or ""
    return host == other_host or (registrable_domain(host) is not None and registrable_domain(host) == registrable_domain(other_host))


def registrable_domain(host: str) -> str | None:
    """The registrable domain of `host`; None for an address or a name of one label."""
    if ":" in host or re.fullmatch(r"[\d.]*", host):
        return None
    found = _suffixes()(host)
    if not found.suffix:  # the list's last rule: an unknown top-level domain is a public suffix
        labels = host.rstrip(".").split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    return found.top_domain_under_public_suffix or None

"""What a page says about itself: JSON-LD, OpenGraph, meta and itemprop, read from one selectolax tree.

Sources: schema.org `Article` and its kinds, ogp.me, the names that analytics vendors (Parse.ly, Sailthru, cXense) and
libraries (Dublin Core, Highwire) put into meta.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from selectolax.lexbor import LexborHTMLParser

from scraper.instant import Instant, read_instant
from scraper.json_ld import article_node, json_ld_nodes, text_of, types_of
from timeline.clean import clean_line

__all__ = ["DATE_NAMES", "Metadata", "Stamp", "page_metadata"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A publication date and the tag that gave it."""

    instant: Instant
    basis: str  # "json-ld", "meta", "itemprop", "time", "script"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Nothing here is checked against the article's text; dates may lie in the future."""

    headlines: tuple[str, ...]  # best first
    authors: tuple[str, ...]
    published: tuple[Stamp, ...]  # best first
    modified: tuple[Instant, ...]
    language: str | None
    canonical: str | None  # absolute; not checked
    captions: tuple[str, ...]  # of the images that JSON-LD names as the article's
    pictured: tuple[str, ...]  # what JSON-LD says of any picture
    body: str | None  # JSON-LD's articleBody
    described: bool  # whether JSON-LD holds a node for an article with a headline or a date
    live: bool  # schema.org LiveBlogPosting
    free: bool | None  # schema.org isAccessibleForFree
    gated: tuple[str, ...]  # CSS selectors of the parts that are not free


_PUBLISHED = ("article:published_time", "og:article:published_time", "parsely-pub-date", "sailthru.date",
              "cxenseparse:recs:publishtime", "datepublished", "publishdate", "publish-date", "publish_date", "pubdate",
              "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date",
              "citation_publication_date", "article.published", "published_time", "publication_date", "date",
              "article:published", "og:published_time", "published-date", "og:pubdate", "created", "og:regdate")
_MODIFIED = ("article:modified_time", "og:article:modified_time", "og:updated_time", "dcterms.modified", "last-modified",
             "datemodified", "dc.date.modified")
DATE_NAMES = frozenset((*_PUBLISHED, *_MODIFIED))  # of meta tags that are read here
_HEADLINES = ("headline", "parsely-title", "sailthru.title", "dcterms.title", "dc.title", "citation_title")
_AUTHORS = ("author", "article:author", "og:article:author", "parsely-author", "sailthru.author", "cxenseparse:author",
            "dc.creator", "dcterms.creator", "citation_author", "byl", "article:author_name", "twitter:creator")


def page_metadata(tree: LexborHTMLParser, url: str, zone: ZoneInfo) -> Metadata:
    """Read the metadata of the page at `url`, whose dates without a zone are in `zone`."""
    metas = _metas(tree)
    nodes = list(json_ld_nodes(tree))
    article = article_node(nodes, url)
    return Metadata(
        headlines=tuple(_headlines(tree, metas, article)),
        authors=tuple(_authors(tree, metas, article, nodes)),
        published=tuple(_published(tree, metas, article, zone)),
        modified=tuple(_instants([article.get("dateModified"), *(metas.get(name, [None])[0] for name in _MODIFIED)], zone)),
        language=_language(tree, metas, article),
        canonical=_canonical(tree, metas, url),
        captions=tuple(_captions(article)),
        pictured=tuple(_pictured(nodes)),
        body=text_of(article.get("articleBody")) or None,
        described=bool(article.get("headline") or article.get("datePublished")),
        live="LiveBlogPosting" in types_of(article) or tree.css_first('[itemtype$="schema.org/LiveBlogPosting"]') is not None,
        free=_boolean(article.get("isAccessibleForFree")),
        gated=tuple(_gated(article)))


def _metas(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


# -- headline ---------------------------------------------------------------------------------------------------------

def _headlines(tree: LexborHTMLParser, metas: dict[str, list[str]], article: dict[str, Any]) -> Iterator[str]:
    """What two of JSON-LD, OpenGraph and h1 agree on comes first: each alone is at times made for search engines, for
    sharing, or for a section. A kicker that OpenGraph leaves off, or a tail that the others leave off, is no part of it."""
    site = [clean_line(name) for name in (*metas.get("og:site_name", []), text_of(article.get("publisher"))) if name]
    heads = [clean_line(node.text(deep=True, separator=" ")) for node in tree.css("h1")[:5]]
    title_node = tree.css_first("head title") or tree.css_first("title")
    title = _without_site(clean_line(title_node.text(deep=True)) if title_node else "", site)
    listed = clean_line(text_of(article.get("headline"))) or next(
        (clean_line(unescape(text)) for name in _HEADLINES for text in metas.get(name, [])[:1]), "")
    shared = [_without_site(clean_line(unescape(text)), site)
              for name in ("og:title", "twitter:title") for text in metas.get(name, [])[:1]]
    graph = _without_tail(shared[0], [listed, *heads, *shared[1:]]) if shared else ""
    told = [text for text in (listed, graph, *heads[:1]) if text]
    keys = [_key(text) for text in told]
    agreed = [text for text, key in zip(told, keys, strict=True) if key and keys.count(key) > 1]
    ordered = list(dict.fromkeys(text for text in (*agreed, *told, title, *heads) if text))
    if graph and ordered and _has_kicker(ordered[0], graph):
        yield graph
    yield from ordered


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


# A blank on each side, or a bar of any script: a hyphen within a word parts nothing.
_BAR = re.compile(r"\s+[|–—»•·*-]+\s+|\s*[|｜ㅣ：]\s*")
SHORTEST_HEADLINE = 8  # characters; less is the name of a section or of the outlet


def _without_site(title: str, site: list[str]) -> str:
    """`Putin visits Astana | The Outlet` without the outlet."""
    bars = list(_BAR.finditer(title))
    if bars and bars[-1].start() > 0:
        last = title[bars[-1].end():].casefold()
        if any(last == name.casefold() or fuzz.ratio(last, name.casefold()) >= 85 for name in site):
            return title[:bars[-1].start()]
    return title


def _without_tail(title: str, others: list[str]) -> str:
    """`title` as one of `others` gives it, which ends where a bar in `title` begins (`… | Europe | The Outlet | 9.11.2023`)."""
    for bar in _BAR.finditer(title):
        head = title[:bar.start()]
        if len(head) >= SHORTEST_HEADLINE and any(_key(head) == _key(other) for other in others):
            return head
    return title


def _has_kicker(title: str, bare: str) -> bool:
    """Whether `title` is `bare` behind a few words and a colon (`After the vote: …`)."""
    return len(bare) >= SHORTEST_HEADLINE and title.endswith(bare) and title[:-len(bare)].rstrip().endswith(":")


# -- authors ----------------------------------------------------------------------------------------------------------

_BYLINE_WORDS = re.compile(r"^(?:(?:story|words|text|reporting|written|report)\s+)?(?:by|von|par|por|di|door|av|af)\s*:?\s+",
                           re.IGNORECASE)
_PROFESSION = re.compile(r"\s+(?:기자|記者|记者)$")  # "reporter", which stands behind the name
_SPLIT = re.compile(r"\s*(?:,|;|\||/|&|\band\b|\bund\b|\bet\b|\by\b)\s+")
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3}|[<>{}=]|^\(|\bimages?\b", re.IGNORECASE)


def _authors(tree: LexborHTMLParser, metas: dict[str, list[str]], article: dict[str, Any],
             nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Persons where any sign, else the organisation that does."""
    publisher = {name.casefold() for name in (*metas.get("og:site_name", []), text_of(article.get("publisher")))}
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    persons, organisations = _ld_authors(article.get("author"), by_id)
    spare: list[str] = [name for candidate in organisations for name in _names(candidate)]
    signing = {name.casefold() for name in spare}  # the same organisation in another tag is no person either
    for candidates in (persons, _meta_authors(metas), _markup_authors(tree)):
        names = list(dict.fromkeys(name for candidate in candidates for name in _names(candidate)))
        found = [name for name in names if name.casefold() not in publisher | signing]
        if found:
            yield from found[:20]
            return
        spare += names
    yield from spare[:1]


def _ld_authors(value: Any, by_id: dict[str, dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Names of persons, and names of organisations."""
    persons: list[str] = []
    organisations: list[str] = []
    for author in value if isinstance(value, list) else [value]:
        if isinstance(author, dict):
            author = by_id.get(str(author.get("@id")), author)
            name = author.get("name") or " ".join(text_of(author.get(part)) for part in ("givenName", "familyName")).strip()
            names = [text_of(part) for part in (name if isinstance(name, list) else [name])]
            (organisations if any(kind.endswith("Organization") for kind in types_of(author)) else persons).extend(names)
        elif isinstance(author, str):
            persons.append(text_of(author))
    return persons, organisations


def _meta_authors(metas: dict[str, list[str]]) -> list[str]:
    for name in _AUTHORS:
        values = [unescape(value) for value in metas.get(name, []) if not _NO_NAME.search(value)]
        if values:
            return values
    return []


def _markup_authors(tree: LexborHTMLParser) -> list[str]:
    for selector in ('[itemprop="author"] [itemprop="name"]', '[itemprop="author"]', '[rel="author"]',
                     '[class*="byline" i] a', '[class*="author" i] a', '[class*="byline" i]', '[class~="author" i]'):
        texts = [node.text(deep=True, separator=" ") for node in tree.css(selector)[:6]]
        texts = [text for text in texts if 3 <= len(text.strip()) <= 80]
        if texts:
            return texts
    return []


def _names(text: str) -> Iterator[str]:
    text = _BYLINE_WORDS.sub("", clean_line(text))
    if len(text) > 300:
        return
    for part in _SPLIT.split(text):
        name = _PROFESSION.sub("", _BYLINE_WORDS.sub("", part).strip(" .,:;|-–—"))
        if 2 < len(name) <= 60 and not _NO_NAME.search(name):
            yield name


# -- dates ------------------------------------------------------------------------------------------------------------

def _published(tree: LexborHTMLParser, metas: dict[str, list[str]], article: dict[str, Any],
               zone: ZoneInfo) -> Iterator[Stamp]:
    stamps = list(_told_dates(tree, metas, article, zone)) or list(_scripted(tree, zone))
    zoned = {(stamp.instant.day, _clock(stamp)): stamp for stamp in reversed(stamps)
             if stamp.instant.at is not None and stamp.instant.at.utcoffset()}
    for stamp in stamps:
        # Templates put "+00:00" behind a local time. Where another tag has the same clock time with its own offset, that is it.
        if stamp.instant.at is not None and not stamp.instant.at.utcoffset():
            same = zoned.get((stamp.instant.at.date(), _clock(stamp)))
            if same is not None:
                stamp = Stamp(same.instant, stamp.basis)
        yield stamp


def _clock(stamp: Stamp) -> str:
    return f"{stamp.instant.at:%H:%M:%S}" if stamp.instant.at else ""


def _told_dates(tree: LexborHTMLParser, metas: dict[str, list[str]], article: dict[str, Any],
                zone: ZoneInfo) -> Iterator[Stamp]:
    for value in (article.get("datePublished"), article.get("dateCreated"), article.get("uploadDate")):
        yield from (Stamp(instant, "json-ld") for instant in _instants([value], zone))
    for name in _PUBLISHED:
        yield from (Stamp(instant, "meta") for instant in _instants(metas.get(name, []), zone))
    for node in tree.css('[itemprop="datePublished"]')[:3]:
        value = node.attributes.get("content") or node.attributes.get("datetime") or node.text(deep=True)
        yield from (Stamp(instant, "itemprop") for instant in _instants([value], zone))
    for node in (*tree.css("time[pubdate]")[:1], *tree.css("article time[datetime], main time[datetime]")[:2],
                 *tree.css("time[datetime]")[:2]):
        yield from (Stamp(instant, "time") for instant in _instants([node.attributes.get("datetime")], zone))


# Names under which the data layers of analytics and the states of scripted pages keep it.
_SCRIPTED = re.compile(r"""(?<![a-z])(?:first|original|article|date)?_?publi(?:cation|shed|sh)_?(?:date|time|at|on)?(?:_?time)?\\?["']?\s*[:=]\s*"""
                       r"""\\?["'](\d{4}[^"'\\]{4,32})\\?["']""", re.IGNORECASE)


def _scripted(tree: LexborHTMLParser, zone: ZoneInfo) -> Iterator[Stamp]:
    """What the page's scripts call the date of publication, where they name one day only: others are of other articles."""
    found = [instant for node in tree.css("script:not([src])")
             for instant in _instants(_SCRIPTED.findall((node.text(deep=True) or "")[:500_000]), zone)]
    if len({instant.day for instant in found}) == 1:
        yield Stamp(next((instant for instant in found if instant.at is not None), found[0]), "script")


def _instants(values: list[Any], zone: ZoneInfo) -> Iterator[Instant]:
    for value in values:
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str) and (instant := read_instant(unescape(value), zone)) is not None:
            yield instant


# -- the rest ---------------------------------------------------------------------------------------------------------

def _language(tree: LexborHTMLParser, metas: dict[str, list[str]], article: dict[str, Any]) -> str | None:
    root = tree.css_first("html")
    attributes = root.attributes if root else {}
    for value in (attributes.get("lang"), attributes.get("xml:lang"), article.get("inLanguage"),
                  *metas.get("og:locale", []), *metas.get("content-language", [])):
        found = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", value.strip()) if isinstance(value, str) else None
        if found:
            return found[1].lower()
    return None


def _canonical(tree: LexborHTMLParser, metas: dict[str, list[str]], url: str) -> str | None:
    node = tree.css_first('link[rel="canonical" i][href]')
    reference = (node.attributes.get("href") if node else None) or (metas.get("og:url") or [""])[0]
    try:
        return urljoin(url, reference.strip()) if reference and reference.strip() else None
    except ValueError:
        return None


def _captions(article: dict[str, Any]) -> Iterator[str]:
    images = article.get("image")
    for image in images if isinstance(images, list) else [images]:
        if isinstance(image, dict) and (caption := clean_line(text_of(image.get("caption")))):
            yield caption


def _pictured(nodes: list[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        if "ImageObject" in types_of(node):
            yield from (text for key in ("caption", "description") if (text := clean_line(text_of(node.get(key)))))


def _boolean(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(value).strip().rsplit("/", 1)[-1].casefold())


def _gated(article: dict[str, Any]) -> Iterator[str]:
    parts = article.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _boolean(part.get("isAccessibleForFree")) is False:
            selectors = part.get("cssSelector")
            yield from (text for text in (selectors if isinstance(selectors, list) else [selectors]) if isinstance(text, str))

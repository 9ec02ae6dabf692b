"""One page, or one plain text -> one `Article`."""
from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import htmldate
from bs4 import BeautifulSoup
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from scraper.body import Body, is_caption, read_body
from scraper.canonical import canonical_url, same_site
from scraper.charset import decoded
from scraper.discover import Link
from scraper.errors import BadUrl, PageError
from scraper.instant import Instant, read_instant
from scraper.metadata import DATE_NAMES, Metadata, Stamp, page_metadata
from scraper.source import Selectors, Source
from scraper.stand_ins import form_of, refuse_consent, refuse_stand_ins
from timeline.clean import clean_line, clean_text
from timeline.dateline import find_dateline
from timeline.model import Article
from timeline.reading import article_from_text

__all__ = ["PageError", "language_of", "read_article", "read_text", "warm_up"]

SHORTEST = 40  # characters: less is a notice or a button, and no readout is as short
FUTURE = timedelta(days=1)  # clocks of outlets run ahead, and zones are taken wrongly
_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml|application/xml|text/xml|application/octet-stream|$)",
                   re.IGNORECASE)


def read_article(html: bytes, url: str, source: Source, *, fetched_at: datetime, content_type: str | None = None,
                 link: Link | None = None) -> Article:
    """Read the page `html`, which was fetched from `url` at `fetched_at` (aware).

    What the page says of itself comes first; what `link` (the listing) says fills the gaps. A date without a zone is one
    in the source's zone; a date more than a day after `fetched_at` is not believed. `content_type` is the header's.
    Raises `PageError` where there is no headline or no body, or where the bytes are no page.
    """
    if content_type and re.match(r"\s*text/plain", content_type, re.IGNORECASE):
        return read_text(decoded(html, content_type), url=url, source=source, title=link.title if link else None)
    if content_type and not _HTML.match(content_type):
        raise PageError("kind", f"neither HTML nor plain text: {content_type[:80]}")
    markup = decoded(html, content_type)
    if not markup.strip():
        raise PageError("empty", "the page is empty")
    try:
        return _read(markup, url, source, fetched_at, link)
    except (PageError, MemoryError):
        raise
    except Exception as error:  # parsers raise what they like; the page's bytes are at fault, not the program
        raise PageError("parser", f"can't be read: {type(error).__name__}: {error}"[:300]) from error


def _read(markup: str, url: str, source: Source, fetched_at: datetime, link: Link | None) -> Article:
    chosen = _Chosen(markup, source) if source.selectors != Selectors(links=source.selectors.links) else None
    if chosen is not None:
        markup = chosen.markup
    tree = LexborHTMLParser(markup)
    facts = page_metadata(tree, url, source.zone)
    refuse_stand_ins(tree, markup, facts.headlines, described=facts.described)
    headline = (chosen and chosen.headline) or next(iter(facts.headlines), "") or (clean_line(link.title) if link else "")
    body = read_body(markup, tree, facts.body, facts.captions, facts.pictured)
    if chosen is not None and chosen.paragraphs:
        body = Body(chosen.paragraphs, body.captions)
    paragraphs, captions = _parted(body, headline)
    refuse_consent(tree, paragraphs, described=facts.described)
    if sum(map(len, paragraphs)) < SHORTEST:
        if facts.free is False:
            raise PageError("paywall", "nothing of it can be read without a subscription")
        raise PageError("body", "no text was found")
    if not headline:
        raise PageError("headline", "no headline was found")
    stamp = _stamp(facts, chosen, link, markup, url, source, fetched_at)
    modified = [instant.at for instant in facts.modified if instant.at and not instant.is_after(fetched_at + FUTURE)]
    return Article(
        url=_address(facts, url), source=source.id, outlet=source.outlet_id, headline=headline, paragraphs=paragraphs, captions=captions,
        authors=(chosen and chosen.authors) or facts.authors, publisher=source.name,
        published_on=stamp.instant.day if stamp else None, published_at=stamp.instant.at if stamp else None,
        published_basis=stamp.basis if stamp else "unknown", modified_at=next(iter(modified), None),
        dateline=_dateline(paragraphs[0], stamp.instant.day if stamp else fetched_at.date()), language=language_of(facts.language, paragraphs, source.language),
        time_zone=source.time_zone, tier=source.tier,
        form=form_of(tree, paragraphs, live=facts.live, free=facts.free, gated=facts.gated))


def read_text(text: str, *, url: str = "", source: Source | None = None, title: str | None = None,
              published: date | None = None, published_at: datetime | None = None,
              language: str | None = None) -> Article:
    """Read plain text whose paragraphs are parted by line breaks; its first line may be `date YYYY-MM-DD …`.

    Without `language` it is recognised. Raises `PageError` where the text is empty or its date line holds no date.
    """
    text = clean_text(text)
    if not text:
        raise PageError("empty", "the text is empty")
    own: dict[str, Any] = {}
    if source is not None:
        own = {"source": source.id, "outlet": source.outlet_id, "publisher": source.name, "time_zone": source.time_zone, "tier": source.tier}
    if published is None and published_at is not None:
        published = published_at.astimezone(source.zone if source else published_at.tzinfo).date()
    declared = language or (source.language if source else None)
    try:
        article = article_from_text(text, title=clean_line(title) if title else None, published=published,
                                    published_at=published_at, url=url,
                                    language=language or language_of(None, (text,), declared or "und"), **own)
    except ValueError as error:
        raise PageError("date", str(error)) from error
    if not article.paragraphs:
        raise PageError("body", "no text was found")
    return article


def warm_up() -> None:
    """Load what is otherwise loaded with the first page."""
    _identifier()
    same_site("https://example.org/", "https://www.example.org/")


# -- parts ------------------------------------------------------------------------------------------------------------

class _Chosen:
    """What the source's own selectors pick. Only such sources pay for a second parse."""

    def __init__(self, markup: str, source: Source) -> None:
        selectors = source.selectors
        soup = BeautifulSoup(markup, "lxml")
        if selectors.remove:
            for unwanted in soup.select(selectors.remove):
                unwanted.decompose()
        self.markup = str(soup) if selectors.remove else markup
        self.headline = self._line(soup, selectors.headline)
        self.authors = tuple(dict.fromkeys(name for element in (soup.select(selectors.authors) if selectors.authors else [])
                                           if (name := clean_line(element.get_text(" ", strip=True)))))
        self.paragraphs = tuple(self._paragraphs(soup, selectors.body))
        self.published: Stamp | None = None
        dated = soup.select_one(selectors.date) if selectors.date else None
        if dated is not None:
            for text in (dated.get("datetime"), dated.get("content"), dated.get_text(" ", strip=True)):
                instant = read_instant(clean_line(str(text)), source.zone) if text else None
                if instant is not None:
                    self.published = Stamp(instant, "selector")
                    break

    @staticmethod
    def _line(soup: BeautifulSoup, selector: str | None) -> str:
        element = soup.select_one(selector) if selector else None
        return clean_line(element.get_text(" ", strip=True)) if element is not None else ""

    @staticmethod
    def _paragraphs(soup: BeautifulSoup, selector: str | None) -> list[str]:
        found: list[str] = []
        for element in soup.select(selector) if selector else []:
            for caption in element.select("figcaption, script, style"):
                caption.decompose()
            blocks = [block for block in element.find_all(["p", "li", "h2", "h3", "h4", "blockquote"])
                      if block.find(["p", "li"]) is None]
            texts = [block.get_text(" ", strip=True) for block in blocks] or element.get_text("\n", strip=True).split("\n")
            found += [text for text in map(clean_line, texts) if text]
        return found


def _parted(body: Body, headline: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paragraphs without the headline told again; short ones that carry a credit join the captions."""
    paragraphs: list[str] = []
    captions = list(body.captions)
    for number, paragraph in enumerate(body.paragraphs):
        if number < 3 and paragraph.casefold() == headline.casefold():
            continue
        if is_caption(paragraph):
            captions.append(paragraph)
        else:
            paragraphs.append(paragraph)
    return tuple(paragraphs), tuple(dict.fromkeys(captions))


def _address(facts: Metadata, url: str) -> str:
    """The canonical URL: the page's own word counts only within its own site."""
    own = _canonical(url)
    if facts.canonical and same_site(facts.canonical, url):
        told = _canonical(facts.canonical)
        # A front page as the canonical address of every article is a template's mistake.
        if told.rstrip("/").count("/") > 2 or own.rstrip("/").count("/") <= 2:
            return told
    return own


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except BadUrl:
        return url  # a file's


def _stamp(facts: Metadata, chosen: _Chosen | None, link: Link | None, markup: str, url: str, source: Source,
           fetched_at: datetime) -> Stamp | None:
    """The best date that is not in the future. A bare day takes its time from another tag that names the same day."""
    stamps = [chosen.published] if chosen is not None and chosen.published else []
    stamps += facts.published
    if link is not None and link.published is not None:
        local = link.published.astimezone(source.zone)
        stamps.append(Stamp(Instant(local.date(), link.published if local.time() != time() else None), "feed"))
    stamps = [stamp for stamp in stamps if not stamp.instant.is_after(fetched_at.astimezone(source.zone) + FUTURE)]
    if not stamps:
        return _searched(markup, url, fetched_at)
    best = stamps[0]
    if best.instant.at is None:
        return next((stamp for stamp in stamps if stamp.instant.at is not None and stamp.instant.day == best.instant.day),
                    best)
    return best


def _searched(markup: str, url: str, fetched_at: datetime) -> Stamp | None:
    """htmldate's word, on a tree (given a string that opens with http it would fetch), and without the tags that were
    read already: it takes a part of a date that can't be for a date. Its extensive search stays off: on pages whose
    tags were taken away it is wrong in a third of the cases, without it in less than a quarter."""
    root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    for element in root.xpath("//script | //time[@datetime] | //*[@itemprop='datePublished' or @itemprop='dateModified']"):
        element.drop_tree()
    for element in root.xpath("//meta[@property or @name]"):
        if (element.get("property") or element.get("name")).lower() in DATE_NAMES:
            element.drop_tree()
    latest = (fetched_at + FUTURE).astimezone(UTC).strftime("%Y-%m-%d")
    try:
        found = htmldate.find_date(root, original_date=True, extensive_search=False, max_date=latest,
                                   outputformat="%Y-%m-%d", url=url)
    except (ValueError, OverflowError, TypeError):
        return None
    return Stamp(Instant(date.fromisoformat(found), None), "text") if found else None


def _dateline(paragraph: str, published: date) -> str | None:
    line = find_dateline(paragraph, published)
    return paragraph[line.start:line.end].rstrip(" -–—_:") if line and line.start == 0 else None


# -- language ---------------------------------------------------------------------------------------------------------

# Close relatives that a character model takes for one another: between them the page's own word counts.
_RELATIVES = ({"no", "nb", "nn", "da", "sv"}, {"sr", "hr", "bs", "sh", "sl", "me"}, {"id", "ms"}, {"pt", "gl", "es", "ca"},
              {"cs", "sk"}, {"hi", "mr", "ne"}, {"ru", "uk", "be", "bg", "mk", "kk", "ky"}, {"zh", "ja"}, {"fa", "ur", "ar"},
              {"af", "nl"})


SHORTEST_SURE = 120  # characters
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LATIN_SCRIPT = frozenset({"en", "fr", "de", "es", "it", "pt", "nl", "da", "sv", "no", "nb", "nn", "fi", "pl", "cs", "sk", "hu", "ro", "hr", "sl", "lt",
                           "lv", "et", "tr", "az", "sq", "id", "ms", "vi", "sw", "af", "ca", "ga"})


def language_of(declared: str | None, paragraphs: tuple[str, ...], default: str) -> str:
    """What the page declares, unless its text is plainly something else (templates say `en` to everything): by a character
    model from 120 characters on (of 3,000 cuts of 80 characters from English news it took none for another language), by
    the script alone in shorter ones."""
    text = " ".join(paragraphs)[:2000]
    label, probability = _identifier().classify(text)
    letters = sum(map(str.isalpha, text))
    if declared in _LATIN_SCRIPT and letters >= 10 and 2 * len(_LATIN.findall(text)) < letters:
        return str(label) if label not in _LATIN_SCRIPT else "und"
    if declared is None:
        return str(label) if len(text) >= 40 and probability >= 0.5 else default.split("-")[0].lower()
    related = any(declared in family and label in family for family in _RELATIVES)
    if label != declared and not related and len(text) >= SHORTEST_SURE and probability >= 0.95:
        return str(label)
    return declared


@cache
def _identifier() -> Any:
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)

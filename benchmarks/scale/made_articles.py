"""Pages of news that is made up, for what is to be tried with many of them: HTML of the weight that outlets serve, in our own
words.

A share of them tells of meetings, calls and visits between office holders of real states, in the phrases of news; the rest is weather, markets
and football, with a country named here and there, as general news has it. Nothing in it is true. The same number gives the same pages.
"""
from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

__all__ = ["page", "pages"]

LEADERS = (("US President", "Joe Biden", "Washington"), ("Chinese President", "Xi Jinping", "Beijing"), ("Russian President", "Vladimir Putin", "Moscow"),
           ("French President", "Emmanuel Macron", "Paris"), ("German Chancellor", "Olaf Scholz", "Berlin"), ("Turkish President", "Recep Tayyip Erdogan", "Ankara"),
           ("Indian Prime Minister", "Narendra Modi", "New Delhi"), ("Kazakh President", "Kassym-Jomart Tokayev", "Astana"),
           ("Ukrainian President", "Volodymyr Zelensky", "Kyiv"), ("Polish Prime Minister", "Donald Tusk", "Warsaw"),
           ("Japanese Prime Minister", "Fumio Kishida", "Tokyo"), ("Uzbek President", "Shavkat Mirziyoyev", "Tashkent"),
           ("Hungarian Prime Minister", "Viktor Orban", "Budapest"), ("Serbian President", "Aleksandar Vucic", "Belgrade"),
           ("US Secretary of State", "Antony Blinken", "Washington"), ("Russian Foreign Minister", "Sergei Lavrov", "Moscow"),
           ("Brazilian President", "Luiz Inacio Lula da Silva", "Brasilia"), ("South African President", "Cyril Ramaphosa", "Pretoria"))
TOLD = ("{one} met {other} in {city} on {day}, the host's office said.", "{one} will visit {city} on {later} for talks with {other}.",
        "{one} spoke by phone with {other} on {day}.", "{one} and {other} held talks in {city} on {day} on trade and energy.",
        "A visit by {one} to {city}, planned for {later}, has been postponed, {other} said.")
DRY = ("The harbour was quiet, and two of the three cranes stood still until noon.", "Prices of wheat rose a little for the third week in a row.",
       "The home side took the lead after half an hour and never looked like losing it.", "A bridge that was closed in spring is open to lorries again.",
       "The museum has put its oldest maps on show, among them one of the coast of Portugal.", "Rain is expected in the north, and fog along the river.",
       "Teachers in two districts asked for smaller classes and longer breaks.", "A carmaker from Japan said that it would hire four hundred people.",
       "The council met on Tuesday and put off the vote on parking fees.", "Nobody was hurt when a lorry with oranges turned over near the old mill.")
TEASER = ('<div class="card card--wide"><div class="card__inner"><a class="card__link" href="/more/{number}" data-id="{number}"><picture><source '
          'srcset="/i/{number}-320.webp 320w, /i/{number}-640.webp 640w" type="image/webp"><img alt="" loading="lazy" src="/i/{number}.jpg"></picture>'
          '<h3 class="card__title"><span>{title}</span></h3></a><ul class="card__tags"><li><a href="/tag/1">News</a></li></ul></div></div>')
MENU = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("world", "politics", "markets", "sport", "culture", "weather", "letters", "about"))


def page(number: int, *, share: float = 0.2, outlets: int = 200, years: int = 10) -> tuple[str, datetime, bytes]:
    """Address, time of capture and HTML of one page; `share` of them tell of events, of `outlets` outlets over `years` years."""
    rng = random.Random(number)
    at = datetime(2016, 8, 26, tzinfo=UTC) + timedelta(seconds=rng.randrange(years * 365 * 86_400))
    day, later = at - timedelta(days=1), at + timedelta(days=rng.randrange(2, 20))
    paragraphs = [" ".join(rng.choices(DRY, k=rng.randrange(2, 5))) for _ in range(rng.randrange(8, 16))]
    title = rng.choice(DRY).split(",")[0].rstrip(".")
    if rng.random() < share:
        (role, one, _), (other_role, other, city) = rng.sample(LEADERS, 2)
        told = [sentence.format(one=f"{role} {one}", other=f"{other_role} {other}", city=city, day=f"{day:%B} {day.day}, {day.year}",
                                later=f"{later:%B} {later.day}, {later.year}") for sentence in rng.sample(TOLD, rng.randrange(1, 3))]
        for sentence in told:
            paragraphs.insert(rng.randrange(3), sentence)
        title = f"{one.split()[-1]} and {other.split()[-1]}: what was said"
    address = f"https://www.outlet{rng.randrange(outlets)}.example/{at:%Y/%m/%d}/story-{number}"
    teasers = "".join(TEASER.format(number=rng.randrange(10**6), title=rng.choice(DRY)[:60]) for _ in range(90))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return address, at, (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Outlet</title><link rel="canonical" href="{address}">'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{at.isoformat()}">'
        f'<script>window.settings = {{"ads": {[rng.randrange(10**6) for _ in range(6_000)]}}};</script><style>{".a{color:#000}" * 3_000}</style></head>'
        f'<body><header><nav><ul>{MENU}</ul></nav></header><main><article><h1>{title}</h1><p class="byline">By A. Writer</p>{body}</article>'
        f'<aside>{teasers}</aside></main><footer><ul>{MENU}</ul><p>All rights reserved.</p></footer></body></html>').encode()


def pages(count: int, *, start: int = 0, share: float = 0.2) -> Iterator[tuple[str, datetime, bytes]]:
    return (page(number, share=share) for number in range(start, start + count))

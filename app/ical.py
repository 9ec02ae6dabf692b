"""Events as iCalendar (RFC 5545, RFC 7986): each VEVENT is rendered once, when its event changes, and kept as bytes.

A calendar is those bytes joined between a head and a foot. No byte depends on the host or the clock, so that two
fetches of an unchanged timeline are equal. Times are DATE values or UTC, hence no VTIMEZONE; there is no METHOD (it needs
an ORGANIZER) and no UID of the calendar (some clients then take the whole feed for one item).
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vText

from app.colours import name_of
from app.soundness import Sound
from app.web_address import web_address
from timeline.clean import clean_line, clean_text
from timeline.model import Claim, Event, EventType, Participant, Status, Tier
from timeline.titles import state_name
from timeline.when import When

__all__ = ["REFRESH", "as_unreported", "calendar", "sound_vevent", "uid", "vevent"]

REFRESH = timedelta(hours=1)
"""How often a client is asked to look again."""

# Content lines (RFC 5545, section 3.1) as `vevent` writes them: names in capitals, no control characters, no component inside.
_VALUE = rb"[^\x00-\x08\x0a-\x1f\x7f]*\r\n"
_SOUND = re.compile(rb"BEGIN:VEVENT\r\nUID:" + _VALUE + rb"(?:(?: |(?!BEGIN:|END:)[A-Z-]+[:;])" + _VALUE + rb")*END:VEVENT\r\n")

_FOOT = b"END:VCALENDAR\r\n"
_QUOTATIONS = 3
_QUOTATION_LENGTH = 400
_TIERS = {tier: rank for rank, tier in enumerate(Tier)}
_STATED = {Status.PLANNED: "Planned.", Status.HELD: "Reported as held.", Status.CANCELLED: "Cancelled.",
           Status.POSTPONED: "Postponed; no new date is known."}

_UNREPORTED = b"Planned\\, and no source has told whether it took place.\\n"


def vevent(event: Event, *, first_seen: datetime, updated: datetime,
           publishers: Mapping[str, str] | None = None) -> bytes:
    r"""`BEGIN:VEVENT` to `END:VEVENT`, CRLF at the end of each line, lines of at most 75 octets.

    `first_seen` and `updated` are aware: when the event was first stored and when it last changed (DTSTAMP and
    LAST-MODIFIED, so that an unchanged event never looks changed). `publishers` gives an outlet's name by article URL.
    """
    item = icalendar.Event()
    item.add("uid", _Text(uid(event.id)))
    item.add("dtstamp", updated.astimezone(UTC).replace(microsecond=0))
    # STATUS stands before every text of a source: `as_unreported` counts on it.
    item.add("status", _status(event))
    start, end = _times(event.when)
    item.add("dtstart", start)
    if end is not None:
        item.add("dtend", end)
    item.add("sequence", event.revision)
    item.add("created", first_seen.astimezone(UTC).replace(microsecond=0))
    item.add("last-modified", updated.astimezone(UTC).replace(microsecond=0))
    item.add("transp", "TRANSPARENT")
    item.add("summary", _Text(_summary(event)))
    item.add("description", _Text(_description(event, publishers or {})))
    item.add("categories", [event.type.value.capitalize()])
    place = event.place
    if place is not None and event.type is not EventType.CALL:
        location = _joined(place.name, place.country and state_name(place.country))
        if location:
            item.add("location", _Text(location))
        if place.latitude is not None and place.longitude is not None \
                and -90 <= place.latitude <= 90 and -180 <= place.longitude <= 180:
            item.add("geo", (round(place.latitude, 4), round(place.longitude, 4)))
    address = next((found for claim in _by_weight(event.claims) if (found := web_address(claim.article))), None)
    if address:
        item.add("url", address)
    return bytes(item.to_ical(sorted=False))


def calendar(vevents: Iterable[bytes], *, name: str | None = None, colour: str | None = None) -> bytes:
    """One VCALENDAR of VEVENTs that `vevent` rendered, in their order.

    `name` is what clients show for the feed, `colour` (`#RRGGBB`) what they show it in: COLOR takes names alone (RFC 7986,
    section 5.9), Apple's property values. Without a name it is no feed but a file, which nobody is asked to fetch again.
    """
    return b"".join((_head(name, colour), *vevents, _FOOT))


@lru_cache(maxsize=100)
def _head(name: str | None, colour: str | None) -> bytes:
    shell = icalendar.Calendar()
    shell.add("prodid", "-//Summitry//Summitry//EN")
    shell.add("version", "2.0")
    shell.add("calscale", "GREGORIAN")
    if name is not None:
        shown = clean_line(name) or "Summitry"  # libical takes an empty NAME for an error
        shell.add("name", _Text(shown))
        shell.add("x-wr-calname", _Text(shown))
    if colour is not None:
        shell.add("color", _Text(name_of(colour)))
        shell.add("x-apple-calendar-color", _Text(colour))
    if name is not None:
        shell.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        shell.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return bytes(shell.to_ical(sorted=False).removesuffix(_FOOT))


def uid(event_id: str) -> str:
    """The UID of an event: the same on every host and for ever."""
    return f"{event_id}@summitry"


def as_unreported(rendered: bytes) -> bytes:
    """The same VEVENT for a planned event whose time is past and nobody reported: tentative, and said so.

    Derived when served, since it follows from the clock. The sentence is put in as a folded line of its own, so that no
    line grows past 75 octets.
    """
    rendered = rendered.replace(b"\r\nSTATUS:CONFIRMED\r\n", b"\r\nSTATUS:TENTATIVE\r\n", 1)
    return rendered.replace(b"\r\nDESCRIPTION:Planned.\\n", b"\r\nDESCRIPTION:" + _UNREPORTED + b"\r\n ", 1)


def _is_vevent(rendered: bytes) -> bool:
    try:
        rendered.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _SOUND.fullmatch(rendered) is not None


sound_vevent = Sound(_is_vevent, most=20_000)
"""Whether stored bytes are one VEVENT of well-formed lines: one damaged row must not make the whole calendar unreadable."""


class _Text(vText):
    r"""TEXT escaped as RFC 5545, section 3.3.11 asks: the library takes the letters `\N` in a text for a line break.

    Cleaned once more, whatever was stored: one control character makes a whole calendar unreadable to libical.
    """

    def to_ical(self) -> bytes:
        escaped = clean_text(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode("utf-8")


def _status(event: Event) -> str:
    """STATUS. A plan is confirmed only where an official source tells the very day."""
    if event.status is Status.CANCELLED:
        return "CANCELLED"
    if event.status is Status.HELD:
        return "CONFIRMED"
    official = any(claim.tier is Tier.OFFICIAL and claim.status is Status.PLANNED for claim in event.claims)
    return "CONFIRMED" if event.status is Status.PLANNED and event.when.exact and official else "TENTATIVE"


def _times(when: When) -> tuple[date | datetime, date | None]:
    """DTSTART and the exclusive DTEND. A clock time becomes UTC and has no end, since none was told."""
    moment = _moment(when)
    if moment is not None:
        return moment, None
    try:
        return when.first, when.last + timedelta(days=1)
    except OverflowError:
        return when.first, None


def _moment(when: When) -> datetime | None:
    """The told clock time in UTC; None where there is none, or its zone is not known: a time without a zone would be
    read in the zone of whoever looks."""
    if when.time is None or when.time_zone is None or when.first != when.last:
        return None
    try:
        return datetime.combine(when.first, when.time, ZoneInfo(when.time_zone)).astimezone(UTC)
    except (ValueError, OSError, KeyError, OverflowError):
        return None


def _summary(event: Event) -> str:
    title = clean_line(event.title) or event.type.value.capitalize()
    if event.status is Status.POSTPONED:
        title = f"Postponed: {title}"
    return title if event.when.exact else f"{title} (day not told)"


def _description(event: Event, publishers: Mapping[str, str]) -> str:
    lines = [_STATED[event.status]]
    if not event.when.exact:
        lines.append(f"The day is not told: {event.when.edtf()}.")
    elif event.when.time is not None and _moment(event.when) is None:
        lines.append(f"At {event.when.time:%H:%M}, in a time zone that was not told.")
    lines += [f"Earlier date: {when.edtf()}." for when in event.formerly]
    if event.participants:
        lines.append("Participants: " + "; ".join(_who(participant) for participant in event.participants))
    if event.organisation:
        lines.append(f"Organisation: {clean_line(event.organisation)}")
    for claim in _quoted(event.claims):
        lines += ["", f"“{_shortened(clean_line(claim.quotation))}”",
                  f"{clean_line(publishers.get(claim.article) or claim.source)}, {claim.told_on.isoformat()}",
                  web_address(claim.article) or clean_line(claim.article)]
    return "\n".join(lines)


def _who(participant: Participant) -> str:
    country = state_name(participant.country) if participant.country else None
    details = _joined(participant.role, country)
    name = clean_line(participant.name or "")
    if not name:
        return details or clean_line(participant.actor_id)
    return f"{name} ({details})" if details else name


def _joined(*parts: str | None) -> str:
    return ", ".join(cleaned for part in parts if part and (cleaned := clean_line(part)))


def _by_weight(claims: Iterable[Claim]) -> list[Claim]:
    """Official sources first, then the newest telling: an order that no arrival changes."""
    return sorted(claims, key=lambda claim: (_TIERS[claim.tier], -claim.told_on.toordinal(), claim.article, claim.start,
                                             claim.id))


def _quoted(claims: Iterable[Claim]) -> list[Claim]:
    """The claims to quote: one for each article, a few in all."""
    best: dict[str, Claim] = {}
    for claim in _by_weight(claims):
        best.setdefault(claim.article, claim)
    return list(best.values())[:_QUOTATIONS]


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTATION_LENGTH else text[:_QUOTATION_LENGTH - 1].rstrip() + "…"

"""PLOVER and CAMEO codes and the schema.org status, derived from an event's type, status and place.

Sources: PLOVER manual and CAMEO2PLOVER (2021), openeventdata; CAMEO codebook 1.1b3; schema.org EventStatusType.
"""
from __future__ import annotations

from dataclasses import dataclass

from timeline.model import ActorKind, Event, EventType, Status
from timeline.parties import side_of

__all__ = ["Codes", "codes"]


@dataclass(frozen=True, slots=True)
class Codes:
    """`plover`: event class, with its mode after a hyphen. `cameo`: root or sub-code. `schema_org`: EventStatusType."""

    plover: str
    cameo: str
    schema_org: str


_HELD = {EventType.MEETING: ("CONSULT", "040"), EventType.VISIT: ("CONSULT-visit", "042"),
         EventType.CALL: ("CONSULT-phone", "041"), EventType.SUMMIT: ("CONSULT-multilateral", "040"),
         EventType.CONFERENCE: ("CONSULT-multilateral", "040"), EventType.SIGNING: ("SUPPORT", "057"),
         # Neither codebook has ceremonies; foreign guests make a visit to attend one.
         EventType.CEREMONY: ("CONSULT-visit", "042")}
_SCHEMA = {Status.PLANNED: "EventScheduled", Status.HELD: "EventScheduled", Status.POSTPONED: "EventPostponed",
           Status.CANCELLED: "EventCancelled"}


def codes(event: Event) -> Codes:
    """The codes that other event databases would give.

    Planned and postponed events are the stated intent to meet (AGREE, 036; 030 for a signing), cancelled ones a refusal
    of it (REJECT, 12x), held ones the consultation itself with its mode.
    """
    signing = event.type is EventType.SIGNING
    if event.status in (Status.PLANNED, Status.POSTPONED):
        plover, cameo = "AGREE", "030" if signing else "036"
    elif event.status is Status.CANCELLED:
        plover, cameo = ("REJECT", "120") if signing else ("REJECT-meet", "125")
    elif event.type is EventType.MEETING and _third_country(event):
        plover, cameo = "CONSULT-third-party", "044"
    else:
        plover, cameo = _HELD[event.type]
    rescheduled = event.status is Status.PLANNED and bool(event.formerly)
    return Codes(plover, cameo, "EventRescheduled" if rescheduled else _SCHEMA[event.status])


def _third_country(event: Event) -> bool:
    """Whether the meeting is in a country that is no party. Organisations sit in a country and are foreign in none."""
    if event.place is None or event.place.country is None or not event.participants:
        return False
    sides = {side_of(one) for one in event.participants}
    only_states = all(one.kind is not ActorKind.ORGANISATION and len(side_of(one)) == 2 and side_of(one) not in ("EU", "UN")
                      for one in event.participants)
    return only_states and len(sides) >= 2 and event.place.country not in sides

"""What a subscriber chooses, put into VEVENTs that were rendered without it.

The stored bytes are the same for all. Each choice is a replacement at a place that no text of a source can imitate: text
never begins a line (`app.ical`). What is put in before such text is a line of its own that the text continues, so that
no line grows past 75 octets.
"""
from __future__ import annotations

import re

__all__ = ["ALARM_MINUTES", "marked", "with_alarm"]

ALARM_MINUTES = 4 * 7 * 24 * 60
"""The longest time before an event at which an alarm may ring: four weeks."""

_SUMMARY = re.compile(rb"\r\nSUMMARY:((?:[^\r\n]|\r\n )*)\r\n")
_END = b"END:VEVENT\r\n"


def marked(rendered: bytes) -> bytes:
    """A cancelled VEVENT that says so in its title and stays visible: Google's calendar hides those of STATUS CANCELLED.

    It has no STATUS then, since it is neither confirmed nor tentative.
    """
    shown = rendered.replace(b"\r\nSTATUS:CANCELLED\r\n", b"\r\n", 1)
    return shown.replace(b"\r\nSUMMARY:", b"\r\nSUMMARY:Cancelled:\r\n  ", 1)


def with_alarm(rendered: bytes, minutes: int) -> bytes:
    """The same VEVENT with an alarm that shows its title so many minutes before its start (RFC 5545, section 3.6.6)."""
    found = _SUMMARY.search(rendered)
    summary = found[1] if found is not None else b"Summitry"
    alarm = (b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:\r\n " + summary + b"\r\nTRIGGER:-PT%dM\r\nEND:VALARM\r\n" % minutes)
    return rendered.removesuffix(_END) + alarm + _END

"""What a token may be good for."""
from __future__ import annotations

from enum import StrEnum

__all__ = ["Scope"]


class Scope(StrEnum):
    """A scope of RFC 6749, section 3.3."""

    READ = "read"  # all that is asked with GET, and reading one article; only where reading is not open
    TRIGGER = "trigger"  # starting scrapes
    CORRECT = "correct"  # corrections, and undoing them
    PUSH = "push"  # webhooks
    SOURCES = "sources"  # finding sources and adding them to the sources file

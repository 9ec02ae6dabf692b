"""What was found: for people a line each, for programs JSON."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["CHECKS", "Finding", "Flaw", "Level", "Report"]

CHECKS: dict[str, str] = {
    "schema": "the tables are those of this version",
    "file": "the database finds nothing wrong with itself",
    "references": "whatever rows refer to is there",
    "numbers": "numbers go on after the highest",
    "events": "each event can be read, and its columns follow from it",
    "claims": "each claim belongs to one event, and each event to its claims",
    "evidence": "each event rests on a sentence that its article holds",
    "rendered": "JSON and calendar entries are those that follow from the events",
    "links": "events are found by their actors, countries, sources and keys",
    "words": "events are found by their words",
    "states": "what was known on earlier days follows from the claims",
    "history": "the changes, replayed, give the present events",
    "articles": "each article has its versions, and its columns follow from the newest",
    "actors": "actors are found by their names",
    "heirs": "each event that became one with another leads to it",
    "rulings": "all corrections are applied",
    "tokens": "each token can be judged, and opens what it says",
    "webhooks": "what receivers were told of and wait for is whole",
    "ledger": "no run is under way but by a process that lives",
    "sources": "all sources do well",
    "deliveries": "all webhooks are active, and none is an hour behind",
    "retention": "what is kept for a time only goes when its time is over",
    "log": "the write-ahead log is small",
    "disk": "there is room on the disk",
    "clock": "the clock agrees with what was written",
    "zones": "time zones are known, with the changes of late",
    "settings": "the settings are those of a public service",
}
"""The checks in their order, each with what holds where it finds nothing."""

_NAMED = 5  # of which a finding gives the first


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works; look at it
    FAULT = "fault"  # something that must hold does not


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing of which something does not hold. `what` is said of all its kind, `subject` names it, `mend` says what to do.

    `anew` names what can be written down anew to mend it (`app.store.mending`), with its id.
    """

    check: str
    what: str
    subject: str
    mend: str
    level: Level = Level.FAULT
    anew: tuple[str, str] | None = None


@dataclass(slots=True)
class Finding:
    """All flaws of a kind: how many, and the first of them by name."""

    check: str
    level: Level
    what: str
    mend: str = ""
    count: int = 0
    subjects: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"check": self.check, "level": self.level.value, "what": self.what, "count": self.count, "subjects": self.subjects,
                "mend": self.mend or None}


@dataclass(slots=True)
class Report:
    """What an examination found. `looked_at` counts what it went through; `anew` is what would be written anew to mend it.

    Checks that were not made (`skipped`) say nothing.
    """

    store: str
    looked_at: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)  # by check, why
    anew: set[tuple[str, str]] = field(default_factory=set)
    mended: int = 0
    _found: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def add(self, flaws: Iterable[Flaw]) -> None:
        for flaw in flaws:
            finding = self._found.setdefault((flaw.check, flaw.what, flaw.mend), Finding(flaw.check, flaw.level, flaw.what, flaw.mend))
            finding.count += 1
            if flaw.subject and len(finding.subjects) < _NAMED and flaw.subject not in finding.subjects:
                finding.subjects.append(flaw.subject)
            if flaw.anew is not None:
                self.anew.add(flaw.anew)

    def saw(self, what: str, count: int = 1) -> None:
        self.looked_at[what] = self.looked_at.get(what, 0) + count

    @property
    def sound(self) -> bool:
        """Whether there is no fault."""
        return all(finding.level is not Level.FAULT for finding in self._found.values())

    def findings(self) -> list[Finding]:
        """By check, each with what is wrong, or that nothing is."""
        found = []
        for check, holds in CHECKS.items():
            if check in self.skipped:
                continue
            of_check = [finding for finding in self._found.values() if finding.check == check]
            found += sorted(of_check, key=lambda one: one.level is not Level.FAULT) or [Finding(check, Level.OK, holds)]
        return found

    def lines(self) -> list[str]:
        told = []
        for finding in self.findings():
            count = f"{finding.count:,}: " if finding.count > 1 else ""
            more = ", …" if finding.count > len(finding.subjects) and finding.subjects else ""
            subjects = f" ({', '.join(finding.subjects)}{more})" if finding.subjects else ""
            told.append(f"{finding.level.value:<6} {finding.check:<11} {count}{finding.what}{subjects}")
            if finding.mend:
                told.append(f"{'':<18} {finding.mend}")
        by_reason: dict[str, list[str]] = {}
        for check, reason in self.skipped.items():
            by_reason.setdefault(reason, []).append(check)
        told += [f"{'-':<6} {', '.join(checks)}: not looked at, {reason}" for reason, checks in by_reason.items()]
        return told

    def as_json(self) -> dict[str, Any]:
        return {"store": self.store, "sound": self.sound, "looked_at": self.looked_at, "mended": self.mended,
                "skipped": sorted(self.skipped), "findings": [finding.as_json() for finding in self.findings()]}

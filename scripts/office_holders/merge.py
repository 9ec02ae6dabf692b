"""Joining the written tables with what the reference files tell."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from .reference import PHOENIX_LAST_SEEN, Leader
from .spelling import same_person, slug, surely_same, surname_of, tokens, variants
from .terms import HEADS, TableError, Term, earliest, latest, overlap

AGREEING_DAYS = 40  # between two dates of one beginning: elected, sworn in, took over
LEAST_MONTHS = 24  # in a cabinet, for persons whom no written table names

_PAIR = re.compile(r" and | & ")  # two captains regent in one cell

# States whose older office holders a file books under the successor's code, or the other way round.
_KIN = {"RU": ("SU",), "CZ": ("CS",), "RS": ("YU",), "DE": ("DD",)}


@dataclass(slots=True)
class Person:
    """One person with all terms; `aliases` never holds the name itself."""

    name: str
    qualifier: str
    terms: list[Term] = field(default_factory=list)
    aliases: set[str] = field(default_factory=set)
    id: str = ""

    def is_called(self, name: str) -> bool:
        return any(same_person(name, spelling) for spelling in (self.name, *self.aliases))


def _days_apart(one: str, two: str) -> int:
    """Days between two dates as far as the coarser one is known: 0 where it may be the same day."""
    length = min(len(one), len(two))
    if one[:length] == two[:length]:
        return 0
    first, second = ((earliest(one), latest(two)) if one > two else (earliest(two), latest(one)))
    return (_as_date(first) - _as_date(second)).days


def _months(term: Term) -> int:
    return _days_apart(latest(term.end), earliest(term.start)) // 30


def _as_date(day: str) -> date:
    year, month, number = (int(part) for part in day.split("-"))
    return date(max(year, 1), max(month, 1), min(max(number, 1), 28))


class Register:
    """All persons, written ones first; `report` says what the files tell and the written tables don't.

    `left_over` maps a country to the (office, title) of those leaders of the files that its successions lack;
    `namesakes` are (country, written name, name in a file) of two persons who look like one.

    Raises:
        TableError: two written names make one id.
    """

    def __init__(self, written: Iterable[Term], left_over: Mapping[str, tuple[str, str]] | None = None,
                 namesakes: Iterable[tuple[str, str, str]] = ()) -> None:
        self.report: list[str] = []
        self._left_over = left_over or {}
        self._namesakes = frozenset(namesakes)
        self._people: dict[tuple[str, str], Person] = {}
        self._by_country: dict[str, list[Person]] = defaultdict(list)
        for term in written:
            key = (slug(term.name), term.qualifier)
            person = self._people.get(key)
            if person is None:
                person = self._people[key] = Person(term.name, term.qualifier)
            elif person.name != term.name:
                raise TableError(f"{person.name} and {term.name} are one person: choose one spelling")
            person.terms.append(term)
            person.aliases.update(term.aliases)
            if person not in self._by_country[term.country]:
                self._by_country[term.country].append(person)
        self._spans: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for person in self._people.values():
            for term in person.terms:
                self._spans[term.country, term.office].append(term)

    def _candidates(self, country: str) -> Iterator[Person]:
        for code in (country, *_KIN.get(country, ())):
            yield from self._by_country[code]

    def _covered(self, term: Term) -> bool:
        """Whether the written tables tell who held this office at that time."""
        return any(overlap(term, known) for known in self._spans[term.country, term.office])

    def check_leaders(self, leaders: Iterable[Leader]) -> None:
        """Make the dates of written heads exact; report leaders that the tables lack and dates that differ."""
        for leader in leaders:
            whole = len(tokens(leader.name)) > 1
            spell = Term(leader.country, "other", "", leader.name, leader.start, leader.end, leader.source)
            best: tuple[int, Person, int] | None = None
            for person in self._candidates(leader.country):
                named = person.is_called(leader.name) or (not whole and surname_of(leader.name, person.name))
                if not named:
                    continue
                for index, term in enumerate(person.terms):
                    if not whole and term.office not in HEADS | {"other"}:
                        continue
                    if overlap(term, spell, 1):
                        apart = abs(_days_apart(term.start, leader.start))
                        apart += 0 if term.office in HEADS else 5
                        if best is None or apart < best[0]:
                            best = (apart, person, index)
            if best is None:
                told = f"{leader.country}: {leader.name} {leader.start}..{leader.end} ({leader.source})"
                if whole and leader.country in self._left_over and leader.start >= "1980" and not _PAIR.search(leader.name):
                    office, title = self._left_over[leader.country]
                    end = leader.end or max(PHOENIX_LAST_SEEN, leader.start[:4])  # it isn't told when it ended
                    self._enlist(self._best(spell, slack_years=45), replace(spell, office=office, title=title, end=end))
                else:
                    self.report.append(f"missing {told}")
                continue
            _, person, index = best
            self._sharpen(person, index, leader)

    def _sharpen(self, person: Person, index: int, leader: Leader) -> None:
        """Adopt what the leader's dates add to a head's term that begins at the same time, and report other beginnings."""
        term = person.terms[index]
        if term.office not in HEADS:
            return  # the files tell when somebody led, not when the same person held another office
        if _days_apart(term.start, leader.start) > AGREEING_DAYS:
            inside = earliest(term.start) <= leader.start <= latest(term.end)  # the file parts what is one term
            if not inside and leader.start > "1985":
                self.report.append(f"start {term.country}: {person.name}, {term.title}: {term.start}, but "
                                   f"{leader.source} {leader.start}..{leader.end}")
            return
        start = leader.start if len(leader.start) > len(term.start) and leader.start.startswith(term.start) else ""
        end = leader.end if term.end and len(leader.end) > len(term.end) and leader.end.startswith(term.end) else ""
        if start or end:
            sources = term.source.split("+")
            if leader.source not in sources:
                sources.append(leader.source)
            person.terms[index] = replace(term, start=start or term.start, end=end or term.end,
                                          source="+".join(sources))

    def add_heads(self, heads: Iterable[Term]) -> None:
        """Add heads with a known office that no written succession covers; report those that contradict one."""
        for head in heads:
            same = [(person, index) for person in self._candidates(head.country) if person.is_called(head.name)
                    for index, term in enumerate(person.terms)
                    if overlap(term, head, 1) and (term.office == head.office or {term.office, head.office} <= HEADS)]
            told = f"{head.country}: {head.name}, {head.title} {head.start}..{head.end} ({head.source})"
            if same:
                person, index = min(same, key=lambda pair: _days_apart(pair[0].terms[pair[1]].start, head.start))
                self._sharpen(person, index, Leader(head.country, head.name, head.start, head.end, head.source))
            elif self._covered(head):
                self.report.append(f"covered {told}")
            else:
                self.report.append(f"added {told}")
                self._enlist(self._best(head, slack_years=45), head)

    def _best(self, term: Term, slack_years: int) -> Person | None:
        """The person of that name in the country whose terms lie nearest in time, within `slack_years`."""
        called = [person for person in self._candidates(term.country) if person.is_called(term.name)]
        for slack in (1, 10, slack_years):
            for person in called:
                if any(overlap(known, term, slack) for known in person.terms):
                    return person
        return None

    def _enlist(self, person: Person | None, term: Term) -> None:
        if person is None:
            qualifier = ""
            if (slug(term.name), "") in self._people:
                qualifier = term.country.casefold()
            person = self._people.setdefault((slug(term.name), qualifier), Person(term.name, qualifier))
        if person not in self._by_country[term.country]:
            self._by_country[term.country].append(person)
        person.terms.append(term)
        person.aliases.update(term.aliases)

    def add_members(self, members: Iterable[Term]) -> None:
        """Add members of cabinets, told by month; a written person's own terms explain theirs."""
        for member in members:
            known = self._best(member, slack_years=45)
            if known is not None and (member.country, known.name, member.name) in self._namesakes:
                known = None
            if known is None:
                self._enlist(None, self._titled(member))
                continue
            if not any(surely_same(member.name, spelling) for spelling in (known.name, *known.aliases)):
                continue  # perhaps the same person, perhaps a namesake: neither a term nor an alias
            known.aliases.update(spelling for spelling in (member.name, *member.aliases)
                                 if surely_same(spelling, known.name) and slug(spelling) != slug(known.name))
            if any(overlap(term, member, 1) for term in known.terms if term.source.startswith("knowledge")):
                continue
            self._extend(known, self._titled(member))

    def _titled(self, member: Term) -> Term:
        """Where the written tables know another holder of the ministry, the member's code meant something else."""
        if member.office != "other" and self._covered(member):
            return replace(member, office="other", title="Government member")
        return member

    def _extend(self, person: Person, member: Term) -> None:
        for index, term in enumerate(person.terms):
            if (term.source == "phoenix" and (term.office, term.title) == (member.office, member.title)
                    and (overlap(term, member) or abs(_days_apart(term.end, member.start)) <= 62
                         or abs(_days_apart(member.end, term.start)) <= 62)):
                person.terms[index] = replace(term, start=min(term.start, member.start),
                                              end=max(term.end, member.end))
                return
        self._enlist(person, member)

    def _drop_short_lived(self) -> None:
        """Leave out members of cabinets seen for under two years: they are seldom in the news, and often namesakes."""
        for key, person in list(self._people.items()):
            member = [term for term in person.terms if term.source == "phoenix" and len(term.start) < 10]
            if len(member) == len(person.terms) and sum(_months(term) for term in member) < LEAST_MONTHS:
                del self._people[key]

    def people(self) -> list[Person]:
        """Everybody with an id and the aliases by rule; a spelling that fits two persons is nobody's alias."""
        self._drop_short_lived()
        owners: dict[str, set[str]] = defaultdict(set)
        for (name, qualifier), person in self._people.items():
            person.id = f"person:{name}" + (f"-{slug(qualifier)}" if qualifier else "")
            person.aliases |= {spelling for term in person.terms for called in (person.name, *person.aliases)
                               for spelling in variants(called, term.country)}
            person.aliases.discard(person.name)
            for spelling in (person.name, *person.aliases):
                owners[spelling.casefold()].add(person.id)
        for person in self._people.values():
            person.aliases = {alias for alias in person.aliases if len(owners[alias.casefold()]) == 1}
        return list(self._people.values())

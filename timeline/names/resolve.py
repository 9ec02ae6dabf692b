"""From phrases to mentions: persons, offices and counterparts resolved within the article first, by the gazetteer second."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from timeline.gazetteer import PRINCIPAL, City, Gazetteer, Organisation, State, Venue
from timeline.mentions import NameKind, NameMention
from timeline.model import Place
from timeline.names.found import Found, Phrases
from timeline.names.lexicon import codes_meant
from timeline.names.people import NO_UNIT
from timeline.names.persons import Known, PersonResolver, plain_name


def resolve(phrases: Phrases, gazetteer: Gazetteer, on: date) -> tuple[NameMention, ...]:
    """Mentions of all phrases, sorted and without overlaps."""
    return _Resolver(phrases, gazetteer, on).mentions()


@lru_cache(maxsize=1_000)
def _whole_state(code: str) -> Place:
    return Place(None, code)


class _Resolver(PersonResolver):
    def mentions(self) -> tuple[NameMention, ...]:
        self.identify()
        self.found.sort(key=lambda f: (f.chars[0] if f.chars else self.tokens.starts[f.start]))
        made: list[NameMention] = []
        trail: list[tuple[Found, Known | None]] = []
        end = -1
        for found in self.found:
            mention = self._mention(found, trail)
            if mention is not None and mention.start >= end:
                made.append(mention)
                end = mention.end
            if found.kind is NameKind.PERSON or found.kind is NameKind.OFFICE:
                trail.append((found, self.of.get(id(found))))
                if len(trail) > 60:
                    del trail[:30]
        return tuple(made)

    def _mention(self, found: Found, trail: list[tuple[Found, Known | None]]) -> NameMention | None:
        start, end = found.chars or (self.tokens.starts[found.start], self.tokens.ends[found.end - 1])
        text = self.tokens.text[start:end]
        kind = found.kind
        known = self.of.get(id(found))
        if kind is NameKind.PERSON:
            return self._person_mention(found, start, end, text, known)
        if kind is NameKind.OFFICE:
            return self._office_mention(found, start, end, text, trail)
        if kind is NameKind.COUNTERPART:
            return self._counterpart_mention(found, start, end, text, trail)
        if kind is NameKind.GROUP:
            actor = self._party_id(found)
            body = found.row.name if isinstance(found.row, Organisation) else None
            return NameMention(start, end, text, kind, actor, body, found.country, found.role, found.plural, found.former, possessive=found.possessive)
        row = found.row
        if kind is NameKind.STATE or kind is NameKind.DEMONYM:
            if isinstance(row, Venue):
                return NameMention(start, end, text, NameKind.STATE, row.actor or None, self.gazetteer.party_name(found.country or ""), found.country,
                                   place=row.place, possessive=found.possessive)
            if not isinstance(row, State):
                return None
            if row.code == "GE" and kind is NameKind.STATE and self._american_georgia(found):
                return NameMention(start, end, text, NameKind.PLACE, None, "Georgia", "US", place=Place("Georgia", "US"), possessive=found.possessive)
            return NameMention(start, end, text, kind, f"state:{row.code}", row.name, row.code, plural=found.plural,
                               place=_whole_state(row.code) if kind is NameKind.STATE else None, possessive=found.possessive)
        if kind is NameKind.ORGANISATION and isinstance(row, Organisation):
            return NameMention(start, end, text, kind, row.id, row.name, row.party, possessive=found.possessive)
        if isinstance(row, Venue):
            actor = row.actor or None
            return NameMention(start, end, text, kind, actor if row.kind == "seat" else None, row.place.name if row.place else text,
                               found.country, place=row.place, possessive=found.possessive)
        if kind is NameKind.CITY:
            if found.spelled:
                return NameMention(start, end, text, kind, None, found.spelled, found.country, place=Place(found.spelled, found.country), possessive=found.possessive)
            if isinstance(row, list):
                city, unsure = self._city(row, found)
                return NameMention(start, end, text, kind, f"state:{city.country}" if city.governs else None, city.name, city.country, place=city.place,
                                   capital=city.governs, possessive=found.possessive, why="several cities of this name" if unsure else None)
        return None

    def _person_mention(self, found: Found, start: int, end: int, text: str, known: Known | None) -> NameMention | None:
        if known is None:
            if not (found.offices or found.country or found.honorific):
                return None
            return NameMention(start, end, text, NameKind.PERSON, None, plain_name(self._words(found)), found.country, found.role,
                               former=found.former, possessive=found.possessive, why=self.why.get(id(found), "nobody of this name is known"))
        role = found.role
        former = found.former
        country = found.country or known.country
        if country is None and (relative := self.relative_of.get(id(found))):
            other = self.of.get(id(relative))
            country = known.country = other.country if other else relative.country
        if known.country and found.country and known.country != found.country and known.person is not None:
            country = found.country
        if role is None and found.determiner != "counterpart":
            role = known.role
        term = self.latest_term(known.person) if known.person else None
        if term is not None and term.start > self.day and not found.offices:
            term = None  # not yet in office
        vague = bool(found.offices) and all(office.minor for office in found.offices)
        if term is not None and (role is None or (vague and term.on(self.day) and term.office in PRINCIPAL)) and term.title != "Government member":
            role = term.title
        if not found.offices and not found.former and known.former:
            former = True
        if term is not None and role == term.title and term.end and term.end < self.day and not term.on(self.day) and not found.offices:
            former = True
        return NameMention(start, end, text, NameKind.PERSON, known.id, known.name, country, role, former=former, possessive=found.possessive)

    def _party_id(self, found: Found) -> str | None:
        if isinstance(found.row, Organisation):
            return found.row.id
        return self.gazetteer.party_actor(found.country) if found.country else None

    def _office_holder(self, country: str, codes: Iterable[str], former: bool = False) -> Known | None:
        """Who of this article holds the office; None where nobody or several do."""
        wanted = codes_meant(codes)
        found = [known for known in self.by_country.get(country, ()) if known.codes & wanted and known.former == former]
        if len(found) > 1:
            exact = [known for known in found if known.codes & set(codes)]
            found = exact or found
        if len(found) > 1:
            now = [known for known in found if known.person and any(t.office in wanted and t.on(self.day) for t in known.person.terms)]
            found = now or found
        return found[0] if len(found) == 1 else None

    def _office_mention(self, found: Found, start: int, end: int, text: str, trail: list[tuple[Found, Known | None]]) -> NameMention | None:
        codes = {office.code for office in found.offices}
        country = found.country
        known: Known | None = None
        if country is None and found.determiner in self.lexicon.possessives:
            country = next((k.country if k else f.country for f, k in reversed(trail) if (k.country if k else f.country)), None)
        if country is None and not found.determiner and not any(office.only for office in found.offices):
            return None
        if country is None and found.determiner == "the":
            wanted = codes_meant(codes)
            if codes & {"other", "leader"} and not any(office.form.endswith("minister") for office in found.offices):
                wanted = frozenset()
            known = next((k for _, k in reversed(trail) if k and k.codes & wanted), None)
            if known is None and wanted:
                named = [k for k in self.principal if k.codes & wanted]
                known = named[0] if len(named) == 1 else None
            if known is not None:
                country = known.country
        if country is None:
            country = next((office.only for office in found.offices if office.only), None)
        if country is not None and known is None and not codes <= {"other", "spokesperson", "envoy", "ambassador"}:
            known = self._office_holder(country, codes, found.former)
            if known is None and any(office.form.startswith("head of") for office in found.offices):
                known = self._office_holder(country, {"leader"}, found.former)
        if country is None and known is None:
            if found.determiner != "the" or codes <= {"other", "leader", "spokesperson", "envoy", "spouse", "organisation_head"}:
                return None
            return NameMention(start, end, text, NameKind.OFFICE, None, None, None, found.role, found.plural, found.former,
                               possessive=found.possessive, why="no state told")
        if known is not None:
            self.of.setdefault(id(found), known)
        actor = known.id if known else self.gazetteer.party_actor(country) if country else None
        return NameMention(start, end, text, NameKind.OFFICE, actor, known.name if known else None, country, found.role, found.plural,
                           found.former, possessive=found.possessive)

    def _counterpart_mention(self, found: Found, start: int, end: int, text: str, trail: list[tuple[Found, Known | None]]) -> NameMention:
        actor, name = (self.gazetteer.party_actor(found.country) if found.country else None), None
        if found.country:
            for before, subject in reversed(trail):
                codes = {o.code for o in before.offices} | (subject.codes if subject else set())
                codes -= {"other", "leader"}
                if not codes or (subject.country if subject else before.country) == found.country:
                    continue
                known = self._office_holder(found.country, codes)
                if known:
                    actor, name = known.id, known.name
                break
        return NameMention(start, end, text, NameKind.COUNTERPART, actor, name, found.country, None, found.plural, possessive=found.possessive,
                           why=None if found.country else "no state told")

    def _american_georgia(self, found: Found) -> bool:
        low = self.tokens.low
        if low[found.start - 1] == "," and found.start > 1 and self.tokens.units[found.start - 2] is not None:
            unit = self.tokens.units[found.start - 2] or NO_UNIT
            return ("city" in unit.kinds and all(city.country != "GE" for city in unit.kinds["city"])) or ("word" in unit.kinds and "GE" not in self.countries)
        return bool(self.lexicon.american_georgia & set(low)) and "tbilisi" not in low

    def _city(self, cities: list[City], found: Found) -> tuple[City, bool]:
        """The city meant: in the state told after a comma; the capital or largest; among equals the one whose state the article names."""
        if len(cities) == 1:
            return cities[0], False
        ranked = sorted(cities, key=lambda c: (c.rank != "capital", -c.population))
        low, units = self.tokens.low, self.tokens.units
        if found.end + 1 < len(low) and low[found.end] == "," and (unit := units[found.end + 1]) is not None:
            row = unit.kinds.get("state") or unit.kinds.get("venue")
            code = row.code if isinstance(row, State) else row.place.country if isinstance(row, Venue) and row.place else None
            told = [city for city in ranked if city.country == code]
            if told:
                return told[0], False
        best = ranked[0]
        if best.rank == "capital" or len(ranked) == 1:
            return best, False
        named = [city for city in ranked if city.country in self.countries]
        if named and best not in named and best.population < 5 * named[0].population + 1_000_000:
            return named[0], False
        return best, any(city.country != best.country and city.population * 4 >= best.population for city in ranked[1:] if city not in named) and best not in named

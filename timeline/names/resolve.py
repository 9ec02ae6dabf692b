"""From phrases to mentions: persons, offices and counterparts resolved within the article first, by the gazetteer second."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from timeline.gazetteer import PRINCIPAL, City, Gazetteer, Organisation, State, Venue, best_city
from timeline.mentions import NameKind, NameMention
from timeline.model import Place
from timeline.names.found import Found, Phrases
from timeline.names.lexicon import Office, codes_meant
from timeline.names.people import NO_UNIT
from timeline.names.persons import Known, PersonResolver, plain_name, state_then

_MINISTERS = frozenset({"foreign_minister", "defence_minister", "finance_minister", "interior_minister", "trade_minister"})
_OF_STATES = _MINISTERS | {"security_adviser", "envoy", "ambassador"}
SMALL_CAPITAL = 150_000  # inhabitants
_WHOEVER = frozenset({"official", "senior official", "diplomat", "senior diplomat", "politician", "delegate"})  # beside these the gazetteer's title says more
_STOPS = frozenset({".", ";", "back", "home", "said", "told"})


def resolve(phrases: Phrases, gazetteer: Gazetteer, on: date, home: str | None = None) -> tuple[NameMention, ...]:
    """Mentions of all phrases, sorted and without overlaps; `home` is the state whose official outlet writes."""
    return _Resolver(phrases, gazetteer, on, home).mentions()


def _of_a_government(office: Office) -> bool:
    """Whether nobody but a state has this office: no firm's president, no university's chancellor."""
    return office.code in _OF_STATES or office.form.endswith(("minister", "secretary"))


def _start(spanned: tuple[tuple[int, int], Found]) -> int:
    return spanned[0][0]


@lru_cache(maxsize=1_000)
def _whole_state(code: str) -> Place:
    return Place(None, code)


class _Resolver(PersonResolver):
    def mentions(self) -> tuple[NameMention, ...]:
        self.identify()
        self.offices_of: dict[str, set[str]] = {}  # form of an office -> the states whose unnamed holder the article mentions
        self.told: set[str | None] = set()  # states told otherwise than by a city
        for found in self.found:
            self.told.add(found.country)
            if found.country and found.kind is NameKind.OFFICE and not found.plural:
                for office in found.offices:
                    self.offices_of.setdefault(office.form, set()).add(found.country)
        spans = [(found.chars or self.tokens.span(found.start, found.end), found) for found in self.found]
        spans.sort(key=_start)
        made: list[NameMention] = []
        trail: list[tuple[Found, Known | None]] = []
        last = -1
        for (start, end), found in spans:
            mention = self._mention(found, start, end, trail)
            if mention is not None and start >= last:
                made.append(mention)
                last = end
            if found.kind is NameKind.PERSON or found.kind is NameKind.OFFICE:
                trail.append((found, self.of.get(id(found))))
                if len(trail) > 60:
                    del trail[:30]
        return tuple(made)

    def _mention(self, found: Found, start: int, end: int, trail: list[tuple[Found, Known | None]]) -> NameMention | None:
        text = self.tokens.text[start:end]
        kind = found.kind
        known = self.of.get(id(found))
        if kind is NameKind.PERSON:
            if known is not None and known.country is None and found.country is None and found.offices:
                known.country = self._country_by_context(found, trail)
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
                moved = row.place is not None and row.place.country != found.country and found.country in self.gazetteer.states
                return NameMention(start, end, text, NameKind.STATE, f"state:{found.country}" if moved else row.actor or None, self.gazetteer.party_name(found.country or ""), found.country,
                                   place=self._then(row.place), possessive=found.possessive)
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
                               found.country, place=self._then(row.place), possessive=found.possessive)
        if kind is NameKind.CITY:
            if found.spelled:
                return NameMention(start, end, text, kind, None, found.spelled, found.country, place=Place(found.spelled, found.country), possessive=found.possessive)
            if isinstance(row, list):
                city, unsure = self._city(row, found)
                country = state_then(city.country, self.day)
                if self._namesake_of_a_small_capital(city, found):
                    return None
                return NameMention(start, end, text, kind, f"state:{country}" if city.governs else None, city.name, country, place=self._then(city.place),
                                   capital=city.governs, possessive=found.possessive, why="several cities of this name" if unsure else None)
        return None

    def _country_by_context(self, found: Found, trail: list[tuple[Found, Known | None]]) -> str | None:
        """The state of somebody whose office is told without one: "its trade minister, Ann Bell"; the one state whose unnamed
        holder of that office the article mentions; for a minister the only state of the article."""
        if not all(_of_a_government(office) for office in found.offices):
            return None
        if self.determiner_before(found) in self.lexicon.possessives:
            return next((k.country if k else f.country for f, k in reversed(trail) if (k.country if k else f.country)), None)
        forms = {office.form for office in found.offices}
        told = {country for form in forms for country in self.offices_of.get(form, ())}
        if len(told) == 1 and any(len(form) > 8 for form in forms):
            return told.pop()
        if not any(office.code in {"envoy", "ambassador"} for office in found.offices) and len(self.countries) == 1:
            return next(iter(self.countries))
        return None

    def determiner_before(self, found: Found) -> str:
        return self.tokens.low[found.start - 1] if found.start else ""

    def _then(self, place: Place | None) -> Place | None:
        """A place with the state to which it belonged on the article's day."""
        if place is None or place.country is None:
            return place
        country = state_then(place.country, self.day)
        return place if country == place.country else replace(place, country=country)

    def _namesake_of_a_small_capital(self, city: City, found: Found) -> bool:
        """Whether "Victoria" is hardly the capital of the Seychelles: nothing else in the article is of that state."""
        return (city.rank == "capital" and city.population < SMALL_CAPITAL and self.tokens.low[found.start] in self.lexicon.persons
                and self.tokens.low[found.end:found.end + 1] != [","] and city.country not in self.told)

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
        if term is not None and (role is None or (vague and term.on(self.day) and (term.office in PRINCIPAL or found.offices[0].form in _WHOEVER))) and term.title != "Government member":
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
        if country is None and found.determiner == "the" and self.home is not None and self.gazetteer.holders_near(self.home, sorted(codes), self.day):
            country = self.home  # "the Foreign Minister", of an official outlet
            known = next((k for _, k in reversed(trail) if k and k.country == country and k.codes & codes), None)
        if country is None and found.determiner == "the":
            wanted = codes_meant(codes)
            if codes & {"other", "leader"} and not any(office.form.endswith("minister") for office in found.offices):
                wanted = frozenset()
            forms = {office.form for office in found.offices}
            if "head_of_state" in codes and "head of state" not in forms:
                wanted -= {"monarch"}
            if forms & {"minister", "secretary"}:
                wanted |= _MINISTERS
            away = self._destination(found)
            near = [k for _, k in reversed(trail) if k and k.codes & wanted and (k.country != away or not away)]
            known = next((k for k in near if k.codes & codes), near[0] if near else None)
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

    def _destination(self, found: Found) -> str | None:
        """The state that the holder of a bare office travels to, which is not his own: "the president's visit to China"."""
        low, units = self.tokens.low, self.tokens.units
        for index in range(found.end, min(found.end + 8, len(low) - 2)):
            if low[index] in _STOPS or low[index].startswith("return"):
                return None
            if low[index] == "to" and low[index - 1] in self.lexicon.travels:
                unit = units[index + 1 + (low[index + 1] == "the")]
                if unit is None:
                    continue
                if "state" in unit.kinds:
                    return str(unit.kinds["state"].code)
                return str(best_city(unit.kinds["city"]).country) if "city" in unit.kinds else None
        return None

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

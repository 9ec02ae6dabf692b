"""Who of an article's persons is meant: full names first, then surnames with a title, then bare surnames."""
from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz.distance import JaroWinkler

from timeline.gazetteer import PRINCIPAL, Gazetteer, Person, State, Term, Venue, best_city
from timeline.mentions import NameKind
from timeline.names.found import Found, Phrases
from timeline.names.lexicon import codes_meant
from timeline.spelling import fold

# How long after the end of a term its holder may still be called by the office ("President Clinton" in 2005).
_TITLE_LASTS_YEARS = 12
MOST_NAMESAKES = 30  # persons of one article who share a word; more are not told apart
MOST_HOMES = 2  # states that have had office holders of one surname, beyond which it tells nobody
MOST_COUNTRIES = 12  # of the article, among whose holders a misspelt name is looked for
_ALL_BUT_EQUAL = 0.97  # the same, where no more is known than that both hold some office
_LIKE = 0.93  # Jaro-Winkler similarity of two spellings of one office holder's name

_LED_BY = frozenset({("led", "by"), ("headed", "by")})
_FOREMOST = PRINCIPAL - {"deputy_head", "crown_prince"}
# Until that day their cities and seats ("Moscow said", "the Kremlin") were those of another state.
_BEFORE: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("RU", "UA", "BY", "KZ", "UZ", "TM", "TJ", "KG", "GE", "AM", "AZ", "MD", "EE", "LV", "LT"), ("1991-08-20", "SU")),
    "RU": ("1991-12-26", "SU"),
    **dict.fromkeys(("HR", "SI", "BA", "MK"), ("1991-06-25", "YU")), "RS": ("2003-02-04", "YU"), "ME": ("2003-02-04", "YU"),
    "CZ": ("1993-01-01", "CS"), "SK": ("1993-01-01", "CS")}


def state_then(code: str, day: str) -> str:
    """The state to which a place of today's state `code` belonged on a day: Moscow in 1987 is Soviet."""
    until = _BEFORE.get(code)
    return until[1] if until and day < until[0] else code


@dataclass(slots=True, eq=False)
class Known:
    """A person of this article."""

    id: str
    name: str
    keys: list[str]
    country: str | None
    role: str | None
    codes: set[str] = field(default_factory=set)
    former: bool = False
    surname_first: bool = False
    person: Person | None = None
    stated: bool = False  # the text itself told an office or a state
    role_vague: bool = False  # `role` is one of those beside which another says more

    @property
    def surnames(self) -> tuple[str, ...]:
        if not self.keys:
            return ()
        if "monarch" in self.codes:
            return (self.keys[0], self.keys[-1])
        return (self.keys[0], self.keys[-1]) if self.surname_first else (self.keys[-1],)

class PersonResolver:
    def __init__(self, phrases: Phrases, gazetteer: Gazetteer, on: date, home: str | None = None) -> None:
        self.phrases, self.tokens, self.lexicon = phrases, phrases.tokens, phrases.lexicon
        self.gazetteer, self.day, self.home = gazetteer, on.isoformat(), home
        self.found = phrases.found
        self.known: dict[str, Known] = {}
        self.by_word: dict[str, list[Known]] = {}
        self.by_country: dict[str, list[Known]] = {}
        self.named_at: dict[str, list[int]] = {}  # id of a person -> tokens where a mention begins, ascending
        self.headline = {index for start, end in self.tokens.headline for index in range(start, end)}
        self.borne: set[str] = set()  # last words of names that stand in the article with other words before
        self.principal: list[Known] = []
        self.famous: dict[str, Person | None] = {}  # surname -> whom it means alone
        self.latest: dict[str, Term | None] = {}  # id of a person -> the term that tells most of the person on the day
        self.of: dict[int, Known] = {}  # id of a Found -> the person meant
        self.why: dict[int, str] = {}
        self.relative_of: dict[int, Found] = {}
        for found in self.found:
            if found.country in _BEFORE and not isinstance(found.row, State) and (isinstance(found.row, Venue) or found.country == "RU"):
                found.country = state_then(found.country, self.day)
        self.countries = {found.country for found in self.found if found.country}
        for found in self.found:
            if found.kind is NameKind.CITY and isinstance(found.row, list):
                self.countries.add(state_then(best_city(found.row).country, self.day))

    def identify(self) -> None:
        """Find out who each PERSON phrase and each bare run of capitalised words is."""
        self._lend_countries()
        people = [(found, self._keys(found)) for found in self.found if found.kind is NameKind.PERSON]
        for start, end in self.phrases.bare:
            if end - start > 1 and end - 1 not in self.headline:
                self.borne.update(self.gazetteer.name_keys(self.tokens.low[end - 1])[-1:])
        full = [named for named in people if len(named[1]) > 1]
        full.sort(key=lambda named: (not named[0].offices or named[0].former, not named[0].country))
        for found, keys in full:
            self._take_full(found, keys)
        for found, keys in people:
            if id(found) not in self.of:
                self._take_surname(found, keys)
        for found, _ in people:
            if named := self.of.get(id(found)):
                self.named_at.setdefault(named.id, []).append(found.start)
        self._cities_that_are_persons()
        self._take_bare()
        for known in self.known.values():
            if known.country and len(self.by_country.setdefault(known.country, [])) < MOST_NAMESAKES:
                self.by_country[known.country].append(known)
            if known.stated and known.codes & PRINCIPAL and len(self.principal) < MOST_NAMESAKES:
                self.principal.append(known)

    def _lend_countries(self) -> None:
        """"King Charles and his wife, Queen Camilla": she represents what he does; who leads a delegation represents whose it is."""
        low = self.tokens.low
        last: Found | None = None
        group: Found | None = None
        for found in self.found:
            if found.kind is NameKind.GROUP:
                group = found
            if found.kind is not NameKind.PERSON:
                continue
            if group is not None and found.country is None and group.end <= found.start - 2 and found.start - group.end <= 3 \
                    and tuple(low[found.start - 2:found.start]) in _LED_BY:
                found.country = group.country  # "a Japanese delegation led by Deputy Minister A"
            if last is not None and found.country is None:
                before = low[max(0, found.start - 3):found.start]
                if ("his" in before or "her" in before) and not self.lexicon.relatives.isdisjoint(before):
                    self.relative_of[id(found)] = last
            last = found

    def latest_term(self, person: Person) -> Term | None:
        if person.id not in self.latest:
            self.latest[person.id] = person.latest(self.day)
        return self.latest[person.id]

    def _words(self, found: Found) -> list[str]:
        return [self.tokens.words[index] for index in found.name if self.tokens.words[index][0].isalpha()]

    def _keys(self, found: Found) -> list[str]:
        low, words, name_keys = self.tokens.low, self.tokens.words, self.gazetteer.name_keys
        keys: list[str] = []
        for index in found.name:
            if words[index][0].isalpha():
                keys += name_keys(low[index])
        return keys

    def _take_full(self, found: Found, keys: list[str]) -> None:
        codes = {office.code for office in found.offices}
        person = self._choose(found.people or self.gazetteer.people_called(keys), found, codes)
        if person is None and len(keys) > 2 and (found.country or codes & PRINCIPAL) and keys[0] not in self.lexicon.chinese_surnames:
            # "Rodrigo Roa Duterte": more of the name than the gazetteer has.
            person = self._choose(self.gazetteer.people_called((keys[0], keys[-1])), found, codes)
        if person is None:
            person = self._alike(keys, found, codes)
        if person is not None:
            known = self._enter_person(person, found.country)
            if not person.usual and 1 < len(keys) < len(self.gazetteer.name_keys(person.name)) and known.name == person.name:
                known.name = plain_name(self._words(found))  # the news form of a directory's full name
        else:
            if not found.offices and not found.country and not found.honorific and found.people:
                return  # a namesake of somebody long gone
            match = self._same_person(keys, found.country)
            if match is None:
                name = plain_name(self._words(found))
                identity = "person:" + re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
                match = self.known.get(identity)
                if match is None:
                    match = Known(identity, name, keys, found.country, None,
                                   surname_first=self._surname_first(found.country, keys))
                    self._enter(match)
            known = match
        known.stated |= bool(found.offices or found.country)
        self._tell(known, found)
        self.of[id(found)] = known

    def _tell(self, known: Known, found: Found) -> None:
        """Add what a phrase tells of a person."""
        if found.country and (known.country is None or known.person is None):
            known.country = known.country or found.country
        elif known.country is None:
            known.country = next((office.only for office in found.offices if office.only), None)
        if found.role and (not known.role or known.role_vague):
            known.role = found.role
            known.role_vague = all(office.minor for office in found.offices)
        if found.offices and not found.former:
            known.codes |= {office.code for office in found.offices}
        if found.former and not known.codes & PRINCIPAL:
            known.former = True

    def _choose(self, people: Iterable[Person], found: Found, codes: set[str]) -> Person | None:
        """The one of several namesakes who fits state, office and date best; None where nobody fits."""
        best: tuple[float, Person] | None = None
        wanted = codes_meant(codes)
        for person in people:
            countries = {term.country for term in person.terms}
            score = 0.0
            if found.country:
                if found.country in countries:
                    score += 4
                elif countries and not self._stands_for(found.country):
                    # A full name in high office that day is likelier than a namesake: the state was misread.
                    if not any(term.office in PRINCIPAL and term.on(self.day) for term in person.terms):
                        continue
                    score -= 3
            held = person.held(self.day)
            if found.former and any(term.office in wanted - {"other", "leader"} for term in held):
                continue  # "former President George Bush" is not the one in office
            if held:
                score += 2
                if any(term.office in PRINCIPAL for term in held):
                    score += 1
            else:
                latest = person.latest(self.day)
                if latest and not found.offices and not found.country and _years(latest, self.day) > 40:
                    continue
                if latest and latest.office != "other":
                    score += 0.5
                if latest:
                    score -= min(_years(latest, self.day), 50) / 50
            if wanted and any(term.office in wanted for term in (held or person.terms)):
                score += 2
            score += min(len(person.terms), 5) / 100
            if best is None or score > best[0]:
                best = (score, person)
        return best[1] if best else None

    def _stands_for(self, country: str) -> bool:
        """Whether a party is an organisation, which people of any state represent."""
        return country not in self.gazetteer.states

    def _alike(self, keys: Sequence[str], found: Found, codes: set[str]) -> Person | None:
        """The holder of the office told whose name is all but spelled the same."""
        if not found.country:
            codes = codes - {"other", "leader", "spouse", "spokesperson"}
        if not codes or not keys or (found.former and not found.country):
            return None
        spelled = "".join(keys)
        best: tuple[float, Person] | None = None
        countries = [found.country] if found.country else sorted(self.countries)[:MOST_COUNTRIES]
        wanted = codes_meant(codes)
        for person in [p for country in countries for p in self.gazetteer.holders_near(country, wanted, self.day)]:
            for name in (person.name, *person.aliases):
                other = self.gazetteer.name_keys(name)
                if not other:
                    continue
                likeness = JaroWinkler.similarity(spelled, "".join(other))
                if (other[-1] == keys[-1] or other[0] == keys[0]) and len(keys) > 1 and len(other) > 1:
                    likeness = max(likeness, JaroWinkler.similarity(keys[0], other[0]) * 0.5 + JaroWinkler.similarity(keys[-1], other[-1]) * 0.5)
                if codes == {"other"} and other[-1] != keys[-1] and likeness < _ALL_BUT_EQUAL:
                    continue  # "FBI Director Chris Wray" is not the energy secretary Chris Wright
                if likeness >= _LIKE and (best is None or likeness > best[0]):
                    best = (likeness, person)
        return best[1] if best else None

    def _enter_person(self, person: Person, country: str | None) -> Known:
        known = self.known.get(person.id)
        if known is None:
            term = self.latest_term(person)
            held = person.held(self.day)
            keys = self.gazetteer.name_keys(person.name)
            known = Known(person.id, person.name, keys, term.country if term else country, None, person=person,
                           surname_first=self._surname_first(term.country if term else None, keys))
            known.codes = {t.office for t in held}
            if (country and any(t.country == country for t in person.terms)) or (country and self._stands_for(country)):
                known.country = country
            self._enter(known, [key for alias in person.aliases for key in self.gazetteer.name_keys(alias)])
        elif country and known.country != country and any(t.country == country for t in person.terms):
            known.country = country if not known.stated else known.country
        return known

    def _enter(self, known: Known, more: Iterable[str] = ()) -> None:
        self.known[known.id] = known
        for key in dict.fromkeys((*known.keys, *more)):
            same = self.by_word.setdefault(key, [])
            if len(same) < MOST_NAMESAKES:
                same.append(known)

    def _surname_first(self, country: str | None, keys: Sequence[str]) -> bool:
        if not keys:
            return False
        if country in self.lexicon.surname_first:
            return True
        return len(keys) == 3 and keys[0] in self.lexicon.chinese_surnames and country in {None, "US", "MY", "PH", "ID", "TH", "UN"}

    def _same_person(self, keys: Sequence[str], country: str | None) -> Known | None:
        """Somebody entered already whose name holds all of these words, or whose words these hold."""
        for known in self.by_word.get(keys[-1], []):
            if country and known.country and country != known.country:
                continue
            ours, theirs = set(keys), set(known.keys)
            if len(ours & theirs) >= 2 and (ours <= theirs or theirs <= ours):
                return known
        return None

    def _take_surname(self, found: Found, keys: list[str]) -> None:
        """"President Biden", "Mr. Xi", "Chinese President Xi"."""
        if not keys:
            self.why[id(found)] = "no name"
            return
        codes = {office.code for office in found.offices}
        known = self._among_known(keys, found.country, codes)
        if known is not None and codes & PRINCIPAL and not known.codes & codes_meant(codes) and self._holder_called(keys, found, codes)[0]:
            known = None  # "President Reagan" is the president, though it is Nancy Reagan who is named in full
        if known is None and (found.offices or (found.honorific and keys[-1] not in self.borne)):
            person, why = self._holder_called(keys, found, codes)
            if person is not None:
                known = self._enter_person(person, found.country)
            elif why:
                self.why[id(found)] = why
                return
        if known is None and found.offices and (found.country or not all(office.minor for office in found.offices)):
            name = plain_name(self._words(found))
            identity = "person:" + re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
            known = self.known.get(identity)
            if known is None:
                known = Known(identity, name, list(keys), found.country, None)
                self._enter(known)
        if known is None:
            self.why[id(found)] = "nobody of this name is known"
            return
        self._tell(known, found)
        self.of[id(found)] = known

    def _among_known(self, keys: Sequence[str], country: str | None, codes: set[str]) -> Known | None:
        candidates = [known for known in self.by_word.get(keys[-1], []) if not country or not known.country or known.country == country or self._stands_for(country)]
        if len(keys) > 1:
            candidates = [known for known in candidates if set(keys) <= set(known.keys)] or candidates
        surname = [known for known in candidates if keys[-1] in known.surnames]
        candidates = surname or candidates
        if len(candidates) > 1 and codes:
            wanted = codes_meant(codes)
            candidates = [known for known in candidates if known.codes & wanted] or candidates
        if len(candidates) > 1:
            principal = [known for known in candidates if known.codes & PRINCIPAL]
            candidates = principal if len(principal) == 1 else candidates
        if len(candidates) == 1:
            only = candidates[0]
            # A title that contradicts: "President Bush" where only Laura Bush was named in full.
            wanted = codes_meant(codes)
            if codes & PRINCIPAL and only.codes and not only.codes & wanted and only.person is None and not country:
                return None
            return only
        return None

    def _holder_called(self, keys: Sequence[str], found: Found, codes: set[str]) -> tuple[Person | None, str | None]:
        """The gazetteer's holder of the office told who has this surname; or why nobody can be named."""
        people = self.gazetteer.people_with(keys)
        if found.country:
            people = [p for p in people if any(t.country == found.country for t in p.terms)]
        wanted = codes_meant(codes) if codes else PRINCIPAL
        vague = codes <= {"other", "leader", "spouse", "spokesperson"}
        now = [p for p in people if any((vague or t.office in wanted) and t.on(self.day) for t in p.terms)]
        if not now and not found.former:
            now = [p for p in people if any(t.office in wanted and _near(t, self.day) for t in p.terms)]
            if len(now) > 1:
                newest = max(max(t.end or "9999" for t in p.terms if t.office in wanted) for p in now)
                now = [p for p in now if any((t.end or "9999") == newest for t in p.terms)]
        if not now and not vague and not found.country:
            # "President Clinton" years later: the only one of the name who ever held the office told, of a state in the article.
            now = [p for p in people if any(t.office in codes and t.start <= self.day and t.country in self.countries for t in p.terms) and keys[-1] in self._surname_keys(p)]
            now = now if len(now) == 1 else []
        if found.former and not now:
            now = [p for p in people if any(t.office in wanted and t.start <= self.day for t in p.terms)]
        if len(now) > 1:
            now = [p for p in now if keys[-1] in self._surname_keys(p)] or now
        if len(now) > 1 and not found.country:
            now = [p for p in now if any(t.country in self.countries for t in p.held(self.day))] or now
        if len(now) > 1:
            top = [p for p in now if any(t.office in PRINCIPAL for t in p.held(self.day))]
            now = top if len(top) == 1 else now
        if len(now) == 1:
            return now[0], None
        return None, "ambiguous surname" if len(now) > 1 and not found.country else None

    def _surname_keys(self, person: Person) -> set[str]:
        keys = self.gazetteer.name_keys(person.name)
        term = self.latest_term(person)
        found = {keys[-1]} if keys else set()
        if keys and self._surname_first(term.country if term else None, keys):
            found.add(keys[0])
        if keys and any(t.office in {"monarch", "crown_prince"} for t in person.terms):
            found.add(keys[0])  # "King Salman"
        for alias in person.aliases:
            parts = self.gazetteer.name_keys(alias)
            if len(parts) == 1:
                found.add(parts[0])
        return found

    def _take_bare(self) -> None:
        headline = self.headline
        low = self.tokens.low
        for start, end in self.phrases.bare:
            if not self._may_be_known(start, end):
                continue
            position = start
            stray = False  # an unknown word stands right before
            while position < end:
                hit = self._bare_known(position, end, stray and position not in headline, position in headline)
                if hit is None:
                    if "-" in self.tokens.words[position]:
                        self._pair(position)
                    stray, position = True, position + 1
                    continue
                known, after = hit
                if known is not None:
                    mention_end = after
                    country = None
                    if after + 1 < len(low) and low[after] == "of" and after == end:
                        follow = self.tokens.units[after + 1] or (self.tokens.units[after + 2] if low[after + 1] == "the" and after + 2 < len(low) else None)
                        if follow is not None and "state" in follow.kinds and (known.country in {None, follow.kinds["state"].code}):
                            country = follow.kinds["state"].code
                            mention_end = follow.end
                            known.country = country
                    made = Found(NameKind.PERSON, position, mention_end, name=tuple(range(position, after)), country=country,
                                 possessive=mention_end < len(low) and low[mention_end] in {"'s"})
                    self.found.append(made)
                    self.of[id(made)] = known
                    insort(self.named_at.setdefault(known.id, []), position)
                stray, position = False, after

    def _pair(self, index: int) -> None:
        """"Xi-Biden meeting": both surnames, if both are known."""
        start, pieces = self.tokens.start(index), self.tokens.words[index].split("-")
        if len(pieces) != 2 or self.tokens.low[index + 1:index + 2] == ["administration"] or not all(piece[:1].isupper() for piece in pieces):
            return
        both = []
        for piece in pieces:
            keys = self.gazetteer.name_keys(piece.lower())
            people = [known for known in self.by_word.get(keys[0], []) if keys[0] in known.surnames] if len(keys) == 1 else []
            person = self._famous(keys[0]) if len(keys) == 1 and not people else None
            known = self._nearest(people, index) if people else self._enter_person(person, None) if person else None
            if known is None:
                return
            both.append((known, (start, start + len(piece))))
            start += len(piece) + 1
        for known, span in both if both[0][0] is not both[1][0] else []:
            made = Found(NameKind.PERSON, index, index + 1, name=(index,), chars=span)
            self.found.append(made)
            self.of[id(made)] = known

    def _may_be_known(self, start: int, end: int) -> bool:
        """Whether any word of a run is of the name of a person of this article or of one in high office; most are not."""
        gazetteer, by_word = self.gazetteer, self.by_word
        for word in self.tokens.low[start:end]:
            for key in (gazetteer.name_sound(word),) if word.isalpha() else gazetteer.name_keys(word):
                if key in by_word or gazetteer.principals(key):
                    return True
        return False

    def _cities_that_are_persons(self) -> None:
        """A city with the surname of somebody in the article, where no word of place stands before it, is that person."""
        for found in self.found:
            if found.kind is NameKind.CITY and found.end - found.start == 1 and isinstance(found.row, list):
                keys = self.gazetteer.name_keys(self.tokens.low[found.start])
                if len(keys) == 1 and self.tokens.low[found.start - 1] not in self.lexicon.toward and not any(city.governs for city in found.row):
                    people = [known for known in self.by_word.get(keys[0], []) if keys[0] in known.surnames]
                    if people and (chosen := self._nearest(people, found.start)):
                        found.kind, found.row, found.name = NameKind.PERSON, None, (found.start,)
                        self.of[id(found)] = chosen

    def _bare_known(self, start: int, end: int, stray: bool, headline: bool) -> tuple[Known | None, int] | None:
        """The person of the article, or the office holder, whose name begins here; None where nobody's does."""
        low, name_keys = self.tokens.low, self.gazetteer.name_keys
        most = min(end, start + 5)
        words = [name_keys(low[index]) for index in range(start, most)]
        for stop in range(most, start, -1):
            if low[stop - 1] in self.lexicon.particles:
                continue
            keys = words[0] if stop == start + 1 else [key for word in words[:stop - start] for key in word]
            if not keys:
                continue
            if len(keys) > 1:
                for known in self.by_word.get(keys[-1], []):
                    if set(keys) <= set(known.keys):
                        return known, stop
                continue
            key = keys[0]
            if stray:
                return None
            follows = stop < end and not headline and low[stop] not in self.lexicon.particles
            namesakes = self.by_word.get(key, ())
            candidates = [known for known in namesakes if key in known.surnames]
            if not candidates and len(key) > 3 and key not in self.lexicon.given_alone:
                candidates = list(namesakes)
            if candidates:
                if follows:
                    return None  # "Kim Philby" is no Kim Jong Un
                return self._nearest(candidates, start, key), stop
            if (end - start > 1 and not headline) or follows:
                return None
            if stop + 1 < len(low) and low[stop] in {'"', "“", "‘"} and self.tokens.capital[stop + 1] and self.tokens.start(stop) > self.tokens.end(stop - 1):
                return None  # Douglas "Pete" Peterson
            person = self._famous(key)
            if person is not None:
                return self._enter_person(person, None), stop
            return None
        return None

    def _nearest(self, candidates: list[Known], position: int, key: str = "") -> Known | None:
        """Of several with one surname: the one in high office, else the one named last before."""
        if len(candidates) == 1:
            return candidates[0]
        kings = [known for known in candidates if "monarch" in known.codes and key == known.keys[0]]
        if len(kings) == 1:
            return kings[0]  # "Salman" is the king, not Mohammed bin Salman
        principal = [known for known in candidates if known.codes & PRINCIPAL and not known.former]
        if len(principal) == 1:
            return principal[0]
        last, best = -1, None
        for known in candidates:
            starts = self.named_at.get(known.id, [])
            index = bisect_left(starts, position)
            if index and starts[index - 1] > last:
                last, best = starts[index - 1], known
        return best

    def _famous(self, key: str) -> Person | None:
        """The only principal office holder of the day with this surname; of several, the one whose state the article mentions.

        Nobody where the article gives the surname to somebody else ("Anna Martin, a lawyer").
        """
        if key in self.lexicon.given_alone or len(key) < 2 or key in self.borne:
            return None
        if key not in self.famous:
            people = self.gazetteer.principals(key)
            self.famous[key] = self._most_famous(key, people) if people else None
        return self.famous[key]

    def _most_famous(self, key: str, people: list[Person]) -> Person | None:
        found = [person for person in people
                 if any(t.office in PRINCIPAL for t in person.held(self.day)) and key in self._surname_keys(person)]
        if not found:
            return None
        named = [person for person in found if any(t.country in self.countries for t in person.held(self.day))]
        if len(named) == 1 and (len(found) == 1 or len(key) > 3):
            return named[0]
        if len(found) != 1 or len(key) <= 3 or not any(t.office in _FOREMOST and t.on(self.day) for t in found[0].terms):
            return None
        homes = {t.country for person in self.gazetteer.people_with([key]) if key in self._surname_keys(person) for t in person.terms}
        # A name of many lands ("Wagner", "Douglas") is no president's unless his state is mentioned.
        return found[0] if len(homes & self.gazetteer.states.keys()) <= MOST_HOMES else None


def plain_name(words: Sequence[str]) -> str:
    """A name as the text spells it; names in capitals ("SERGEI LAVROV") get small letters."""
    shown = [word.title() if word.isupper() and len(word) > 3 and "." not in word else word for word in words]
    return " ".join(shown)


def _years(term: Term, day: str) -> float:
    """Years from the end of a term to a day; 0 within it, and before it the years to its start."""
    if term.on(day):
        return 0.0
    edge = term.end if term.end and term.end < day else term.start
    return abs(int(day[:4]) - int(edge[:4] or day[:4]))


def _near(term: Term, day: str) -> bool:
    """Whether a term ended within the years in which a title sticks, or begins within one."""
    if term.start > day:
        return int(term.start[:4]) - int(day[:4]) <= 1
    return bool(term.end) and int(day[:4]) - int(term.end[:4]) <= _TITLE_LASTS_YEARS

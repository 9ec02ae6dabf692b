"""From tokens to phrases: which state, office and name belong together. Nobody is identified yet (see `resolve`)."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from timeline.gazetteer import City, Organisation, Person, State, Venue
from timeline.mentions import NameKind
from timeline.names.lexicon import Lexicon, Office
from timeline.names.tokens import Tokens, Unit

LONGEST_NAME = 6  # words
LONGEST_LIST = 24  # states named in one breath


class Party(NamedTuple):
    """A nationality as told before or after an office: tokens and the code of the party."""

    start: int
    end: int
    country: str | None
    unit: Unit
    possessive: bool
    joined: bool  # to the one before by "and", "or" or a comma

    @property
    def leads(self) -> bool:
        """Whether it may stand right before another nationality ("US Iran envoy", "Russian UN ambassador"): a bare name
        of a state there ends a dateline ("HANOVER, Germany U.S. President")."""
        kinds = self.unit.kinds
        if "demonym" in kinds or "organisation" in kinds or "venue" in kinds:
            return True
        return self.end - self.start == 1 and self.acronym

    @property
    def acronym(self) -> bool:
        return "state" in self.unit.kinds and self.unit.acronym


@dataclass(slots=True)
class Found:
    """One phrase: tokens `start` up to `end`. `name` are the tokens of a personal name; `offices` what is told of it.

    `determiner` is "the" or a possessive pronoun where one stands before. `row` is the state, organisation, city or
    venue. `given_name` candidates in the gazetteer are `people`.
    """

    kind: NameKind
    start: int
    end: int
    name: tuple[int, ...] = ()
    offices: list[Office] = field(default_factory=list)
    role: str | None = None
    country: str | None = None
    former: bool = False
    plural: bool = False
    possessive: bool = False
    determiner: str = ""
    honorific: bool = False
    row: State | Organisation | City | Venue | list[City] | None = None
    people: list[Person] = field(default_factory=list)
    place_only: bool = False
    spelled: str | None = None
    chars: tuple[int, int] | None = None  # where the phrase is part of a token ("US-China")


@dataclass(slots=True)
class Phrases:
    tokens: Tokens
    lexicon: Lexicon
    found: list[Found]
    bare: list[tuple[int, int]]  # runs of capitalised words that nobody knows yet


def read_phrases(tokens: Tokens, lexicon: Lexicon) -> Phrases:
    """One pass over the units, headlines last: they are written without articles and in capitals."""
    reader = _Reader(tokens, lexicon)
    position = 0
    for start, end in tokens.headline:
        reader.read(position, start)
        position = end
    reader.read(position, len(tokens))
    reader.in_headline = True
    for start, end in tokens.headline:
        reader.read(start, end)
    reader.found.sort(key=lambda found: found.start)
    reader.bare.sort()
    return Phrases(tokens, lexicon, reader.found, reader.bare)


_POSSESSIVE, _APOSTROPHE = frozenset({"'s"}), frozenset({"'"})
_AND = frozenset({"and", "or", "&"})
_CLOSERS = frozenset({",", ".", ";", ")", "—", "–", ":", "who", "said", "told", "as", "and", "in", "on", "at", "for", "to", "during", "-"})
_PLACE_BEFORE = frozenset({"in", "at", "to", "from", "near", "outside", "inside", "for", "around", "into", "toward", "towards", "leaving", "left",
                           "visited", "visit", "visiting", "via", "through", "reach", "reached", "between", "of", "capital", "city"})
_POST_NOMINALS = frozenset({"AO", "AC", "AM", "MP", "MEP", "KC", "QC", "OBE", "CBE", "KBE", "MLA", "GCMG", "KCMG", "CMG", "CSC", "TD", "PC", "PhD"})
_HEADS = frozenset({"head_of_state", "head_of_government", "deputy_head"})
_SMALL_WORDS = frozenset({"of", "and", "for", "the", "on"})
_TOWNS = frozenset({"city", "town", "resort", "village", "port", "suburb", "island", "municipality", "capital", "district", "province"})
_GENERIC_LAST = frozenset({"minister", "secretary", "director", "chairman", "head", "chief", "chair", "commissioner", "envoy", "representative",
                           "president", "leader", "governor", "adviser", "advisor", "coordinator", "ambassador", "speaker", "commander", "general",
                           "commissioner general", "director general", "spokesman", "spokesperson", "spokeswoman", "investigator", "prosecutor", "mayor"})


class _Reader:
    def __init__(self, tokens: Tokens, lexicon: Lexicon) -> None:
        self.tokens, self.lexicon = tokens, lexicon
        self.gazetteer = lexicon.gazetteer
        self.units, self.low, self.capital, self.words = tokens.units, tokens.low, tokens.capital, tokens.words
        self.found: list[Found] = []
        self.bare: list[tuple[int, int]] = []
        self.in_headline = False
        self.stop = 0

    def read(self, start: int, end: int) -> None:
        self.stop = end
        units = self.units
        index = start
        while index < end:
            if units[index] is None:
                index += 1
            else:
                index = max(self.phrase(index), index + 1)

    # Pieces ----------------------------------------------------------------------------------------------------------

    def unit(self, index: int) -> Unit | None:
        return self.units[index] if index < self.stop else None

    def at(self, index: int) -> str:
        return self.low[index] if 0 <= index < self.stop else ""

    def party_of(self, unit: Unit, after: int) -> str | None:
        """The code of the party that a unit stands for before an office; "" where it stands for none."""
        kinds = unit.kinds
        if "demonym" in kinds:
            return str(kinds["demonym"].code)
        if "state" in kinds:
            return str(kinds["state"].code)
        if "organisation" in kinds:
            return str(kinds["organisation"].party)
        if "venue" in kinds and kinds["venue"].kind == "seat" and kinds["venue"].place:
            actor = kinds["venue"].actor
            body = self.gazetteer.organisations.get(actor.removeprefix("organisation:"))
            return body.party if body else str(kinds["venue"].place.country)
        if "venue" in kinds and kinds["venue"].kind == "region" and self.at(after) not in {",", "."}:
            return str(kinds["venue"].place.country)
        if "city" in kinds and self.at(unit.end) in _POSSESSIVE:
            best = self.best_city(kinds["city"])
            return best.country if best.rank else None
        return None

    def best_city(self, cities: list[City]) -> City:
        return max(cities, key=lambda c: (c.rank == "capital", c.population))

    def parties(self, index: int) -> tuple[int, list[Party], bool, list[str], bool]:
        """Nationalities and modifiers before an office: where they end, the parties, former?, lowering words, any word."""
        parties: list[Party] = []
        former, words, seen = False, [], False
        joined = False
        while index < self.stop:
            unit = self.unit(index)
            if unit is None:
                word = self.at(index)
                if parties and word in _AND and self._party_at(index + 1):
                    joined, index = True, index + 1
                    continue
                if parties and word == "," and len(parties) < LONGEST_LIST:
                    ahead = index + 1 + (self.at(index + 1) in _AND)
                    following = self._party_at(ahead)
                    if following and self._same_sort(parties[-1].unit, following) and (ahead > index + 1 or self._list_goes_on(following.end)):
                        joined, index = True, ahead
                        continue
                break
            if "modifier" in unit.kinds and "office" not in unit.kinds:
                kind, phrase = unit.kinds["modifier"]
                if ("demonym" in unit.kinds or "state" in unit.kinds) and not parties:
                    pass
                else:
                    former |= kind == "former"
                    if kind in {"lowering", "keeping"}:
                        words.append(phrase)
                    seen, index = True, unit.end
                    if self.at(index) == "-":
                        index += 1
                    continue
            country = self.party_of(unit, unit.end)
            if country is None:
                break
            after = unit.end
            possessive = self.at(after) in _POSSESSIVE
            if possessive:
                after += 1
            elif (self.at(after) in _APOSTROPHE and self.low[after - 1].endswith("s") and "state" in unit.kinds) or ("organisation" in unit.kinds and self.at(after) in _APOSTROPHE):
                possessive, after = True, after + 1
            parties.append(Party(unit.start, unit.end, country, unit, possessive, joined))
            joined, index = False, after
            if len(parties) >= LONGEST_LIST:
                break
        return index, parties, former, words, seen

    def _party_at(self, index: int) -> Unit | None:
        if self.at(index) == "the":
            index += 1
        unit = self.unit(index)
        return unit if unit and ({"demonym", "state", "organisation"} & unit.kinds.keys()) else None

    def _list_goes_on(self, index: int) -> bool:
        return self.at(index) in _AND or self.at(index) == ","

    @staticmethod
    def _same_sort(one: Unit, other: Unit) -> bool:
        return bool({"demonym", "state", "organisation"} & one.kinds.keys() & other.kinds.keys())

    # Phrases ---------------------------------------------------------------------------------------------------------

    def phrase(self, index: int) -> int:
        """Read what begins at a unit; returns the token after it."""
        first = self.units[index]
        assert first is not None
        if self._blocked(first):
            return first.end
        if "area" in first.kinds or ("venue" in first.kinds and first.kinds["venue"].kind == "area"):
            following = self.unit(first.end)
            if following is not None and (("group" in following.kinds and following.kinds["group"].endswith("s")) or ("office" in following.kinds and following.kinds["office"].plural)):
                self.found.append(Found(NameKind.GROUP, index, following.end, role=self._text(following.start, following.end), plural=True,
                                        determiner=self._determiner(index)))
                return following.end
            if first.kinds.keys() == {"area"}:
                return first.end
        person = self._known_person_phrase(index)
        if person:
            return person
        after, parties, former, words, _ = self.parties(index)
        unit = self.unit(after)
        if unit is not None and not (parties and parties[-1].end == unit.end):
            if "office" in unit.kinds and self._office_fits(unit, parties, after):
                return self.office(index, unit, parties, former, words)
            if "counterpart" in unit.kinds and (parties or self.at(index - 1) in self.lexicon.possessives or "part" in self.at(unit.start)):
                return self.counterparts(index, unit, parties)
            if "group" in unit.kinds and parties:
                return self.groups(index, unit, parties)
            if "honorific" in unit.kinds and (office_unit := self.unit(unit.end)) and "office" in office_unit.kinds and self.capital[unit.end] \
                    and self.name_at(unit.end, comma=False):
                return self.office(index, office_unit, parties, former, [])
            if "honorific" in unit.kinds and (name := self.name_at(after, comma=False)):
                return self.person(index, name, [], parties[-1].country if parties else None, former, None)
            if "word" in unit.kinds and parties:
                far = self._distant_office(after)
                if far:
                    return self.office(index, far[0], parties, former, [far[1]])
        elif unit is None and parties and self.at(after) and (far := self._distant_office(after)):
            return self.office(index, far[0], parties, former, [far[1]])
        if parties:
            # "Japan and Canada": each is a mention of its own.
            for party in parties:
                self.single(party.unit, party.possessive)
            return parties[-1].end + (1 if parties[-1].possessive else 0)
        return self.single(first, self.at(first.end) in _POSSESSIVE)

    def _office_fits(self, unit: Unit, parties: list[Party], index: int) -> bool:
        office: Office = unit.kinds["office"]
        if parties or self.capital[unit.start]:
            return True
        if office.plural:
            return True
        return True if office.code != "other" or self.at(unit.start - 1) in {"the", "a", "an"} or len(office.form) > 6 else self.capital[min(unit.end, self.stop - 1)]

    def _distant_office(self, index: int) -> tuple[Unit, str] | None:
        """An office after up to five words of an institution: "Communist Party chief", "Senate Foreign Relations Committee Chairman"."""
        taken: list[str] = []
        for _ in range(6):
            unit = self.unit(index)
            if unit and "office" in unit.kinds and taken:
                office: Office = unit.kinds["office"]
                return (unit, " ".join(taken)) if not office.plural and self.name_at(unit.end, comma=False) else None
            if self.at(index) == "" or not (self.capital[index] or (self.low[index] in {"of", "for", "and", "on", "the"} and taken)) or not self.words[index][0].isalpha():
                return None
            if (unit and ("demonym" in unit.kinds or "state" in unit.kinds)) or self.at(index) in self.lexicon.possessives:
                return None
            end = unit.end if unit else index + 1
            taken += self.words[index:end]
            index = end
        return None

    def office(self, start: int, unit: Unit, parties: list[Party], former: bool, words: list[str]) -> int:
        """An office, with the state and the name that belong to it."""
        office: Office = unit.kinds["office"]
        end = unit.end
        head = unit.start
        if self.at(end) in _POSSESSIVE:
            return self._offices_without_name(start, end, unit, office, parties, former, words, None, [])
        offices = [office]
        role = office.role
        if not parties and (body := self._institution_before(start, office)):
            offices, role = [Office(office.form, "other", f"{body} {role}", office.plural, None)], f"{body} {role}"
        lowered = [w for w in words if w]
        if lowered:
            told = " ".join(lowered)
            role = f"{told[:1].upper()}{told[1:]} {role}" if not self.capital[head] or told[:1].isupper() else " ".join(w[:1].upper() + w[1:] for w in told.split()) + " " + role
            if any(w.lower() not in {"acting", "interim", "caretaker", "transitional", "federal", "executive"} for w in lowered):
                offices = [Office(office.form, "envoy" if office.code == "envoy" else "other" if office.code != "spokesperson" else office.code, role, office.plural, None)]
        after, country, each, extension = self._office_of(end, office)
        if extension:
            role = f"{role} {extension}"
            if office.code not in {"envoy", "ambassador", "spokesperson"}:
                offices = [Office(office.form, "other", role, office.plural, None)]
        if after == end and not office.plural:
            # "Prime Minister and Foreign Minister X", "Secretary of State and National Security Adviser Y"
            while self.at(end) in {"and", "&"} and (more := self.unit(end + 1)) and "office" in more.kinds and not more.kinds["office"].plural \
                    and self.name_at(more.end, comma=False):
                second: Office = more.kinds["office"]
                if ({office.code, second.code} <= _HEADS and office.code != second.code) or (office.code == second.code != "other"):
                    break  # "the Vice President and Prime Minister Kishida" are two
                offices.append(second)
                role, end = f"{role} and {second.role}", more.end
            after = end
        used = self._own_parties(parties, office)
        own = used[-1].country if used and not office.plural else used[0].country if used else None
        # "UN Syria envoy": the first of two that stand side by side is the party, the second the task.
        before = parties[:-len(used)] if used else parties
        for party in before:
            self.single(party.unit, party.possessive)
        begin = used[0].start if used else (start if not parties else unit.start)
        if office.plural:
            return self._plural_office(begin, after, unit, office, used, each, country, former, role)
        if own is None:
            own = country or (office.only if office.code in {"commission_president", "council_president"} else None)
        name = self.name_at(after, comma=bool(own) or self.at(start - 1) in {"the", "its", "their", "his", "her"} or office.code not in {"other", "leader"} or (self.capital[head] and not office.minor))
        if name:
            found_end = self.person(begin, name, offices, own, former, role)
            return found_end
        return self._offices_without_name(begin, after, unit, office, used, former, words, own, each, role, offices)

    def _institution_before(self, start: int, office: Office) -> str:
        """An acronym right before an office that firms have too: "DENR Secretary", "AdDU President"."""
        if self.in_headline or office.form not in {"president", "secretary", "director", "chairman", "chief", "vice president", "chairwoman", "chair", "spokesman", "governor"}:
            return ""
        before = self.units[start - 1] if start else None
        word = self.words[start - 1] if start else ""
        return word if before is not None and "word" in before.kinds and sum(c.isupper() for c in word) > 1 and not self.tokens.text[self.tokens.starts[start - 1]:].startswith(word + "\n") else ""

    @staticmethod
    def _own_parties(parties: list[Party], office: Office) -> list[Party]:
        """Those parties that the office belongs to: all that are joined before a plural; the last group before a singular."""
        if not parties:
            return []
        first = len(parties) - 1
        while first > 0 and not parties[first].joined and not parties[first - 1].possessive and parties[first].start == parties[first - 1].end \
                and parties[first - 1].leads:
            first -= 1
        if first > 0 and not parties[first].joined and parties[first - 1].possessive and parties[first].start == parties[first - 1].end + 1:
            first -= 1
        if not office.plural:
            return [parties[first]] if first == len(parties) - 1 else [parties[first]]
        while first > 0 and parties[first].joined:
            first -= 1
        return parties[first:]

    def _office_of(self, index: int, office: Office) -> tuple[int, str | None, list[Party], str]:
        """What follows an office: "of Japan", "for Immigration", "to the UN", "of the National Assembly".

        Returns where it ends, the country, the states of a list, and words that belong to the role.
        """
        word = self.at(index)
        if word not in {"of", "for", "to", "from", "in"}:
            return index, None, [], ""
        ahead = index + 1
        if self.at(ahead) == "the":
            ahead += 1
        last = office.form.split()[-1]
        unit = self.unit(ahead)
        if word in {"of", "from"} and unit:
            listed = self._listed_states(ahead)
            if len(listed) == 1 and self._of_institution(listed[0].end, office):
                return self._institution(ahead), None, [], self._text(index, self._institution(ahead))
            if listed and not (office.code == "spouse" and word == "from"):
                end = listed[-1].end
                return end, listed[0].country, listed, ""
        if word == "of" and unit and {"state", "organisation"} & unit.kinds.keys() and self.at(unit.end) in _POSSESSIVE and self.capital[min(unit.end + 1, self.stop - 1)]:
            end = unit.end + 1
            while end < self.stop and end - unit.end < 10 and (self.capital[end] or (self.low[end] in _SMALL_WORDS and self.capital[min(end + 1, self.stop - 1)])):
                end += 1
            return end, self.party_of(unit, end), [], self._text(index, end)
        if unit and word == "to" and (office.code in {"ambassador", "envoy"} or last == "representative") and \
                {"state", "organisation", "city"} & unit.kinds.keys():
            return unit.end, None, [], f"to {self.tokens.text[self.tokens.starts[index + 1]:self.tokens.ends[unit.end - 1]]}"
        if unit and word in {"for", "to", "in"} and (office.code == "envoy" or last in {"representative", "coordinator", "minister", "secretary"}) and \
                {"state", "venue", "organisation", "demonym"} & unit.kinds.keys():
            end = unit.end
            if "demonym" in unit.kinds and not {"state", "venue"} & unit.kinds.keys():
                return index, None, [], ""
            if word == "in":
                return index, None, [], ""
            while self.at(end) in self.lexicon.portfolios and self.capital[end]:
                end += 1
            return end, None, [], self._text(index, end)
        if (word in {"of", "for"} and last in _GENERIC_LAST | {"state"}) or office.form.endswith("affairs"):
            end = self._portfolio(ahead) if last in {"minister", "secretary"} or office.form.endswith("affairs") else self._institution(ahead)
            if end > ahead:
                after, country, _, _ = self._office_of(end, _NOTHING) if self.at(end) == "of" else (end, None, [], "")
                return after, country, [], self._text(index, end)
        return index, None, [], ""

    def _portfolio(self, index: int) -> int:
        """End of the words of a portfolio or institution in capitals ("Immigration and Citizenship", "National Assembly")."""
        end = best = index
        while end < self.stop and end - index < 10:
            unit, word = self.unit(end), self.low[end]
            if self.capital[end] and self.words[end][0].isalpha():
                known = word in self.lexicon.portfolios
                if not known and (best == index or self.low[end - 1] in {"and", "of", "the", "for", ","}) and not (unit and "office" in unit.kinds):
                    known = end == index or self.low[end - 1] in {"of", "the"}
                if (not known and unit and "office" in unit.kinds) or (unit and "organisation" in unit.kinds and end > index):
                    break
                if not known:
                    # A word that is no portfolio may begin the minister's name.
                    if best == index or self.low[end] not in self.lexicon.common:
                        break
                end = best = end + 1
                continue
            if word in {"and", "of", "the", "for"} and best > index:
                end += 1
                continue
            if word in self.lexicon.portfolios and word not in {"and", "of", "the", "for"}:
                end = best = end + 1
                continue
            break
        return best

    def _institution(self, index: int) -> int:
        """End of the name of an institution: a run of capitalised words, with small ones between."""
        end = best = index
        while end < self.stop and end - index < 12:
            if self.capital[end] and self.words[end][0].isalpha():
                if end > index and self._known(end):
                    break
                end = best = end + 1
            elif self.low[end] in _SMALL_WORDS and best > index and self.capital[min(end + 1, self.stop - 1)]:
                end += 1
            else:
                break
        return best

    def _of_institution(self, after: int, office: Office) -> bool:
        """Whether the state before this token begins an institution's name: "vice president of China National Petroleum"."""
        if after >= self.stop or not self.capital[after] or not self.words[after][0].isalpha():
            return False
        if self.low[after] in self.lexicon.common:
            return self.units[after] is None
        return office.code in {"other", "leader", "deputy_head"} and "word" in (self.units[after] or _NO_UNIT).kinds and not self._known(after)

    def _listed_states(self, index: int) -> list[Party]:
        """"Japan, Canada and Thailand", "the Republic of Korea"."""
        listed: list[Party] = []
        joined = False
        while len(listed) < LONGEST_LIST:
            if self.at(index) == "the":
                index += 1
            unit = self.unit(index)
            if not unit or not {"state", "organisation"} & unit.kinds.keys():
                break
            row = unit.kinds.get("state")
            code = row.code if row else unit.kinds["organisation"].party
            listed.append(Party(unit.start, unit.end, code, unit, False, joined))
            if self.at(unit.end) in _POSSESSIVE:
                listed.pop()
                break
            ahead = unit.end
            if self.at(ahead) == "," and self._party_at(ahead + 1 + (self.at(ahead + 1) in _AND)):
                ahead += 1
            if self.at(ahead) in _AND:
                ahead += 1
            if ahead == unit.end:
                break
            index, joined = ahead, True
        if len(listed) > 1 and self.low[listed[-1].start - 1] == ",":
            return listed[:1]  # a list that no "and" closes is two clauses
        return listed

    def _plural_office(self, begin: int, end: int, unit: Unit, office: Office, parties: list[Party], each: list[Party],
                       country: str | None, former: bool, role: str) -> int:
        """"Presidents Biden and Xi", "the Russian and Chinese foreign ministers", "leaders of Canada and Thailand"."""
        single = Office(office.form, office.code, office.role, False, office.only)
        name = self.name_at(end, comma=False) if self.capital[unit.start] or self.capital[min(end, self.stop - 1)] else None
        if name and not each:
            states = [p.country for p in parties]
            position = 0
            after = end
            while name and position < LONGEST_LIST:
                own = states[position] if position < len(states) else None
                after = self.person(begin if position == 0 else name[0], name, [single], own, former, role)
                position += 1
                ahead = after
                if self.at(ahead) == ",":
                    ahead += 1
                if self.at(ahead) in _AND:
                    ahead += 1
                name = self.name_at(ahead, comma=False) if ahead > after and self.capital[min(ahead, self.stop - 1)] else None
            return after
        listed = each or parties
        if not listed and self.capital[unit.start] and self.at(unit.start - 1) not in {"", ".", "”"}:
            return unit.end  # "House of Representatives"
        if not listed:
            self.found.append(Found(NameKind.GROUP, begin, unit.end, offices=[office], role=role, plural=True, former=former,
                                    determiner=self._determiner(begin)))
            return unit.end
        if each:
            for place, party in enumerate(listed):
                self._one_of_many(begin if place == 0 else party.start, party.end, party, office, role, former, len(listed))
            return listed[-1].end
        for place, party in enumerate(listed):
            last = place == len(listed) - 1
            self._one_of_many(party.start, unit.end if last else party.end, party, office, role, former, len(listed))
        return max(unit.end, end)

    def _one_of_many(self, start: int, end: int, party: Party, office: Office, role: str, former: bool, count: int) -> None:
        body = "organisation" in party.unit.kinds and "state" not in party.unit.kinds and "demonym" not in party.unit.kinds
        one = not body and (count > 1 or office.code not in {"leader", "other", "envoy", "ambassador", "spokesperson"}) and office.code != "other"
        self.found.append(Found(NameKind.OFFICE if one else NameKind.GROUP, start, end, offices=[office], role=role, country=party.country,
                                plural=True, former=former, determiner=self._determiner(start), row=party.unit.kinds.get("organisation") if body else None))

    def _offices_without_name(self, start: int, end: int, unit: Unit, office: Office, parties: list[Party], former: bool, words: list[str],
                              country: str | None, each: list[Party], role: str | None = None, offices: list[Office] | None = None) -> int:
        determiner = self._determiner(start)
        own = country or (parties[-1].country if parties else None)
        possessive = self.at(end) in _POSSESSIVE
        if own is None and not determiner and office.only is None and not (self.capital[unit.start] and office.code in {"head_of_state", "head_of_government"}):
            return end
        self.found.append(Found(NameKind.OFFICE, start, end, offices=offices or [office], role=role or office.role, country=own, former=former,
                                possessive=possessive, determiner=determiner))
        return end + possessive

    def _determiner(self, start: int) -> str:
        word = self.at(start - 1)
        if word in self.lexicon.possessives or word in {"the", "a", "an", "this", "that"}:
            return word
        word = self.at(start - 2)  # "his new foreign minister" has its adjective inside; "the then" has not
        return "the" if word == "the" and self.at(start - 1) in {"then", "two", "three", "same"} else ""

    def counterparts(self, start: int, unit: Unit, parties: list[Party]) -> int:
        """"his Kazakh counterpart", "Japanese, Canadian and Thai counterparts", "her counterpart from Norway", each with a name or without."""
        plural = unit.kinds["counterpart"].endswith("s")
        end = unit.end
        own = self._own_parties(parties, Office("", "other", "", plural))
        if not plural:
            own = own[-1:]
        for party in parties[:-len(own)] if own else []:
            self.single(party.unit, party.possessive)
        if not own and self.at(end) in {"from", "of", "in"}:
            listed = self._listed_states(end + 1)
            if listed:
                own, end = listed, listed[-1].end
        else:
            listed = []
        if not own and unit.kinds["counterpart"] not in {"counterpart", "counterparts", "opposite number", "opposite numbers", "counter-part"}:
            return unit.end
        if own and unit.kinds["counterpart"] in {"guest", "guests", "host", "hosts", "colleague", "colleagues", "interlocutor", "interlocutors"} and self.at(own[0].start - 1) not in self.lexicon.possessives:
            for party in own:
                self.single(party.unit, party.possessive)
            return unit.end
        begin = own[0].start if own and not listed else unit.start
        determiner = self._determiner(begin)
        name = self.name_at(end, comma=True)
        if name and not plural:
            return self.person(begin, name, [], own[-1].country if own else None, False, None, counterpart=True)
        if name and plural and (self.at(name[0] - 1) not in {","} or len(own) > 1):
            # "counterparts Wang Yi and Sergei Lavrov"
            after, position = end, 0
            while name and position < LONGEST_LIST:
                after = self.person(begin if position == 0 else name[0], name, [], own[position].country if position < len(own) else None, False, None,
                                    counterpart=True)
                position += 1
                ahead = after + (self.at(after) == ",")
                ahead += self.at(ahead) in _AND
                name = self.name_at(ahead, comma=False) if ahead > after else None
            return after
        if not own:
            self.found.append(Found(NameKind.COUNTERPART, unit.start, end, plural=plural, determiner=determiner))
            return end
        for place, party in enumerate(own):
            first, last = place == 0, place == len(own) - 1
            if listed:
                span = (unit.start if first else party.start, party.end)
            else:
                span = (party.start, unit.end if last else party.end)
            self.found.append(Found(NameKind.COUNTERPART, *span, country=party.country, plural=plural, determiner=determiner))
        return end

    def groups(self, start: int, unit: Unit, parties: list[Party]) -> int:
        """"US and Ukrainian officials", "a Russian delegation", "the Chinese side"."""
        noun: str = unit.kinds["group"]
        plural = noun.endswith("s")
        own = self._own_parties(parties, Office("", "other", "", plural))
        for party in parties[:-len(own)] if own else []:
            self.single(party.unit, party.possessive)
        for place, party in enumerate(own):
            last = place == len(own) - 1
            self.found.append(Found(NameKind.GROUP, party.start, unit.end if last else party.end, country=party.country, plural=plural,
                                    role=noun, determiner=self._determiner(own[0].start), possessive=last and self.at(unit.end) in _POSSESSIVE,
                                    row=party.unit.kinds.get("organisation")))
        return unit.end

    # Persons ---------------------------------------------------------------------------------------------------------

    def name_at(self, index: int, comma: bool) -> tuple[int, int, tuple[int, ...], list[Person]] | None:
        """A personal name that begins here, after a comma if allowed, and after honorifics: start, end, its tokens, who."""
        after_comma = False
        if comma and self.at(index) == ",":
            index, after_comma = index + 1, True
        elif self.at(index) == "(" and self.at(index + 2) == ")" and self.words[index + 1].isupper():
            index += 3  # "the International Atomic Energy Agency (IAEA) Rafael Grossi"
        start = index
        while (unit := self.unit(index)) is not None:
            if ("honorific" in unit.kinds and "state" not in unit.kinds) or ("office" in unit.kinds and unit.kinds["office"].form in {"senator", "sheikh", "prince", "king", "sultan", "ayatollah", "emir", "princess", "queen", "emperor", "cardinal"} and index > start - 1 and self.capital[index]):
                index = unit.end
            else:
                break
        known = self._known(index)
        if known:
            return start, known[0], tuple(range(index, known[0])), known[1]
        run = self._name_run(index)
        if not run:
            return None
        if after_comma and index == start and len(run) < 2:
            return None
        return start, run[-1] + 1, run, []

    def _known(self, index: int) -> tuple[int, list[Person]] | None:
        """The longest full name of the gazetteer that begins at a token: where it ends, and who has it."""
        if index >= self.stop or not self.capital[index]:
            return None
        gazetteer, low = self.gazetteer, self.low
        best: tuple[int, list[Person]] | None = None
        key = ""
        parts = 0
        for end in range(index, min(self.stop, index + LONGEST_NAME + 1)):
            word = low[end]
            if (not self.capital[end] and word not in self.lexicon.particles) or not self.words[end][0].isalpha():
                if not (word == "," and self.at(end + 1) in {"jr", "jr."}):
                    break
                continue
            for part in word.split():
                if (len(part) > 2 and not part.endswith(".")) or (len(part) == 2 and part not in {"al", "el", "jr"} and part[1] != "."):
                    key += gazetteer.name_sound(part)
                    parts += 1
            if end == index and not gazetteer.begins_name(gazetteer.name_sound(word.partition(" ")[0])):
                return None
            if parts > 1 and self.capital[end] and (people := gazetteer.people_exactly(key)):
                best = (end + 1, people)
        if best and self.at(best[0]) in {"jr", "jr."}:
            best = (best[0] + 1, best[1])
        elif best and self.at(best[0]) == "," and self.at(best[0] + 1) in {"jr", "jr."}:
            best = (best[0] + 2, best[1])
        return best

    def _name_run(self, index: int) -> tuple[int, ...]:
        """Tokens that look like a personal name, by capitals and particles."""
        low, capital, lexicon = self.low, self.capital, self.lexicon
        taken: list[int] = []
        end = index
        limit = 2 if self.in_headline else LONGEST_NAME
        while end < self.stop and len(taken) < limit:
            word = low[end]
            letters = self.words[end]
            if not letters[0].isalpha():
                break
            if capital[end]:
                unit = self.units[end]
                if word in lexicon.common and word not in lexicon.particles:
                    break
                if (len(letters) == 2 and letters[1] == ".") or (word in lexicon.suffixes and taken):
                    taken.append(end)
                    end += 1
                    continue
                if unit is not None and "word" not in unit.kinds and not self._may_be_name(end, unit, bool(taken)):
                    break
                if letters in _POST_NOMINALS and taken:
                    break
                if unit is None and word not in lexicon.particles and word not in lexicon.firsts:
                    break
                taken.append(end)
                if self.at(end + 1) in _POSSESSIVE:
                    break
            elif word in lexicon.particles and end + 1 < self.stop and (capital[end + 1] or low[end + 1] in lexicon.particles) and (taken or word in {"al", "bin", "abu", "von", "van", "de"}):
                taken.append(end)
            else:
                break
            end += 1
        while taken and ((low[taken[-1]] in lexicon.particles and not capital[taken[-1]]) or (len(self.words[taken[-1]]) == 2 and self.words[taken[-1]][1] == ".")):
            taken.pop()
        if taken and all(low[t] in lexicon.particles or low[t] in lexicon.suffixes or len(low[t]) < 2 for t in taken):
            return ()
        return tuple(taken)

    def _may_be_name(self, index: int, unit: Unit, inside: bool) -> bool:
        """Whether a word that the lexicon knows as a place may here be part of a person's name."""
        kinds = unit.kinds.keys()
        if unit.end - unit.start > 1 and not inside:
            return False
        if "office" in kinds or "group" in kinds:
            return inside and self.low[index] in {"king", "prince", "major", "pope", "chief", "head", "shah", "premier", "sultan", "emir"} and not self.in_headline and self.at(index + 1) not in {"of"}
        if "honorific" in kinds or "modifier" in kinds:
            return inside or self._is_name_word(index + 1)
        if self.low[index] in self.lexicon.persons:
            return inside or self._is_name_word(index + 1)
        if "state" in kinds or "demonym" in kinds or "organisation" in kinds:
            return not inside and "demonym" not in kinds and unit.end - unit.start == 1 and self._is_name_word(index + 1) and not self.in_headline
        if "city" in kinds:
            best = self.best_city(unit.kinds["city"])
            return not self.in_headline and not best.rank and (inside or self._is_name_word(index + 1))
        return False

    def _is_name_word(self, index: int) -> bool:
        unit = self.unit(index)
        return unit is not None and self.capital[index] and "word" in unit.kinds

    def person(self, start: int, name: tuple[int, int, tuple[int, ...], list[Person]], offices: list[Office], country: str | None, former: bool,
               role: str | None, counterpart: bool = False) -> int:
        """Take in a named person, with what stands after the name: "of Ukraine", ", the Russian foreign minister,"."""
        _, end, words, people = name
        honorific = not offices and not counterpart
        possessive = self.at(end) in _POSSESSIVE
        if (not possessive and self.at(end) == "of" and not self.in_headline) or (self.at(end) == "of" and self.in_headline):
            listed = self._listed_states(end + 1)
            if len(listed) == 1 and (country is None or country == listed[0].country):
                country, end = listed[0].country, listed[0].end
                possessive = self.at(end) in _POSSESSIVE
        if not possessive:
            told = self._apposition(end, country, offices)
            if told:
                end, more, country_told, role_told, former_told = told
                country = country or country_told
                if not offices or all(o.minor for o in offices):
                    offices, role, former = more, role_told, former or former_told
                else:
                    offices = offices + more
        self.found.append(Found(NameKind.PERSON, start, end, name=words, offices=offices, role=role, country=country, former=former,
                                possessive=possessive, honorific=honorific, people=people, determiner="counterpart" if counterpart else ""))
        return end + possessive

    def _apposition(self, index: int, country: str | None, offices: list[Office]) -> tuple[int, list[Office], str | None, str, bool] | None:
        """", the Russian foreign minister," after a name: its end, the offices, their country, the role, former?"""
        if self.at(index) == "(":
            close = next((i for i in range(index + 1, min(index + 5, self.stop)) if self.low[i] == ")"), None)
            if close:
                index = close + 1
        if self.at(index) != ",":
            return None
        ahead = index + 1
        if self.at(ahead) in {"who", "whose"}:
            return None
        if self.at(ahead) in {"the", "a", "an"}:
            ahead += 1
        after, parties, former, words, _ = self.parties(ahead)
        unit = self.unit(after)
        far = None
        if unit is None or "office" not in unit.kinds:
            far = self._distant_title(after) if parties or self.at(ahead - 1) in {"the", "a"} else None
            if far is None:
                return None
            unit = far[0]
        office: Office = unit.kinds["office"]
        if office.plural:
            return None
        end, told, each, extension = self._office_of(unit.end, office)
        if len(each) > 1:
            return None
        own = self._own_parties(parties, office)
        if len(own) < len(parties) and not all(p.start == q.end for p, q in zip(parties[1:], parties, strict=False)):
            return None
        party = own[0].country if own else told
        if party is None and office.code in {"commission_president", "council_president"}:
            party = office.only
        if country and party and party != country:
            return None
        if self.at(end) not in _CLOSERS and self.at(end) != "" and not self.low[end].startswith("\n"):
            return None
        if self.name_at(end, comma=False):
            return None  # "Sergei Lavrov, Foreign Minister Wang Yi and ..."
        prefix = " ".join(words + ([far[1]] if far else []))
        role = f"{prefix[:1].upper()}{prefix[1:]} {office.role}" if prefix else office.role
        if extension:
            role = f"{role} {extension}"
        changed = bool(prefix or extension) and office.code not in {"envoy", "ambassador", "spokesperson"}
        return end, [Office(office.form, "other" if changed else office.code, role, False, office.only)], party, role, former

    def _distant_title(self, index: int) -> tuple[Unit, str] | None:
        taken: list[str] = []
        for _ in range(6):
            unit = self.unit(index)
            if unit and "office" in unit.kinds:
                return (unit, " ".join(taken)) if taken else None
            if self.at(index) == "" or not self.words[index][0].isalpha() or self.at(index) in {"who", "which", "and", "or", "with"}:
                return None
            end = unit.end if unit else index + 1
            taken += self.words[index:end]
            index = end
        return None

    def _known_person_phrase(self, index: int) -> int:
        """A full name of the gazetteer without a title before it."""
        unit = self.units[index]
        if unit is not None and "word" not in unit.kinds and "modifier" not in unit.kinds and "honorific" not in unit.kinds and self.low[index] not in self.lexicon.persons:
            if not ("state" in unit.kinds or "city" in unit.kinds) or unit.end > unit.start + 1:
                return 0
        known = self._known(index)
        if not known:
            return 0
        return self.person(index, (index, known[0], tuple(range(index, known[0])), known[1]), [], None, False, None)

    # Single units ----------------------------------------------------------------------------------------------------

    def _blocked(self, unit: Unit) -> bool:
        """Whether a place is part of another name: "New York Times", "Bank of China", "Paris Agreement"."""
        kinds = unit.kinds
        if not ({"state", "city", "demonym"} & kinds.keys()):
            return False
        following = self.at(unit.end)
        if following in self.lexicon.followers and self.capital[unit.end] and not self.in_headline:
            return True
        if self.at(unit.start - 1) == "of" and unit.start >= 2 and self.at(unit.start - 2) in self.lexicon.leaders and self.capital[unit.start - 2]:
            following_unit = self.unit(unit.end)
            return following_unit is None or "office" not in following_unit.kinds
        return False

    def single(self, unit: Unit, possessive: bool) -> int:
        """A unit that no phrase took."""
        kinds, end = unit.kinds, unit.end
        if self._blocked(unit):
            return end
        after = end + (1 if possessive else 0)
        before = self.at(unit.start - 1)
        if "word" in kinds:
            return self._word_run(unit)
        place_word = self.low[unit.start] in self.lexicon.persons and unit.end - unit.start == 1
        if place_word and ("city" in kinds or "state" in kinds) and (self._is_name_word(end) or self._is_name_word(unit.start - 1)) and before not in _PLACE_BEFORE:
            return self._word_run(unit)
        if "state" in kinds or ("venue" in kinds and kinds["venue"].kind == "seat"):
            seat: Venue | None = None if "state" in kinds else kinds["venue"]
            if seat is None:
                self._emit(NameKind.STATE, unit, possessive, kinds["state"].code, kinds["state"])
            elif seat.actor and before not in _PLACE_BEFORE and (self.low[unit.start - 2] if unit.start > 1 else "") not in _PLACE_BEFORE - {"of"}:
                body = self.gazetteer.organisations.get(seat.actor.removeprefix("organisation:"))
                self._emit(NameKind.STATE if body is None else NameKind.ORGANISATION, unit, possessive, body.party if body else seat.place.country if seat.place else None, seat)
            else:
                self._emit(NameKind.PLACE, unit, possessive, seat.place.country if seat.place else None, seat)
            return after
        if "organisation" in kinds:
            self._emit(NameKind.ORGANISATION, unit, possessive, kinds["organisation"].party, kinds["organisation"])
            return after
        if "venue" in kinds:
            venue: Venue = kinds["venue"]
            self._emit(NameKind.PLACE, unit, possessive, venue.place.country if venue.place else None, venue)
            return after
        if "city" in kinds:
            if place_word and before not in _PLACE_BEFORE and self.at(end) != "," and not self._dateline(unit):
                return self._word_run(unit)
            self._emit(NameKind.CITY, unit, possessive, None, kinds["city"])
            return after
        if "demonym" in kinds or "people" in kinds:
            state: State = kinds.get("demonym") or kinds["people"]
            plural = "people" in kinds and self.words[unit.end - 1].endswith("s")
            self.found.append(Found(NameKind.DEMONYM, unit.start, end, country=state.code, plural=plural, row=state))
            return end
        return end

    def _dateline(self, unit: Unit) -> bool:
        return (unit.start == 0 or self.low[unit.start - 1].startswith("\n")) and (self.words[unit.start].isupper() or self.at(unit.end) in {"(", "—", "–", "-", "/"})

    def _emit(self, kind: NameKind, unit: Unit, possessive: bool, country: str | None, row: State | Organisation | Venue | list[City]) -> None:
        self.found.append(Found(kind, unit.start, unit.end, country=country, possessive=possessive, row=row))

    def _word_run(self, unit: Unit) -> int:
        """Capitalised words that nobody knows: parts of a compound, a person with an apposition, a town, or left for later."""
        index = unit.start
        if "-" in self.words[index] and self._compound(index):
            return index + 1
        run = self._name_run(index)
        end = run[-1] + 1 if run else index + 1
        if run:
            before = self.at(index - 1)
            dateline = (index == 0 or before.startswith("\n")) and self.at(end) == "," and (state := self.unit(end + 1)) and "state" in state.kinds
            if dateline or (before == "of" and self.at(index - 2) in _TOWNS) or (before in {"in", "at", "near", "to", "from"} and self.at(end) == "," and (
                    (state := self.unit(end + 1)) and "state" in state.kinds)):
                country = None
                if self.at(end) == "," and (state := self.unit(end + 1)) and "state" in state.kinds:
                    country = state.kinds["state"].code
                else:
                    for back in range(index - 3, max(index - 9, -1), -1):
                        near = self.units[back]
                        if near is not None and ("demonym" in near.kinds or "state" in near.kinds):
                            country = (near.kinds.get("demonym") or near.kinds["state"]).code
                            break
                text = self._text(run[0], end)
                if country:
                    self.found.append(Found(NameKind.CITY, run[0], end, country=country, spelled=text, possessive=self.at(end) in _POSSESSIVE))
                    return end
            if len(run) > 1 and (told := self._apposition(end, None, [])) and not self.in_headline:
                after, offices, country, role, former = told
                self.found.append(Found(NameKind.PERSON, run[0], after, name=run, offices=offices, role=role, country=country, former=former))
                return after
            if len(run) > 1 and self.at(end) == "of" and not self.in_headline and len(listed := self._listed_states(end + 1)) == 1 and len(run) < 4 \
                    and self.at(listed[0].end) not in _POSSESSIVE:
                after = listed[0].end
                if self.at(after) in {",", "and", ";"} and all(self.low[t] not in self.lexicon.firsts for t in run):
                    self.found.append(Found(NameKind.PERSON, run[0], after, name=run, country=listed[0].country))
                    return after
                self.bare.append((run[0], end))
                return end
        self.bare.append((index, end))
        return end

    def _compound(self, index: int) -> bool:
        """"US-China", "Georgian-Russian", "US-led": the parts that are parties, each with its own span."""
        word = self.words[index]
        offset = self.tokens.starts[index]
        hit = False
        position = 0
        pieces = word.replace("‐", "-").replace("‑", "-").split("-")
        for place, piece in enumerate(pieces):
            span = (offset + position, offset + position + len(piece))
            position += len(piece) + 1
            lower = piece.strip("\u2060").lower()
            if place == 0 and len(pieces) > 1 and (code := self.lexicon.prefixes.get(lower)):
                row = self.gazetteer.states[code]
                self.found.append(Found(NameKind.DEMONYM, index, index + 1, country=code, row=row, chars=span))
                hit = True
                continue
            rows = self.lexicon.phrases.get(lower)
            if not rows or not piece[:1].isupper() or (place and pieces[place].lower() in {"american"}):
                continue
            for _, kind, row in rows:
                if kind in {"state", "demonym", "organisation"}:
                    code = row.party if kind == "organisation" else row.code
                    label = {"state": NameKind.STATE, "demonym": NameKind.DEMONYM, "organisation": NameKind.ORGANISATION}[kind]
                    if label is NameKind.STATE and pieces[-1].islower():
                        label = NameKind.DEMONYM  # "US-led"
                    self.found.append(Found(label, index, index + 1, country=code, row=row, chars=span))
                    hit = True
                    break
        return hit

    def _text(self, start: int, end: int) -> str:
        return " ".join(self.tokens.text[self.tokens.starts[start]:self.tokens.ends[end - 1]].split())


_NO_UNIT = Unit(0, 0, {})
_NOTHING = Office("-", "spouse", "")

"""From tokens to phrases: which state, office and name belong together. Nobody is identified yet (see `resolve`)."""
from __future__ import annotations

from itertools import compress

from timeline.gazetteer import City, Organisation, State, Venue
from timeline.mentions import NameKind
from timeline.names.found import Found, Party, Phrases
from timeline.names.lexicon import Lexicon, Office, role_of
from timeline.names.parties import LONGEST_LIST, POSSESSIVE
from timeline.names.people import NO_UNIT, PeopleReader
from timeline.names.tokens import Tokens, Unit

GREAT_CAPITAL = 600_000  # inhabitants: beyond that a capital is itself before it is a surname
_HEADS = frozenset({"head_of_state", "head_of_government", "deputy_head"})


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


class _Reader(PeopleReader):
    def read(self, start: int, end: int) -> None:
        self.stop = end
        units = self.units
        read = start
        for index in compress(range(start, end), units[start:end]):
            if index >= read:
                read = self.phrase(index)

    def phrase(self, index: int) -> int:
        """Read what begins at a unit; returns the token after it."""
        first = self.units[index] or NO_UNIT
        kinds = first.kinds
        if "word" in kinds:  # nothing but a name
            if self._lone(index):
                self.bare.append((index, index + 1))
                return index + 1
            return self.named_in_full(index) or self._word_run(first)
        if self._blocked(first):
            return first.end
        if "area" in kinds or ("venue" in kinds and kinds["venue"].kind == "area"):
            following = self.unit(first.end)
            if following is not None and (("group" in following.kinds and following.kinds["group"].endswith("s")) or ("office" in following.kinds and following.kinds["office"].plural)):
                self.found.append(Found(NameKind.GROUP, index, following.end, role=self.text_of(following.start, following.end), plural=True,
                                        determiner=self.determiner(index)))
                return following.end
            if kinds.keys() == {"area"}:
                return first.end
        person = self.known_person(index)
        if person:
            return person
        after, parties, former, words, _ = self.parties(index)
        unit = self.unit(after)
        if unit is not None and not (parties and parties[-1].end == unit.end):
            if "office" in unit.kinds and unit.kinds["office"].form in {"official", "chief"} and self.at(unit.end) in self.lexicon.adjectival:
                for party in parties:
                    self.single(party.unit, party.possessive)
                return unit.end
            if "office" in unit.kinds and self._office_fits(unit, parties, after):
                return self.office(index, unit, parties, former, words)
            if "counterpart" in unit.kinds and (parties or self.at(index - 1) in self.lexicon.possessives or "part" in self.at(unit.start)):
                return self.counterparts(index, unit, parties)
            if "group" in unit.kinds and parties:
                return self.groups(index, unit, parties)
            if "honorific" in unit.kinds:
                if (office_unit := self.unit(unit.end)) and "office" in office_unit.kinds and self.capital[unit.end] \
                        and self.name_at(unit.end, comma=False):
                    return self.office(index, office_unit, parties, former, [])
                if name := self.name_at(after, comma=False):
                    if self.at(index) == "then" and not parties:
                        return self.person(after, name, [], None, False, None)  # "Then Mr. Bell left"
                    return self.person(index, name, [], parties[-1].country if parties else None, former, None)
            if "word" in unit.kinds and parties:
                far = self._distant_office(after)
                if far:
                    return self.office(index, far[0], parties, former, [far[1]])
        elif unit is None and parties and after < self.stop and (self.capital[after] or self.low[after] in self.lexicon.portfolios) and (far := self._distant_office(after)):
            return self.office(index, far[0], parties, former, [far[1]])
        if parties:
            # "Japan and Canada": each is a mention of its own.
            for party in parties:
                self.single(party.unit, party.possessive)
            return parties[-1].end + (1 if parties[-1].possessive else 0)
        return self.single(first, first.end < self.stop and self.low[first.end] in POSSESSIVE)

    def _lone(self, index: int) -> bool:
        """Whether an unknown word cannot be but left for later, as most: it has no parts, and nothing goes on after it."""
        after = index + 1
        if after < self.stop and (self.capital[after] or self.low[after] == "," or self.low[after] in self.lexicon.particles):
            return False
        return self.low[index].isalpha() and (index == 0 or self.low[index - 1] != "of")

    def _office_fits(self, unit: Unit, parties: list[Party], index: int) -> bool:
        office: Office = unit.kinds["office"]
        if parties or self.capital[unit.start] or office.plural or office.code != "other" or len(office.form) > 6:
            return True
        return self.at(unit.start - 1) in {"the", "a", "an"} or self.capital[min(unit.end, self.stop - 1)] == 1

    def _distant_office(self, index: int) -> tuple[Unit, str] | None:
        """An office after up to five words: "Communist Party chief", "Senate Foreign Relations Committee Chairman", "women's minister"."""
        taken: list[str] = []
        portfolio = True  # all in small letters: no institution's name, but what a ministry is for
        for _ in range(6):
            unit = self.units[index] if index < self.stop else None
            if unit and "office" in unit.kinds and taken:
                office: Office = unit.kinds["office"]
                if office.plural:
                    return None
                if portfolio:
                    return (unit, " ".join(taken).replace(" 's", "'s")) if office.form in {"minister", "secretary"} else None
                field = all(word.lower() in self.lexicon.portfolios for word in taken)
                return (unit, " ".join(taken)) if self.name_at(unit.end, comma=field) else None
            word = self.low[index] if index < self.stop else ""
            if not word or ((unit and ("demonym" in unit.kinds or "state" in unit.kinds)) or word in self.lexicon.possessives):
                return None
            if self.capital[index]:
                portfolio = False
            elif not (word in self.lexicon.portfolios or (taken and word in POSSESSIVE) or (taken and word in self.lexicon.small)):
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
        if self.at(end) in POSSESSIVE:
            return self._offices_without_name(start, end, unit, office, parties, former, words, None, [])
        offices = [office]
        role = office.role
        if not parties and (body := self._institution_before(start, office)):
            offices, role = [office._replace(code="other", role=f"{body} {role}", only=None)], f"{body} {role}"
        lowered = [w for w in words if w]
        if lowered:
            told = " ".join(lowered)
            role = f"{told[:1].upper()}{told[1:]} {role}" if not self.capital[head] or told[:1].isupper() else " ".join(w[:1].upper() + w[1:] for w in told.split()) + " " + role
            if any(w.lower() not in self.lexicon.in_office for w in lowered):
                offices = [office._replace(code=office.code if office.code in {"envoy", "spokesperson"} else "other", role=role, only=None)]
        after, country, each, extension = self.after_office(end, office)
        if extension:
            role = role_of(f"{role} {extension}")
            if office.code not in {"envoy", "ambassador", "spokesperson"} and not extension.startswith(("and ", ",", "&")):
                offices = [office._replace(code="other", role=role, only=None)]
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
        used = self.own_parties(parties, office)
        own = used[-1].country if used and not office.plural else used[0].country if used else None
        # "UN Syria envoy": the first of two that stand side by side is the party, the second the task.
        before = [party for party in parties if party.end <= used[0].start] if used else parties
        for party in before:
            self.single(party.unit, party.possessive)
        begin = used[0].start if used else (start if not parties else unit.start)
        if office.plural:
            return self._plural_office(begin, after, unit, office, used, each, country, former, role)
        if office.code == "ambassador" and own in {"UN", "NATO"}:
            own = country  # "UN ambassador": of a state to the body
            role = f"{role} to the {used[-1].country}" if not extension else role
        if own is None:
            own = country or (office.only if office.code in {"commission_president", "council_president"} else None)
        name = self.name_at(after, comma=bool(own) or self.at(start - 1) in {"the", "its", "their", "his", "her"} or office.code not in {"other", "leader"} or (self.capital[head] == 1 and not office.minor))
        if name:
            return self.person(begin, name, offices, own, former, role)
        return self._offices_without_name(begin, after, unit, office, used, former, words, own, each, role, offices)

    def _institution_before(self, start: int, office: Office) -> str:
        """An acronym right before an office that firms have too: "DENR Secretary", "AdDU President"."""
        if self.in_headline or office.form not in self.lexicon.of_firms:
            return ""
        before = self.units[start - 1] if start else None
        word = self.words[start - 1] if start else ""
        return word if before is not None and "word" in before.kinds and sum(c.isupper() for c in word) > 1 and not self.tokens.text.startswith("\n", self.tokens.end(start - 1)) else ""

    def _plural_office(self, begin: int, end: int, unit: Unit, office: Office, parties: list[Party], each: list[Party],
                       country: str | None, former: bool, role: str) -> int:
        """"Presidents Biden and Xi", "the Russian and Chinese foreign ministers", "leaders of Canada and Thailand"."""
        single = office._replace(plural=False)
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
                if self.at(ahead) in self.lexicon.joiners:
                    ahead += 1
                name = self.name_at(ahead, comma=False) if ahead > after and self.capital[min(ahead, self.stop - 1)] else None
            return after
        listed = each or parties
        if not listed and self.capital[unit.start] and self.at(unit.start - 1) not in {"", ".", "”"}:
            return unit.end  # "House of Representatives"
        if not listed:
            self.found.append(Found(NameKind.GROUP, begin, unit.end, offices=[office], role=role, plural=True, former=former,
                                    determiner=self.determiner(begin)))
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
                                plural=True, former=former, determiner=self.determiner(start), row=party.unit.kinds.get("organisation") if body else None))

    def _offices_without_name(self, start: int, end: int, unit: Unit, office: Office, parties: list[Party], former: bool, words: list[str],
                              country: str | None, each: list[Party], role: str | None = None, offices: list[Office] | None = None) -> int:
        determiner = self.determiner(start)
        own = country or (parties[-1].country if parties else None)
        if office.form == "nsa":
            return end  # the American agency
        possessive = self.at(end) in POSSESSIVE
        if own is None and not determiner and office.only is None and not (self.capital[unit.start] and office.code in {"head_of_state", "head_of_government"}):
            return end
        self.found.append(Found(NameKind.OFFICE, start, end, offices=offices or [office], role=role or office.role, country=own, former=former,
                                possessive=possessive, determiner=determiner))
        return end + possessive

    def counterparts(self, start: int, unit: Unit, parties: list[Party]) -> int:
        """"his Kazakh counterpart", "Japanese, Canadian and Thai counterparts", "her counterpart from Norway", each with a name or without."""
        plural = unit.kinds["counterpart"].endswith("s")
        end = unit.end
        own = self.own_parties(parties, Office("", "other", "", plural))
        if not plural:
            own = own[-1:]
        for party in parties[:-len(own)] if own else []:
            self.single(party.unit, party.possessive)
        if not own and self.at(end) in {"from", "of", "in"}:
            listed = self.listed_states(end + 1)
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
        determiner = self.determiner(begin)
        name = self.name_at(end, comma=True)
        if name and not plural:
            return self.person(begin, name, [], own[-1].country if own else None, False, None, counterpart=True)
        if name and plural and (self.at(name[0] - 1) not in {","} or len(own) > 1):
            # "counterparts Wang Yi and Sergei Lavrov"
            after, position = end, 0
            while name and position < LONGEST_LIST:
                after = self.person(begin if position == 0 else name[0], name, [], (own[position] if 1 < len(own) > position else own[0]).country if own else None, False, None,
                                    counterpart=True)
                position += 1
                ahead = after + (self.at(after) == ",")
                ahead += self.at(ahead) in self.lexicon.joiners
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
        own = self.own_parties(parties, Office("", "other", "", plural))
        for party in parties[:-len(own)] if own else []:
            self.single(party.unit, party.possessive)
        for place, party in enumerate(own):
            last = place == len(own) - 1
            self.found.append(Found(NameKind.GROUP, party.start, unit.end if last else party.end, country=party.country, plural=plural,
                                    role=noun, determiner=self.determiner(own[0].start), possessive=last and self.at(unit.end) in POSSESSIVE,
                                    row=party.unit.kinds.get("organisation")))
        return unit.end

    def _blocked(self, unit: Unit) -> bool:
        """Whether a place is part of another name: "New York Times", "Bank of China", "Paris Agreement"."""
        kinds = unit.kinds
        if "state" not in kinds and "city" not in kinds and "demonym" not in kinds:
            return False
        start, end = unit.start, unit.end
        if end < self.stop and self.low[end] in self.lexicon.followers and self.capital[end] and not self.in_headline:
            return True
        if start >= 2 and self.low[start - 1] == "of" and self.low[start - 2] in self.lexicon.leaders and self.capital[start - 2]:
            following_unit = self.unit(unit.end)
            return following_unit is None or "office" not in following_unit.kinds
        return False

    def single(self, unit: Unit, possessive: bool) -> int:
        """A unit that no phrase took."""
        kinds, end = unit.kinds, unit.end
        if self._blocked(unit):
            return end
        after = end + (1 if possessive else 0)
        if "word" in kinds:
            return self._word_run(unit)
        before = self.low[unit.start - 1] if unit.start else ""
        place_word = self.weak(unit)
        if place_word and "city" in kinds and self.best_city(kinds["city"]).population > GREAT_CAPITAL and self.best_city(kinds["city"]).rank == "capital" \
                and not (self.is_name_word(unit.start - 1) or self.is_name_word(end)):
            place_word = False
        if place_word and ("city" in kinds or "state" in kinds) and (self.is_name_word(end) or self.is_name_word(unit.start - 1)) and before not in self.lexicon.place_before:
            return self._word_run(unit)
        if "state" in kinds or ("venue" in kinds and kinds["venue"].kind == "seat"):
            seat: Venue | None = None if "state" in kinds else kinds["venue"]
            if seat is None:
                self._emit(NameKind.STATE, unit, possessive, kinds["state"].code, kinds["state"])
            elif seat.actor and before not in self.lexicon.place_before and (self.low[unit.start - 2] if unit.start > 1 else "") not in self.lexicon.place_before - {"of"}:
                body = self.gazetteer.organisations.get(seat.actor.removeprefix("organisation:"))
                self._emit(NameKind.STATE if body is None else NameKind.ORGANISATION, unit, possessive, body.party if body else seat.place.country if seat.place else None, seat)
            else:
                self._emit(NameKind.PLACE, unit, possessive, seat.place.country if seat.place else None, seat)
            return after
        if "organisation" in kinds:
            if kinds["organisation"].party == "UN" and self.low[unit.start] in {"security", "general", "human"} and self._of_a_state(unit):
                return after  # "Russia's Security Council"
            self._emit(NameKind.ORGANISATION, unit, possessive, kinds["organisation"].party, kinds["organisation"])
            return after
        if "venue" in kinds:
            venue: Venue = kinds["venue"]
            self._emit(NameKind.PLACE, unit, possessive, venue.place.country if venue.place else None, venue)
            return after
        if "city" in kinds:
            if place_word and before not in self.lexicon.place_before and self.at(end) != "," and not self._dateline(unit):
                return self._word_run(unit)
            self._emit(NameKind.CITY, unit, possessive, None, kinds["city"])
            return after
        if "demonym" in kinds or "people" in kinds:
            state: State = kinds.get("demonym") or kinds["people"]
            plural = "people" in kinds and self.words[unit.end - 1].endswith("s")
            self.found.append(Found(NameKind.DEMONYM, unit.start, end, country=state.code, plural=plural, row=state))
            return end
        return end

    def _of_a_state(self, unit: Unit) -> bool:
        back = unit.start - 1 - (self.at(unit.start - 1) in POSSESSIVE)
        kinds = (self.units[back] or NO_UNIT).kinds if back >= 0 else {}
        follows = self.unit(unit.end + 1 + (self.at(unit.end + 1) == "the")) if self.at(unit.end) == "of" else None
        return bool({"state", "demonym"} & kinds.keys()) or bool(follows and "state" in follows.kinds)

    def _dateline(self, unit: Unit) -> bool:
        return (unit.start == 0 or self.low[unit.start - 1].startswith("\n")) and (self.words[unit.start].isupper() or self.at(unit.end) in {"(", "—", "–", "-", "/"})

    def _emit(self, kind: NameKind, unit: Unit, possessive: bool, country: str | None, row: State | Organisation | Venue | list[City]) -> None:
        self.found.append(Found(kind, unit.start, unit.end, country=country, possessive=possessive, row=row))

    def _word_run(self, unit: Unit) -> int:
        """Capitalised words that nobody knows: parts of a compound, a person with an apposition, a town, or left for later."""
        index = unit.start
        if "-" in self.words[index] and (after := self._compound(index)):
            return after
        run = self.name_run(index)
        end = index + (len(run) or 1)
        if len(run) > 2 and self.words[index].isupper() and not self.in_headline and self.known_name(index + 1):
            return self.known_person(index + 1) or end  # "APNSA Jake Sullivan"
        if run:
            if town := self._town(index, end):
                self.found.append(Found(NameKind.CITY, run[0], end, country=town, spelled=self.text_of(run[0], end), possessive=self.at(end) in POSSESSIVE))
                return end
            if len(run) > 1 and not self.in_headline and (told := self.apposition(end, None, [])):
                after, offices, country, role, former = told
                self.found.append(Found(NameKind.PERSON, run[0], after, name=run, offices=offices, role=role, country=country, former=former))
                return after
            if len(run) > 1 and self.at(end) == "of" and not self.in_headline and len(listed := self.listed_states(end + 1)) == 1 and len(run) < 4 \
                    and self.at(listed[0].end) not in POSSESSIVE:
                after = listed[0].end
                if self.at(after) in {",", "and", ";"} and all(self.low[t] not in self.lexicon.firsts for t in run):
                    self.found.append(Found(NameKind.PERSON, run[0], after, name=run, country=listed[0].country))
                    return after
                self.bare.append((run[0], end))
                return end
        self.bare.append((index, end))
        return end

    def _town(self, index: int, end: int) -> str | None:
        """The state in which unknown capitalised words are a town: "in Nesodden, Norway", "the Moroccan town of Skhirat"."""
        before = self.low[index - 1] if index else ""
        followed = end < self.stop and self.low[end] == ","
        if not followed and before != "of":
            return None
        unit = self.unit(end + 1) if followed else None
        if unit is not None and "state" in unit.kinds and self.at(unit.end) not in POSSESSIVE and "office" not in (self.unit(unit.end) or NO_UNIT).kinds:
            begins = index == 0 or before.startswith("\n")
            if begins or before in self.lexicon.toward or before == "from":
                return str(unit.kinds["state"].code)
        if before == "of" and self.at(index - 2) in self.lexicon.towns:
            for back in range(index - 3, max(index - 9, -1), -1):
                near = self.units[back] or NO_UNIT
                if "demonym" in near.kinds or "state" in near.kinds:
                    return str((near.kinds.get("demonym") or near.kinds["state"]).code)
        return None

    def _compound(self, index: int) -> int:
        """"US-China", "Georgian-Russian", "US-led", "Japan-South Korea": the parts that are parties, each with its own span.

        Gives the token after them, 0 where there is none.
        """
        word = self.words[index]
        offset = self.tokens.start(index)
        hit = 0
        position = 0
        pieces = word.replace("‐", "-").replace("‑", "-").split("-")
        for place, piece in enumerate(pieces):
            span = (offset + position, offset + position + len(piece))
            position += len(piece) + 1
            lower = piece.strip("\u2060").lower()
            if place == 0 and len(pieces) > 1 and (code := self.lexicon.prefixes.get(lower)):
                row = self.gazetteer.states[code]
                self.found.append(Found(NameKind.DEMONYM, index, index + 1, country=code, row=row, chars=span))
                hit = index + 1
                continue
            more = self._goes_on(lower, index) if place == len(pieces) - 1 and piece[:1].isupper() else 0
            if more:  # "South Korea" of "Japan-South Korea"
                lower = " ".join([lower, *self.low[index + 1:index + 1 + more]])
                span = (span[0], self.tokens.end(index + more))
            first = index
            if place == 0 and index and not more and self._is_party(f"{self.low[index - 1]} {lower}"):
                first, lower = index - 1, f"{self.low[index - 1]} {lower}"  # "North Korea" of "North Korea-Japan"
                span = (self.tokens.start(first), span[1])
            rows = self.lexicon.phrases.get(lower)
            if not rows or not piece[:1].isupper() or (place and pieces[place].lower() in {"american"}):
                continue
            for _, kind, row in rows:
                if kind in {"state", "demonym", "organisation"}:
                    code = row.party if kind == "organisation" else row.code
                    label = {"state": NameKind.STATE, "demonym": NameKind.DEMONYM, "organisation": NameKind.ORGANISATION}[kind]
                    if label is NameKind.STATE and pieces[-1].islower():
                        label = NameKind.DEMONYM  # "US-led"
                    self.found.append(Found(label, first, index + 1 + more, country=code, row=row, chars=span))
                    hit = index + 1 + more
                    break
        return hit

    def _goes_on(self, piece: str, index: int) -> int:
        """How many tokens after `index` make a state or a body of the last piece of a compound: "South" "Korea"."""
        for more in (3, 2, 1):
            if index + more < len(self.low) and self._is_party(" ".join([piece, *self.low[index + 1:index + 1 + more]])):
                return more
        return 0

    def _is_party(self, phrase: str) -> bool:
        return any(kind in {"state", "organisation"} for _, kind, _ in self.lexicon.phrases.get(phrase) or ())

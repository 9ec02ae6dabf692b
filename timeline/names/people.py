"""Personal names, and what stands around them: offices after "of", appositions, honorifics."""
from __future__ import annotations

from itertools import compress

from timeline.gazetteer import Person
from timeline.mentions import NameKind
from timeline.names.found import Found, Party
from timeline.names.lexicon import Office, role_of
from timeline.names.parties import POSSESSIVE, PartyReader
from timeline.names.tokens import Unit

LONGEST_NAME = 6  # words
MOST_TITLES = 6  # before one name
NO_UNIT = Unit(0, 0, {})
NOTHING = Office("none", "spouse", "")


class PeopleReader(PartyReader):
    """Reads a name at an index, and the office, state or body that belongs to it."""

    def name_at(self, index: int, comma: bool) -> tuple[int, int, tuple[int, ...], list[Person]] | None:
        """A personal name that begins here, after a comma if allowed, and after honorifics: start, end, its tokens, who."""
        after_comma = False
        if comma and self.at(index) == ",":
            index, after_comma = index + 1, True
        elif self.at(index) == "(" and self.at(index + 2) == ")" and self.words[index + 1].isupper():
            index += 3  # "the International Atomic Energy Agency (IAEA) Rafael Grossi"
        start = index
        for _ in range(MOST_TITLES):
            unit = self.unit(index) or NO_UNIT
            honorific = "honorific" in unit.kinds and "state" not in unit.kinds
            if not honorific and not (self.capital[min(index, self.stop - 1)] and "office" in unit.kinds and unit.kinds["office"].form in self.lexicon.titles):
                break
            index = unit.end
        known = self.known_name(index)
        if known:
            return start, known[0], tuple(range(index, known[0])), known[1]
        run = self.name_run(index)
        if not run:
            return None
        if after_comma and index == start and len(run) < 2:
            return None
        return start, run[-1] + 1, run, []

    def known_name(self, index: int) -> tuple[int, list[Person]] | None:
        """The longest full name of the gazetteer that begins at a token: where it ends, and who has it."""
        if index >= self.stop or not self.capital[index] or not self.words[index][0].isalpha():
            return None
        gazetteer, low = self.gazetteer, self.low
        key, parts, begins = gazetteer.sounds_in_name(low[index])
        if not begins:
            return None
        best: tuple[int, list[Person]] | None = None
        if parts > 1 and (people := gazetteer.people_exactly(key)):
            best = (index + 1, people)
        for end in range(index + 1, min(self.stop, index + LONGEST_NAME + 1)):
            word = low[end]
            if (not self.capital[end] and word not in self.lexicon.particles) or not self.words[end][0].isalpha():
                if not (word == "," and self.at(end + 1) in {"jr", "jr."}):
                    break
                continue
            more, count, _ = gazetteer.sounds_in_name(word)
            key += more
            parts += count
            if parts > 1 and self.capital[end] and (people := gazetteer.people_exactly(key)):
                best = (end + 1, people)
        if best and self.at(best[0]) in self.lexicon.suffixes and self.capital[best[0]] and (len(self.at(best[0])) > 1 or self.low[best[0]] in {"v", "x"}):
            best = (best[0] + 1, best[1])
        elif best and self.at(best[0]) == "," and self.at(best[0] + 1) in {"jr", "jr."}:
            best = (best[0] + 2, best[1])
        return best

    def name_run(self, index: int) -> tuple[int, ...]:
        """Tokens that look like a personal name, by capitals and particles."""
        low, words, capital, lexicon, stop = self.low, self.words, self.capital, self.lexicon, self.stop
        particles = lexicon.particles
        full = 0  # words of two letters or more
        titled = self.in_headline and index > 0 and low[index - 1] in lexicon.honorifics
        end = index
        while end < stop and end - index < LONGEST_NAME:
            word = low[end]
            letters = words[end]
            if not letters[0].isalpha():
                break
            if capital[end]:
                unit = self.units[end]
                unknown = unit is not None and "word" in unit.kinds
                if not unknown and word in lexicon.common and word not in particles and not (
                        end == index and word in lexicon.chinese_surnames and self.is_name_word(end + 1)):
                    break
                if (letters[1:] == ".") or (end > index and word in lexicon.suffixes):
                    end += 1
                    continue
                if unit is not None and not unknown and not (end > index and low[end - 1] in particles and not capital[end - 1]) \
                        and not self._may_be_name(end, unit, end > index):
                    break
                if end > index and letters in lexicon.post_nominals:
                    break
                if self.in_headline and (full > 1 + titled or not ((titled and full < 2) or self.seen_as_name(end) or self._named_here_only(index, end))):
                    break  # "Gabon President Offers Talks"
                full += 1
                if unit is None and word not in particles and word not in lexicon.firsts and word not in lexicon.chinese_surnames:
                    break
                end += 1
                if end < stop and low[end] in POSSESSIVE:
                    break
            elif word in particles and end + 1 < stop and (capital[end + 1] or low[end + 1] in particles) and (end > index or word in {"al", "bin", "abu", "von", "van", "de"}):
                end += 1
            else:
                break
        while end > index and ((low[end - 1] in particles and not capital[end - 1]) or words[end - 1][1:] == "."):
            end -= 1
        for word in low[index:end]:
            if word not in particles and word not in lexicon.suffixes and len(word) > 1:
                return tuple(range(index, end))
        return ()

    def _may_be_name(self, index: int, unit: Unit, inside: bool) -> bool:
        """Whether a word that the lexicon knows as a place may here be part of a person's name."""
        kinds = unit.kinds.keys()
        if unit.end - unit.start > 1 and not inside:
            return False
        if "office" in kinds or "group" in kinds:
            return inside and self.low[index] in self.lexicon.office_surnames and not self.in_headline and self.at(index + 1) not in {"of"}
        if "honorific" in kinds or "modifier" in kinds:
            return inside or self.is_name_word(index + 1)
        if self.low[index] in self.lexicon.persons:
            return inside or self.is_name_word(index + 1)
        if self.weak(unit):
            return True
        if "state" in kinds or "demonym" in kinds or "organisation" in kinds:
            return False
        if "city" in kinds:
            best = self.best_city(unit.kinds["city"])
            return not self.in_headline and not best.governs and (inside or self.is_name_word(index + 1))
        return False

    def seen_as_name(self, index: int) -> bool:
        """Whether a capitalised word of a headline has its capital in the article too, or is somebody's name in the gazetteer."""
        word = self.low[index]
        key = self.gazetteer.name_sound(word)
        if self.gazetteer.begins_name(key):
            return True
        if self.seen is None:
            headline = {i for start, end in self.tokens.headline for i in range(start, end)}
            self.seen = {self.low[i] for i in compress(range(len(self.low)), self.capital)
                         if i and i not in headline and self.words[i - 1][0] not in ".\n”\""}
        return word in self.seen

    def _named_here_only(self, start: int, index: int) -> bool:
        """Whether two unknown words of a headline, the second at its end or before a small word, are a name that the article
        does not repeat: "Statement by Spokesperson Ann Bell on Gabon"."""
        after = start + 2
        if index > start + 1 or self.low[start - 1].endswith("s") or not (self.is_name_word(start) and self.is_name_word(start + 1)):
            return False
        if self.at(after) not in {"", "on", "of", "in", "at", ",", ".", "(", "’s", "'s"} or (self.seen and self.low[start] in self.seen):
            return False
        return self.at(after) not in {"on", "of", "in", "at"} or not self.capital[after]

    def is_name_word(self, index: int) -> bool:
        unit = self.units[index] if index < self.stop else None
        return unit is not None and "word" in unit.kinds

    def known_person(self, index: int) -> int:
        """A full name of the gazetteer without a title before it."""
        unit = self.units[index] or NO_UNIT
        kinds = unit.kinds
        if "word" not in kinds and "modifier" not in kinds and "honorific" not in kinds and self.low[index] not in self.lexicon.persons \
                and (("state" not in kinds and "city" not in kinds) or unit.end > unit.start + 1):
            return 0
        return self.named_in_full(index)

    def named_in_full(self, index: int) -> int:
        """Take in the person of the gazetteer whose full name begins here; gives the token after, 0 where nobody's does."""
        known = self.known_name(index)
        if not known:
            return 0
        return self.person(index, (index, known[0], tuple(range(index, known[0])), known[1]), [], None, False, None)

    def person(self, start: int, name: tuple[int, int, tuple[int, ...], list[Person]], offices: list[Office], country: str | None, former: bool,
               role: str | None, counterpart: bool = False) -> int:
        """Take in a named person, with what stands after the name: "of Ukraine", ", the Russian foreign minister,"."""
        _, end, words, people = name
        honorific = not offices and not counterpart
        possessive = self.at(end) in POSSESSIVE
        if (not possessive and self.at(end) == "of" and not self.in_headline) or (self.at(end) == "of" and self.in_headline):
            listed = self.listed_states(end + 1)
            if len(listed) == 1 and (country is None or country == listed[0].country):
                country, end = listed[0].country, listed[0].end
                possessive = self.at(end) in POSSESSIVE
        if not possessive:
            told = self.apposition(end, country, offices)
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

    def apposition(self, index: int, country: str | None, offices: list[Office]) -> tuple[int, list[Office], str | None, str, bool] | None:
        """", the Russian foreign minister," after a name: its end, the offices, their country, the role, former?"""
        if index >= self.stop or (self.low[index] not in {",", "("} and self.words[index] not in self.lexicon.post_nominals):
            return None
        signed = False  # "the Hon. Ann Bell MP, Minister for Trade", also without the comma
        while index < self.stop and self.words[index] in self.lexicon.post_nominals:
            index, signed = index + 1, True
        if self.at(index) == "(":
            close = next((i for i in range(index + 1, min(index + 5, self.stop)) if self.low[i] == ")"), None)
            if close:
                index = close + 1
        if self.at(index) != ",":
            if not (signed and index < self.stop and self.capital[index] and "office" in (self.unit(index) or NO_UNIT).kinds):
                return None
            index -= 1
        ahead = index + 1
        if self.at(ahead) in {"who", "whose"}:
            return None
        if self.at(ahead) in {"the", "a", "an"}:
            ahead += 1
        after, parties, former, words, _ = self.parties(ahead)
        unit = self.unit(after)
        far = None
        if unit is None or "office" not in unit.kinds:
            far = self.distant_title(after) if parties or self.at(ahead - 1) in {"the", "a"} else None
            if far is None:
                return None
            unit = far[0]
        office: Office = unit.kinds["office"]
        if office.plural:
            return None
        end, told, each, extension = self.after_office(unit.end, office)
        if len(each) > 1:
            return None
        own = self.own_parties(parties, office)
        if len(own) < len(parties) and not all(p.start == q.end for p, q in zip(parties[1:], parties, strict=False)):
            return None
        party = own[0].country if own else told
        if party is None and office.code in {"commission_president", "council_president"}:
            party = office.only
        if country and party and party != country:
            return None
        if self.at(end) not in self.lexicon.closers and self.at(end) != "" and not self.low[end].startswith("\n"):
            return None
        if self.at(end) in {"said", "told"} and (offices or self.at(index + 1) in {"a", "an"}):
            return None  # "... by Secretary of State Bell, an official said": whoever spoke is another
        if self.name_at(end, comma=False):
            return None  # "Sergei Lavrov, Foreign Minister Wang Yi and ..."
        told_before = far[1].split() if far else []
        while told_before and told_before[0].islower() and told_before[0] not in self.lexicon.portfolios:
            told_before = told_before[1:]  # "a hawkish adviser"
        prefix = " ".join(words + told_before)
        role = f"{prefix[:1].upper()}{prefix[1:]} {office.role}" if prefix else office.role
        if extension:
            role = role_of(f"{role} {extension}")
        changed = bool(prefix or (extension and not extension.startswith(("and ", ",", "&")))) and office.code not in {"envoy", "ambassador", "spokesperson"}
        return end, [office._replace(code="other" if changed else office.code, role=role)], party, role, former

    def distant_title(self, index: int) -> tuple[Unit, str] | None:
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

    def after_office(self, index: int, office: Office) -> tuple[int, str | None, list[Party], str]:
        """What follows an office: "of Japan", "for Immigration", "to the UN", "of the National Assembly".

        Returns where it ends, the country, the states of a list, and words that belong to the role.
        """
        word = self.at(index)
        if word in {"and", ",", "&"} and (" of " in office.form or " for " in office.form) and office.code.endswith(("minister", "other")) and self.capital[index - 1]:
            # "Minister of Economy and Planning", "Minister of Science, Technology and the Arts"
            end = self.portfolio(index + 1) if self._more_fields(index) else index
            if end > index + 1:
                after, country, each, _ = self.after_office(end, NOTHING) if self.at(end) == "of" else (end, None, [], "")
                return after, country, each, self.text_of(index, end)
        if word not in {"of", "for", "to", "from", "in"}:
            return index, None, [], ""
        ahead = index + 1
        if self.at(ahead) == "the":
            ahead += 1
        last = office.form.replace("-", " ").split()[-1]
        unit = self.unit(ahead)
        if word == "of" and unit and last in self.lexicon.open_offices and (led := self._delegation(ahead)):
            return led[0], led[1], [], self.text_of(index, led[0])  # "head of the DPRK delegation"
        if word in {"of", "from"} and unit:
            listed = self.listed_states(ahead)
            if len(listed) == 1 and self.begins_institution(listed[0].end, office):
                return self.institution(ahead), None, [], self.text_of(index, self.institution(ahead))
            if listed and not (office.code == "spouse" and word == "from"):
                end = listed[-1].end
                return end, listed[0].country, listed, ""
        if word == "of" and unit and {"state", "organisation"} & unit.kinds.keys() and self.at(unit.end) in POSSESSIVE and self.capital[min(unit.end + 1, self.stop - 1)]:
            end = unit.end + 1
            while end < self.stop and end - unit.end < 10 and (self.capital[end] or (self.low[end] in self.lexicon.small and self.capital[min(end + 1, self.stop - 1)])):
                end += 1
            return end, self.party_of(unit, end), [], self.text_of(index, end)
        if word == "of" and unit and {"state", "organisation"} & unit.kinds.keys() and self.at(unit.end) in POSSESSIVE:
            return index, None, [], ""
        if word == "of" and unit and "demonym" in unit.kinds and self.capital[min(unit.end, self.stop - 1)] and (end := self.institution(unit.end)) > unit.end:
            return end, unit.kinds["demonym"].code, [], self.text_of(index, end)  # "State Secretary of the German Ministry of Finance"
        if word == "of" and unit and "city" in unit.kinds and office.code in {"crown_prince", "monarch", "other"} and last in self.lexicon.of_cities:
            return unit.end, self.best_city(unit.kinds["city"]).country, [], self.text_of(index, unit.end)
        if word == "to" and last in self.lexicon.advisers and self.at(index + 1) == "the" and unit and "office" in unit.kinds and not unit.kinds["office"].plural:
            after, country, each, _ = self.after_office(unit.end, unit.kinds["office"]._replace(form="none")) if self.at(unit.end) == "of" else (unit.end, None, [], "")
            if len(each) < 2:
                return after, country, [], self.text_of(index, after)  # "Adviser to the President of Gabon"
        if unit and word == "to" and (office.code in {"ambassador", "envoy"} or last == "representative") and \
                {"state", "organisation", "city"} & unit.kinds.keys():
            return unit.end, None, [], f"to {self.tokens.text[self.tokens.start(index + 1):self.tokens.end(unit.end - 1)]}"
        if unit and word in {"for", "to", "in"} and (office.code == "envoy" or last in {"representative", "coordinator", "minister", "secretary"}) and \
                {"state", "venue", "organisation", "demonym"} & unit.kinds.keys():
            end = unit.end
            if "demonym" in unit.kinds and not {"state", "venue"} & unit.kinds.keys():
                return index, None, [], ""
            if word == "in":
                return index, None, [], ""
            while self.at(end) in self.lexicon.portfolios and self.capital[end]:
                end += 1
            return end, None, [], self.text_of(index, end)
        if (word in {"of", "for"} and (last in self.lexicon.open_offices or last == "state")) or office.form.endswith("affairs"):
            end = self.portfolio(ahead) if last in {"minister", "secretary", "state"} or office.form.endswith("affairs") else self.institution(ahead)
            if end > ahead:
                after, country, _, _ = self.after_office(end, NOTHING) if self.at(end) == "of" else (end, None, [], "")
                return after, country or self._state_within(ahead, end), [], self.text_of(index, end)
        return index, None, [], ""

    def _delegation(self, index: int) -> tuple[int, str] | None:
        """"Japanese delegation", "MILF peace panel": where it ends, and whose it is."""
        unit = self.unit(index) or NO_UNIT
        body = self.unit(unit.end)
        if body is None or body.kinds.get("group") not in self.lexicon.led or not {"demonym", "state", "organisation"} & unit.kinds.keys():
            return None
        return body.end, str(self.party_of(unit, unit.end))

    def portfolio(self, index: int) -> int:
        """End of the words that name a ministry's field ("Immigration and Citizenship"). A word that is no such field may
        already be the minister's name, unless it comes first or after "of" ("Minister of Presidential Affairs")."""
        end = best = index
        joiners = self.lexicon.small - {"on"}
        while end < self.stop and end - index < 10:
            unit, word = self.unit(end) or NO_UNIT, self.low[end]
            if (word in joiners and not self.capital[end]) or (word == "," and self._field_goes_on(end + 1)):
                if best == index:
                    break
                end += 1
                continue
            known = all(part in self.lexicon.portfolios for part in word.split())
            if not self.capital[end] or not self.words[end][0].isalpha():
                if not known:
                    break
            elif not known:
                first = end == index or self.low[end - 1] in {"of", "the"}
                if "office" in unit.kinds or "organisation" in unit.kinds or not ((first and best == index) or word in self.lexicon.common):
                    break
            end = best = end + 1
        return best

    def _more_fields(self, index: int) -> bool:
        """Whether the "and" or comma after a ministry's field is followed by another field and by no other office."""
        ahead = index + 1 + (self.at(index + 1) == "the")
        unit = self.unit(ahead)
        if not (ahead < self.stop and self.capital[ahead] and all(part in self.lexicon.portfolios for part in self.low[ahead].split())):
            return False
        return (unit is None or "office" not in unit.kinds) and (self.at(index) != "," or self._field_goes_on(index + 1))

    def _field_goes_on(self, index: int) -> bool:
        """Whether a comma stands inside a list of fields: "Minister of Science, Information, and Technology"."""
        ahead = index + (self.at(index) == "and")
        if not (ahead < self.stop and self.capital[ahead] and self.low[ahead] in self.lexicon.portfolios):
            return False
        return ahead > index or self.at(ahead + 1) in {",", "and"}

    def institution(self, index: int) -> int:
        """End of the name of an institution: a run of capitalised words, with small ones between."""
        end = best = index
        while end < self.stop and end - index < 12:
            if self.capital[end] and self.words[end][0].isalpha():
                if end > index and (self.known_name(end) or self._begins_name(end)):
                    break
                end = best = end + 1
            elif self.low[end] in self.lexicon.small and best > index and self.capital[min(end + 1, self.stop - 1)]:
                end += 1
            else:
                break
        return best

    def _state_within(self, index: int, end: int) -> str | None:
        """The state whose institution this is: "the Bank of Mexico", "the U.S. State Department"."""
        for place in range(index, end):
            unit = self.units[place] or NO_UNIT
            if unit.end > end or self.at(place) == "america":
                continue
            if ("state" in unit.kinds and unit.end == end and self.at(place - 1) in {"of", "the"}) or ("venue" in unit.kinds and unit.kinds["venue"].actor):
                return self.party_of(unit, unit.end)
        return None

    def _begins_name(self, index: int) -> bool:
        """Whether two unknown words that end a run follow a common one: "Office of Science and Technology Policy Ann Bell"."""
        before = self.low[index - 1]
        return (self.is_name_word(index) and self.is_name_word(index + 1) and self.capital[index - 1] == 1
                and (before in self.lexicon.common or before in self.lexicon.portfolios)
                and not (index + 2 < self.stop and self.capital[index + 2]))

    def begins_institution(self, after: int, office: Office) -> bool:
        """Whether the state before this token begins an institution's name: "vice president of China National Petroleum"."""
        if after >= self.stop or not self.capital[after] or not self.words[after][0].isalpha():
            return False
        if self.low[after] in self.lexicon.common:
            return self.units[after] is None
        return office.code in {"other", "leader", "deputy_head"} and "word" in (self.units[after] or NO_UNIT).kinds and not self.known_name(after)

"""Nationalities: the states and bodies told before an office ("Japanese, Canadian and Thai") or after it ("of Japan")."""
from __future__ import annotations

from timeline.gazetteer import City, best_city
from timeline.names.found import Found, Party
from timeline.names.lexicon import Lexicon, Office
from timeline.names.tokens import Tokens, Unit

LONGEST_LIST = 24  # states named in one breath
MOST_MODIFIERS = 8
POSSESSIVE, APOSTROPHE = frozenset({"'s"}), frozenset({"'"})


class PartyReader:
    """The tokens of one text, and the nationalities that stand at an index. Look-ahead is bounded everywhere."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon) -> None:
        self.tokens, self.lexicon = tokens, lexicon
        self.gazetteer = lexicon.gazetteer
        self.units, self.low, self.capital, self.words = tokens.units, tokens.low, tokens.capital, tokens.words
        self.found: list[Found] = []
        self.bare: list[tuple[int, int]] = []
        self.in_headline = False
        self.seen: set[str] | None = None  # words with a capital outside the headlines
        self.stop = 0

    def unit(self, index: int) -> Unit | None:
        return self.units[index] if index < self.stop else None

    def at(self, index: int) -> str:
        return self.low[index] if 0 <= index < self.stop else ""

    def text_of(self, start: int, end: int) -> str:
        return " ".join(self.tokens.text[self.tokens.start(start):self.tokens.end(end - 1)].split())

    def determiner(self, start: int) -> str:
        word = self.at(start - 1)
        if word in self.lexicon.possessives or word in {"the", "a", "an", "this", "that"}:
            return word
        word = self.at(start - 2)  # "his new foreign minister" has its adjective inside; "the then" has not
        return "the" if word == "the" and self.at(start - 1) in {"then", "two", "three", "same"} else ""

    def weak(self, unit: Unit) -> bool:
        """Whether a place needs a word of place before it ("in", "from"): it is as well a personal name, or a town the world seldom speaks of."""
        if unit.end - unit.start > 1:
            return False
        if self.low[unit.start] in self.lexicon.persons:
            return True
        if "city" not in unit.kinds or "state" in unit.kinds or "venue" in unit.kinds:
            return False
        best = self.best_city(unit.kinds["city"])
        return not best.rank

    def best_city(self, cities: list[City]) -> City:
        return best_city(cities)

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
        if "city" in kinds and self.at(unit.end) in POSSESSIVE:
            best = self.best_city(kinds["city"])
            return best.country if best.governs else None
        return None

    def parties(self, index: int) -> tuple[int, list[Party], bool, list[str], bool]:
        """Nationalities and modifiers before an office: where they end, the parties, former?, lowering words, any word."""
        parties: list[Party] = []
        former, words, seen = False, [], False
        joined = False
        modifiers = 0
        while index < self.stop:
            unit = self.units[index]
            if unit is None:
                if not parties:
                    break
                word = self.low[index]
                if word in self.lexicon.joiners and self.party_at(index + 1):
                    joined, index = True, index + 1
                    continue
                if word == "," and len(parties) < LONGEST_LIST:
                    ahead = index + 1 + (self.at(index + 1) in self.lexicon.joiners)
                    following = self.party_at(ahead)
                    if following and self._same_sort(parties[-1].unit, following) and (ahead > index + 1 or self._list_goes_on(following.end) or self._shares_a_noun(parties[-1], following.end)):
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
                    modifiers += 1
                    if modifiers > MOST_MODIFIERS:
                        break
                    seen, index = True, unit.end
                    if self.at(index) == "-":
                        index += 1
                    continue
            country = self.party_of(unit, unit.end)
            if country is None:
                break
            after = unit.end
            sign = self.low[after] if after < self.stop else ""
            possessive = sign in POSSESSIVE or (sign in APOSTROPHE and (
                "organisation" in unit.kinds or ("state" in unit.kinds and self.low[after - 1].endswith("s"))))
            after += possessive
            parties.append(Party(unit.start, unit.end, country, unit, possessive, joined))
            joined, index = False, after
            if len(parties) >= LONGEST_LIST:
                break
        return index, parties, former, words, seen

    def party_at(self, index: int) -> Unit | None:
        if self.at(index) == "the":
            index += 1
        unit = self.unit(index)
        return unit if unit and ("demonym" in unit.kinds or "state" in unit.kinds or "organisation" in unit.kinds) else None

    def _list_goes_on(self, index: int) -> bool:
        return self.at(index) in self.lexicon.joiners or self.at(index) == ","

    def _shares_a_noun(self, party: Party, index: int) -> bool:
        """Whether a plural follows that belongs to all of a list without "and": "Turkish, Saudi foreign ministers"."""
        noun = self.unit(index)
        if noun is None or not ("demonym" in party.unit.kinds or self.in_headline):
            return False
        office = noun.kinds.get("office")
        return bool(office and office.plural) or str(noun.kinds.get("group", "")).endswith("s") or str(noun.kinds.get("counterpart", "")).endswith("s")

    @staticmethod
    def _same_sort(one: Unit, other: Unit) -> bool:
        return bool({"demonym", "state", "organisation"} & one.kinds.keys() & other.kinds.keys())

    @staticmethod
    def own_parties(parties: list[Party], office: Office) -> list[Party]:
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
            return [parties[first]]
        while first > 0 and parties[first].joined:
            first -= 1
        return parties[first:]

    def listed_states(self, index: int) -> list[Party]:
        """"Japan, Canada and Thailand", "the Republic of Korea"."""
        listed: list[Party] = []
        joined = False
        while len(listed) < LONGEST_LIST:
            if self.at(index) == "the":
                index += 1
            unit = self.unit(index)
            if not unit or ("state" not in unit.kinds and "organisation" not in unit.kinds):
                break
            row = unit.kinds.get("state")
            code = row.code if row else unit.kinds["organisation"].party
            listed.append(Party(unit.start, unit.end, code, unit, False, joined))
            if self.at(unit.end) in POSSESSIVE:
                listed.pop()
                break
            ahead = unit.end
            if self.at(ahead) == "," and self.party_at(ahead + 1 + (self.at(ahead + 1) in self.lexicon.joiners)):
                ahead += 1
            if self.at(ahead) in self.lexicon.joiners:
                ahead += 1
            if ahead == unit.end:
                break
            index, joined = ahead, True
        if len(listed) > 1 and self.low[listed[-1].start - 1] == ",":
            return listed[:1]  # a list that no "and" closes is two clauses
        return listed

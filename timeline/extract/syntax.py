"""What the clause reader makes of a sentence: groups of parties, verb groups, and the sentence with both."""
from __future__ import annotations

from dataclasses import dataclass, field

from timeline.extract.sentence import ACTORS, Sentence

_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Group:
    """Parties that are named together: `members` are indices of items, `start` up to `end` their span.

    `preposition` governs the group ("" where none does) and stands at `at`. `possessive` tells "Putin's",
    `compound` hyphens ("Trump-Xi"). `head` is the word that stands for the parties in "officials from China".
    """

    start: int
    end: int
    members: list[int]
    preposition: str = ""
    at: int = -1
    possessive: bool = False
    compound: bool = False


@dataclass(slots=True)
class Verb:
    """A verb group. `index` is its main verb, `first` its first auxiliary.

    `kind`, `lemma`: what the lexicon says. `form`: past, present, future, infinitive, ing or participle. `bears`: what
    the verbs and nouns that govern it say of it (plan, wish, refuse ...). `subject` is a group, or `noun` the index of a
    noun that is its subject; `antecedent` says that it stands in a relative clause.
    """

    index: int
    first: int
    kind: str
    lemma: str
    form: str
    passive: bool = False
    negated: bool = False
    modal: str = ""
    perfect: bool = False
    pluperfect: bool = False  # "had been put off"
    roles: frozenset[str] = _NONE
    governor: Verb | None = None
    bears: set[str] = field(default_factory=set)
    subject: Group | None = None
    noun: int = -1
    relative: bool = False
    opener: str = ""  # the subordinator or preposition right before its clause
    object_control: bool = False
    spared: bool = False  # to call off or put off is only thought of, feared or denied: "may cancel his visit"
    clause: int = 0  # index where its clause begins
    reach: int = -1  # what `frame.reach` and `frame.front` found, once they were asked
    front: int = -1


@dataclass(slots=True)
class Clauses:
    """A sentence with its groups and verbs, in order; `group_at` and `verb_at` find them by the index of an item."""

    sentence: Sentence
    groups: list[Group]
    verbs: list[Verb]
    group_at: dict[int, Group]
    verb_at: dict[int, Verb]

    def following(self, index: int) -> tuple[Group | None, int]:
        """The group that begins at `index` but for determiners and adjectives, and where."""
        terms = self.sentence.terms
        sentence = self.sentence
        last = min(len(sentence.items), index + 6)
        position = index
        while position < last:
            kind = sentence.kinds[position]
            if kind in "SCO" and position not in self.group_at:
                position += 2  # "Mexico's Lopez Obrador"
                continue
            if kind in ACTORS:
                group = self.group_at.get(position)
                if group is not None and group.start != position and position in group.members:
                    rest = [m for m in group.members if m >= position]
                    return Group(position, group.end, rest, "", -1, group.possessive, False), position
                return group, position
            if kind == "J":
                group = self.group_at.get(position)
                if group is not None:
                    return group, position
                position += 1
                continue
            if kind == "T" and position > index:
                return None, position
            if kind != "w":
                return None, position
            word = sentence.items[position].word
            if word.function & {"determiner", "possessive"} or word.people or word.scope or (
                    not word.function and not word.noun and position not in self.verb_at):
                position += 1
                continue
            if len(word.function) == 1 and "adverb" in word.function:
                position += 1
                continue
            if word.function & {"preposition"} and sentence.items[position].low in terms.of_whom and position > index and sentence.word(position - 1).people:
                position += 1
                continue
            return None, position
        return None, position

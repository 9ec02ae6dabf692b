"""One sentence as the reader sees it, and what a text asserts: helpers of the tests in this folder."""
from __future__ import annotations

from datetime import date

from timeline.dates import find_dates
from timeline.extract import claims_from
from timeline.extract.clauses import Clauses, Group, Verb, read_clauses
from timeline.extract.frames import Frame, frames
from timeline.extract.grammar import grammar
from timeline.extract.sentence import Sentence, sentence_of
from timeline.gazetteer import load_gazetteer
from timeline.model import Claim
from timeline.names import find_names
from timeline.reading import article_from_text

ON = date(2023, 11, 10)  # a Friday


def sentence(text: str, on: date = ON, block: str = "paragraph") -> Sentence:
    """The items of a text that is one sentence."""
    return sentence_of(text, 0, len(text), block, 0, find_names(text, load_gazetteer(), on), find_dates(text, on), grammar())


def clauses(text: str, on: date = ON, block: str = "paragraph") -> Clauses:
    return read_clauses(sentence(text, on, block))


def frames_of(text: str, on: date = ON) -> tuple[Clauses, list[Frame]]:
    read = clauses(text, on)
    return read, frames(read, grammar())


def words(read: Clauses, group: Group | None) -> list[str]:
    """The members of a group as they stand in the text."""
    return [] if group is None else [name(read.sentence, member) for member in group.members]


def name(read: Sentence, index: int) -> str:
    return read.source(index, index + 1)


def groups(read: Clauses) -> list[list[str]]:
    return [words(read, group) for group in read.groups]


def verb(read: Clauses, lemma: str) -> Verb:
    """The only verb of that base form."""
    found = [v for v in read.verbs if v.lemma == lemma]
    assert len(found) == 1, [v.lemma for v in read.verbs]
    return found[0]


def told(claim: Claim) -> str:
    """A claim in the notation of cases.toml."""
    when = claim.when.start + (f"/{claim.when.end}" if claim.when.end else "")
    parties = {p.country or p.name or "" for p in claim.participants}
    if claim.type == "visit" and claim.place and claim.place.country:
        parties.add(claim.place.country)
    place = (claim.place.country or "-") if claim.place else "-"
    return f"{claim.type} | {when} | {claim.status} | {' '.join(sorted(parties))} | {place} | {claim.organisation or '-'}"


def claims(text: str, on: date = ON, title: str | None = None) -> tuple[Claim, ...]:
    return claims_from(article_from_text(text, title=title, published=on, url="https://example.org/a"), load_gazetteer())


def asserted(text: str, on: date = ON, title: str | None = None) -> list[str]:
    """The events of a text in the notation of cases.toml, sorted."""
    return sorted(told(claim) for claim in claims(text, on, title))

"""One article read through: its sentences with what was found in them, and the events that stand in the end."""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from timeline.dates import find_dates
from timeline.extract.assemble import assemble
from timeline.extract.clauses import read_clauses
from timeline.extract.confidence import Weights, weights
from timeline.extract.drafts import Draft
from timeline.extract.frame import Frame
from timeline.extract.frames import frames, letters_of, may_tell
from timeline.extract.grammar import grammar, languages
from timeline.extract.resolve import Reader
from timeline.extract.sentence import Sentence, sentence_of
from timeline.extract.terms import Terms
from timeline.gazetteer import Gazetteer
from timeline.mentions import DateMention, NameKind, NameMention
from timeline.model import Article, Form
from timeline.names import find_names
from timeline.sentences import sentences
from timeline.titles import surname


@dataclass(slots=True)
class Reading:
    """What was found in an article, in the order of its sentences. Offsets are those of `article.text`."""

    names: list[NameMention] = field(default_factory=list)
    dates: tuple[DateMention, ...] = ()
    sentences: list[tuple[Sentence, list[Frame]]] = field(default_factory=list)
    declined: list[tuple[int, Frame, str]] = field(default_factory=list)  # number of the sentence, frame, reason
    dropped: list[tuple[Draft, str]] = field(default_factory=list)
    events: list[Draft] = field(default_factory=list)


_PAIR = re.compile(r"\b([A-Z][\w’]+)([-–])([A-Z][\w’]+)\b")
_JOINED = re.compile("[-–](?=[A-Z])")


def _with_pairs(text: str, names: tuple[NameMention, ...], terms: Terms) -> list[NameMention]:
    """"Trump-Xi": two persons in one word, where the article names both elsewhere."""
    found = list(names)
    pairs: list[re.Match[str]] = []
    end = 0
    for sign in _JOINED.finditer(text):  # a pair holds no blank; to look for one in all words takes ten times as long
        if sign.start() >= end:
            end = text.find(" ", sign.start())
            end = len(text) if end < 0 else end
            pairs += _PAIR.finditer(text, text.rfind(" ", 0, sign.start()) + 1, end)
    if not pairs:
        return found
    persons: dict[str, NameMention] = {}
    for name in reversed(names):
        if name.kind is NameKind.PERSON and name.name and name.country:
            last = name.text.split()[-1]
            for ending in terms.owner_endings:
                last = last.removesuffix(ending)
            persons[last] = persons[surname(name.name, name.country)] = name
    for match in pairs:
        one, other = persons.get(match[1]), persons.get(match[3])
        if one is None or other is None or one.actor_id == other.actor_id:
            continue
        inside = [name for name in found if name.start < match.end() and match.start() < name.end]
        if any(name.start < match.start() or name.end > match.end() for name in inside):
            continue
        found = [name for name in found if name not in inside]
        found += [one._replace(start=match.start(1), end=match.end(1), text=match[1]), other._replace(start=match.start(3), end=match.end(3), text=match[3])]
    return sorted(found, key=lambda name: name.start)


def read_article(article: Article, gazetteer: Gazetteer, table: Weights | None = None) -> Reading:
    """Read an article sentence by sentence and then as a whole; `table` weighs its events, in place of the language's own weights.

    An article without a day of publication, or in a language without rules, gives an empty reading: nothing is guessed.
    """
    if article.published_on is None or article.language not in languages() or article.form is Form.LIVE_BLOG:
        return Reading()
    text = article.text
    words = grammar(article.language)
    reader = Reader(article, gazetteer, words, article.published_on)
    names = _with_pairs(text, find_names(text, gazetteer, article.published_on, reader.memory.home), words.terms)
    dates = find_dates(text, reader.anchor, language=article.language)
    reading = Reading(names, dates, declined=reader.declined)
    drafts: list[Draft] = []
    letters = letters_of(text)
    name_at = date_at = number = 0
    for block in article.blocks():
        for start, end in sentences(text, block.start, block.end):
            while name_at < len(names) and names[name_at].end <= start:
                name_at += 1
            while date_at < len(dates) and dates[date_at].end <= start:
                date_at += 1
            upto_name, upto_date = name_at, date_at
            while upto_name < len(names) and names[upto_name].start < end:
                upto_name += 1
            while upto_date < len(dates) and dates[upto_date].start < end:
                upto_date += 1
            inside = names[name_at:upto_name]
            reader.notice_day(number, dates[date_at:upto_date])
            if not may_tell(text, letters, start, end, inside, dates[date_at:upto_date], words):
                passed = Sentence(text, start, end, block.kind, number, words.terms)
                reader.pass_over(passed, inside)
                reading.sentences.append((passed, []))
                number += 1
                continue
            sentence = sentence_of(text, start, end, block.kind, number, inside, dates[date_at:upto_date], words)
            clauses = read_clauses(sentence)
            found = frames(clauses, words)
            drafts += reader.read(clauses, found)
            reading.sentences.append((sentence, found))
            number += 1
    reading.events, reading.dropped = assemble(drafts, reader, table or weights(article.language))
    return reading

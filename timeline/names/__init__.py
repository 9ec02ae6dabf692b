"""`find_names`: persons, offices, states, organisations and places in an article, each with its span and who is meant."""
from __future__ import annotations

from datetime import date

from timeline.gazetteer import Gazetteer
from timeline.mentions import NameMention
from timeline.names.lexicon import lexicon_for
from timeline.names.phrases import read_phrases
from timeline.names.resolve import resolve
from timeline.names.tokens import tokens_of

__all__ = ["find_names"]


def find_names(text: str, gazetteer: Gazetteer, on: date, home: str | None = None) -> tuple[NameMention, ...]:
    """Every mention of a name, office, nationality group or place, in the order of the text and not overlapping.

    Args:
        text: the whole text of one article; blank lines part its blocks. Surnames, counterparts and offices resolve
            within it, whether the full name stands before or after.
        gazetteer: what is known beforehand.
        on: the article's day; an office without a name, and a surname without one in the text, are read as of then.
        home: code of the state whose official outlet published the text; "the Foreign Minister" is its own.

    Time grows linearly with the text.
    """
    lexicon = lexicon_for(gazetteer)
    tokens = tokens_of(text, lexicon)
    return resolve(read_phrases(tokens, lexicon), gazetteer, on, home)

"""The words and patterns of one language, made ready for reading.

A text becomes a row of tokens, each token one *symbol*: a character that stands for the set of word classes it belongs
to ("second" is an ordinal and a unit). Patterns over classes are read over that row, which is about a fifth as long as
the text: an automaton tells which pattern fits, a regular expression what it captures. No pattern repeats anything, so
each position costs a bounded time.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from timeline.dates.automaton import Automaton
from timeline.dates.row import Tokens, symbol_reader
from timeline.pieces import Remembered, pieces_of

PLAIN, PLURAL, CAPITALISED, PAST, BREAK = "x", "s", "X", "p", "\n"
_FIRST_SYMBOL = 0xE000  # Unicode's private use area
_SIGNS = {",": "COMMA", ".": "DOT", "-": "DASH", "–": "DASH", "‑": "DASH", "—": "DASH", "/": "SLASH", ":": "COLON", "(": "LPAR",
          ")": "RPAR", "'": "APOS", "’": "APOS", "‘": "APOS", "&": "AMP", "'s": "S", "’s": "S", "'S": "S", "’S": "S",
          "$": "CURRENCY", "£": "CURRENCY", "€": "CURRENCY", "¥": "CURRENCY", "#": "CURRENCY", "%": "PERCENT",
          "?": "STOP", "!": "STOP", ";": "STOP", '"': "QUOTE", "“": "QUOTE", "”": "QUOTE", "--": "LONGDASH", "_": "LONGDASH"}
MOST_PIECES = 40_000  # to remember the symbols of; they are small
_TENSE_CUES = ("FUTURE", "SET", "TO", "IS", "PASTVERB", "COMMISSIVE")  # in them, and in past forms, the tense of a clause shows
_PARTED_AMPM = re.compile(r"[ap]\. m\b", re.IGNORECASE)
_MACRO = re.compile(r"\b[A-Z]+\b")
_ATOM = re.compile(r"\s*(?:(?P<name>[a-z]+\d?):)?(?P<atom>[A-Z]+\b|[a-z]+\b|[()|?])")


class LexiconError(ValueError):
    """A language's file of words and patterns is wrong; the message names the rule and the atom."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    make: str


class _Symbols(dict[str, str]):
    """Symbol of a word; words that nobody listed are sorted by their shape and not kept."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, word: str) -> str:
        return self._lexicon.shape(word)


class Lexicon:
    """One language's words and rules. `tokens(text)` gives the tokens and their symbols; `next_match` what begins where."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Raises `LexiconError` where a pattern does not parse or names a class that does not exist."""
        self._classes: dict[str, set[str]] = {}
        self.values: dict[str, dict[str, Any]] = dict(data["values"])
        self._past = tuple(data["past_endings"])
        self._plural, self._no_plural = tuple(data["plural_endings"]), tuple(data["plural_exceptions"])
        self._ordinals = frozenset(data["ordinal_endings"])
        self._decade = str(data["decade_ending"])
        for name, table in data["values"].items():
            for word in table:
                self._classes.setdefault(word, set()).add(name)
        for name, words in data["classes"].items():
            for word in words:
                self._classes.setdefault(word, set()).add(name)
        self._macros: dict[str, str] = dict(data["macros"])
        for _ in range(3):  # macros may hold macros
            self._macros = {name: self._expand(source) for name, source in self._macros.items()}
        rows = [(Rule(rule["name"], rule["make"]), pattern) for rule in data["rule"] for pattern in rule["patterns"]]
        atoms = [self._atoms(rule, pattern) for rule, pattern in rows]
        for atom in {atom for pattern in atoms for _, atom in pattern if atom[0].islower()}:
            self._classes.setdefault(atom, set()).add("=" + atom)
        for members in data["cues"].values():
            for word in members:
                if word.islower():
                    self._classes.setdefault(word, set()).add("=" + word)
        self._symbol_of: dict[frozenset[str], str] = {}
        self._symbols_with: dict[str, str] = {}
        self.symbols = _Symbols(self)
        self._number_words(data["capitalised"], data["lowercase"])
        endings = "|".join(sorted(self._ordinals | {self._decade}))
        self._tokens = re.compile(
            rf"\d+(?:,\d{{3}}(?!\d))*(?:\.\d+)*(?:(?:{endings})\b)?"  # 23, 9th, 1990s, 12,000, 10.30, 9.11.2023
            r"|" + str(data["contractions"]) + r"\b"
            r"|[ap]\.[ ]?m\b\.?|['’]s\b|[^\W\d_]+|--+|\n\s*\n\s*|[^\w\s]|_", re.IGNORECASE)
        self._pieces = Remembered(symbol_reader(self._tokens, self.symbols, self.shape), most=MOST_PIECES)
        self._compile(rows, atoms)
        self.cues = {name: self.having(*members) for name, members in data["cues"].items()}
        for name, symbols in self.cues.items():
            if not symbols:
                raise LexiconError(f"cue {name!r} names no class and no word")
        titles, months = ("".join(sorted(self.cues.get(name, "x"))) for name in ("TITLEWORD", "AMBIGUOUSMONTH"))
        ends = "".join(sorted(self.cues.get("STOP", frozenset()) | self.cues.get("DOT", frozenset())))
        self.sentence_end = re.compile(f"[{BREAK}{ends}]")
        self._name_of_month = re.compile(f"[{titles}][{months}]")
        self.relative = re.compile("[" + "".join(sorted(self.cues.get("RELATIVE", "x"))) + "]")
        self.tense = frozenset({PAST}).union(*(self.cues.get(name, frozenset()) for name in _TENSE_CUES))
        self.not_places: frozenset[str] = frozenset(data["not_places"])
        self.holidays: dict[str, str] = dict(data["holidays"])

    # ------------------------------------------------------------------------------------------------ symbols

    def _number_words(self, capitalised: list[str], lowercase: Mapping[str, str]) -> None:
        only_capitalised = frozenset(capitalised)
        for word, classes in self._classes.items():
            symbol = self._symbol(frozenset(classes))
            forms = {word.capitalize(), word.upper()} if word in only_capitalised else {
                word, word.capitalize(), word.upper()}
            for form in forms:
                self.symbols[form] = symbol
        for word, name in lowercase.items():
            self.symbols[word] = self._symbol(frozenset({name}))
        for sign, name in _SIGNS.items():
            self.symbols[sign] = self._symbol(frozenset({name}))

    def _symbol(self, classes: frozenset[str]) -> str:
        symbol = self._symbol_of.get(classes)
        if symbol is None:
            symbol = self._symbol_of[classes] = chr(_FIRST_SYMBOL + len(self._symbol_of))
            for name in classes:
                self._symbols_with[name] = self._symbols_with.get(name, "") + symbol
        return symbol

    def shape(self, word: str) -> str:
        """Symbol of a word that is in no list: a number by its value, a word by its capital or its ending."""
        first = word[0]
        if word.isalpha():
            if first.isupper():
                return CAPITALISED
            if word.endswith(self._past):
                return PAST
            return PLURAL if word.endswith(self._plural) and not word.endswith(self._no_plural) else PLAIN
        if first.isdigit():
            return self._symbol_of.get(self._number(word), PLAIN)
        if first == "\n":
            return BREAK
        if "’" in word:
            return self.symbols.get(word.replace("’", "'"), PLAIN)
        if "." in word and len(word) > 1:
            return self.symbols["am"]
        if word.startswith("--"):
            return self.symbols["--"]
        if first.isupper():
            return CAPITALISED
        if word.endswith(self._past):
            return PAST
        if word.endswith(self._plural) and not word.endswith(self._no_plural):
            return PLURAL
        return PLAIN

    def _number(self, word: str) -> frozenset[str]:
        digits = word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        ending = word[len(digits):].lower()
        if len(word) > 12 or not word.isascii():
            return frozenset({"BIG"})
        if "," in digits:
            return frozenset({"NUMERAL"}) if digits.replace(",", "").isdigit() else frozenset({"BIG"})
        if "." in digits:
            parts = digits.split(".")
            if len(parts) == 3 and not ending:
                return frozenset({"DOTDATE"})
            clock = len(parts) == 2 and len(parts[1]) == 2 and int(parts[0]) < 25 and int(parts[1]) < 60 and not ending
            return frozenset({"DOTNUM"} if clock else {"DECIMAL"})
        value = int(digits)
        if ending in self._ordinals:
            return frozenset({"ORDNUM", "DAYORD"} if 1 <= value <= 31 else {"ORDNUM"})
        if ending:
            decade = value % 10 == 0 and len(digits) in (2, 4)
            return frozenset({"DECADE" if len(digits) == 4 else "SHORTDECADE"} if decade else {"BIG"})
        classes = {"NUMERAL"}
        if 1 <= value <= 31 and len(digits) <= 2:
            classes.add("DAYNUM")
        if len(digits) == 2:
            classes.add("SHORTYEAR")
        if len(digits) == 4:
            if 1000 <= value <= 2999:
                classes.add("YEAR")
            if value // 100 < 25 and value % 100 < 60:
                classes.add("HHMM")
        if digits == "9":
            classes.add("NINE")
        if digits == "11":
            classes.add("ELEVEN")
        return frozenset(classes)

    def having(self, *names: str) -> frozenset[str]:
        """All symbols whose words belong to one of these classes, or are one of these words (in lower case)."""
        return frozenset(symbol for name in names for symbol in
                         self._symbols_with.get(name if name.isupper() else "=" + name, ""))

    def value(self, name: str, word: str) -> Any:
        """The value of a word in a class, None where it has none."""
        return self.values.get(name, {}).get(word.lower())

    # ------------------------------------------------------------------------------------------------ patterns

    def _expand(self, pattern: str) -> str:
        return _MACRO.sub(lambda match: self._macros.get(match[0], match[0]), pattern)

    def _atoms(self, rule: Rule, pattern: str) -> list[tuple[str, str]]:
        """A pattern's atoms, each with the name that captures it or ""."""
        source, atoms, position = self._expand(pattern).rstrip(), [], 0
        while position < len(source):
            match = _ATOM.match(source, position)
            if match is None:
                raise LexiconError(f"rule {rule.name!r}: {source[position:position + 20]!r} is no atom in {pattern!r}")
            position = match.end()
            atoms.append((match["name"] or "", match["atom"]))
        names = [name for name, _ in atoms if name]
        for name in names:
            if names.count(name) > 1:
                raise LexiconError(f"rule {rule.name!r}: {name!r} is captured twice in {pattern!r}")
        return atoms

    def _compile(self, rows: list[tuple[Rule, str]], atoms: list[list[tuple[str, str]]]) -> None:
        for value in ("0", "09", "1", "5", "9", "11", "31", "32", "45", "100", "1000", "1260", "1990", "2460", "2959", "2999", "9th", "32nd",
                      "1990s", "80s", "10.30", "9.11.2023", "1.5", "3000", "0930", "0975"):
            self._symbol(self._number(value))  # every set of classes that a number can have
        self._automaton = Automaton(cache(lambda atom: self.having(atom)))
        for (rule, pattern), row in zip(rows, atoms, strict=True):
            for _, atom in row:
                if atom not in "(|)?" and not self.having(atom):
                    raise LexiconError(f"rule {rule.name!r}: there is no class {atom!r} in {pattern!r}")
            self._automaton.add([atom for _, atom in row])
        self._rules = [(rule, row) for (rule, _), row in zip(rows, atoms, strict=True)]
        starts, alone, seconds = (f"[{''.join(sorted(symbols))}]" if symbols else "(?!)" for symbols in self._automaton.openings())
        self._start = re.compile(f"{starts}(?:(?={seconds})|(?<={alone}))")  # else no pattern fits there
        self._patterns: dict[int, tuple[re.Pattern[str], tuple[tuple[str, int], ...]]] = {}  # with names and numbers of groups

    def _source(self, atoms: list[tuple[str, str]]) -> str:
        """A pattern as a regular expression over symbols."""
        out = []
        for name, atom in atoms:
            if atom == "(":
                out.append(f"(?P<{name}>" if name else "(?:")
            elif atom in ")|?":
                out.append(atom)
            else:
                symbols = "".join(sorted(self.having(atom)))
                one = symbols if len(symbols) == 1 else f"[{symbols}]"
                out.append(f"(?P<{name}>{one})" if name else one)
        return "".join(out)

    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are tried."""
        return tuple(dict.fromkeys(rule for rule, _ in self._rules))

    def sources(self) -> tuple[str, ...]:
        """The regular expressions over symbols, one for each pattern."""
        return tuple(self._source(atoms) for _, atoms in self._rules)

    # ------------------------------------------------------------------------------------------------ reading

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text."""
        whole = (". m" in text or ". M" in text) and _PARTED_AMPM.search(text)  # else no token holds a blank
        pieces = [text] if whole else pieces_of(text)
        return Tokens(pieces, list(map(self._pieces.__getitem__, pieces)), self._tokens)

    def next_match(self, row: str, position: int) -> tuple[Rule, tuple[int, int], dict[str, tuple[int, int]]] | None:
        """The first place from `position` on where a rule fits, with what it captured (in tokens)."""
        pattern_at = self._automaton.pattern_at
        for start in self._start.finditer(row, position):
            number = pattern_at(row, start.start())
            if number is None:
                continue
            rule, atoms = self._rules[number]
            known = self._patterns.get(number)
            if known is None:  # made when it is first wanted: many seldom are
                pattern = re.compile(self._source(atoms))
                known = self._patterns[number] = pattern, tuple(pattern.groupindex.items())
            match = known[0].match(row, start.start())
            if match is not None:
                spans = match.regs
                return rule, spans[0], {name: spans[group] for name, group in known[1] if spans[group][0] >= 0}
        return None

    def ampm(self, word: str) -> int | None:
        """0 or 12 for the two halves of the day ("a.m.", "pm"), None for any other word."""
        value = self.values["AMPM"].get(word.lower().replace(".", "").replace(" ", ""))
        return None if value is None else int(value)

    def names_person(self, row: str) -> bool:
        """Whether the text knows a person by the name of an ambiguous month ("Mrs May")."""
        return self._name_of_month.search(row) is not None


@cache
def load(language: str) -> Lexicon:
    """The lexicon of a language by its BCP 47 primary tag. Raises `LexiconError` where there is none."""
    path = files("timeline").joinpath("data", language, "dates.toml")
    if not path.is_file():
        raise LexiconError(f"there is no lexicon of dates for language {language!r}")
    return Lexicon(tomllib.loads(path.read_text("utf-8")))

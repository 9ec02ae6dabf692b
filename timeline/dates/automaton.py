"""Which pattern fits at a place in a row of symbols, told without trying one after the other.

The patterns are one automaton (V. M. Glushkov, "The abstract theory of automata", 1961): a state is the set of atoms that
the symbol read last may stand for. States are made when a text first leads to them. At most places of a text the second
or third symbol ends the matter.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence

MOST_STATES = 20_000  # then all are forgotten and made anew


class _State(dict[str, "_State | None"]):
    """From a symbol to the state after it, None where nothing goes on. `fits` is the first pattern that ends here or before."""

    __slots__ = ("_atoms", "_automaton", "fits")

    def __init__(self, automaton: Automaton, atoms: frozenset[int], fits: int | None) -> None:
        super().__init__()
        self._automaton, self._atoms, self.fits = automaton, atoms, fits

    def __missing__(self, symbol: str) -> _State | None:
        state = self[symbol] = self._automaton.after(self._atoms, symbol, self.fits)
        return state


class Automaton:
    """Patterns as rows of atoms: a name of a class or a word, or one of `( ) | ?`."""

    def __init__(self, symbols_of: Callable[[str], frozenset[str]]) -> None:
        self._symbols_of = symbols_of
        self._symbols: list[frozenset[str]] = []  # of each atom, as it stands in its pattern
        self._pattern: list[int] = []  # to which it belongs
        self._follow: list[set[int]] = []  # the atoms that may come after it
        self._ends: list[bool] = []  # whether its pattern may end with it
        self._first: dict[str, set[int]] = {}  # symbol -> atoms that may come first
        self._count = 0
        self._states: dict[tuple[frozenset[int], int | None], _State] = {}
        self._starts: dict[str, _State] = {}

    def add(self, atoms: Sequence[str]) -> None:
        """One more pattern; those added before it go first."""
        first, last, _, _ = self._read(atoms, 0)
        for atom in last:
            self._ends[atom] = True
        for atom in first:
            for symbol in self._symbols[atom]:
                self._first.setdefault(symbol, set()).add(atom)
        self._count += 1

    def _read(self, atoms: Sequence[str], position: int) -> tuple[set[int], set[int], bool, int]:
        """First and last atoms of the alternatives from a position on, whether they may be empty, and where they end."""
        firsts: set[int] = set()
        lasts: set[int] = set()
        any_empty = False
        first: set[int] = set()
        last: set[int] = set()
        empty = True
        while position < len(atoms) and atoms[position] != ")":
            if atoms[position] == "|":
                firsts |= first
                lasts |= last
                any_empty |= empty
                first, last, empty = set(), set(), True
                position += 1
                continue
            if atoms[position] == "(":
                begins, closes, blank, position = self._read(atoms, position + 1)
            else:
                one = self._atom(atoms[position])
                begins, closes, blank = {one}, {one}, False
            position += 1
            if position < len(atoms) and atoms[position] == "?":
                blank, position = True, position + 1
            for before in last:
                self._follow[before] |= begins
            first = first | begins if empty else first
            last = last | closes if blank else closes
            empty = empty and blank
        return firsts | first, lasts | last, any_empty or empty, position

    def _atom(self, name: str) -> int:
        self._symbols.append(self._symbols_of(name))
        self._pattern.append(self._count)
        self._follow.append(set())
        self._ends.append(False)
        return len(self._symbols) - 1

    def openings(self) -> tuple[set[str], set[str], set[str]]:
        """The symbols with which a match can begin, those of them that are a match alone, and those that can be second."""
        alone = {symbol for symbol, atoms in self._first.items() if any(self._ends[atom] for atom in atoms)}
        first = set().union(*self._first.values())
        seconds = {symbol for atom in first for following in self._follow[atom] for symbol in self._symbols[following]}
        return set(self._first), alone, seconds

    def pattern_at(self, row: str, position: int) -> int | None:
        """Number of the first pattern that fits from a position on; None where none does."""
        state: _State | None = self._starts.get(row[position])
        if state is None:
            state = self._starts[row[position]] = self._state(frozenset(self._first.get(row[position], ())), None)
        length = len(row)
        while True:
            position += 1
            fits = state.fits
            if position == length:
                return fits
            state = state[row[position]]
            if state is None:
                return fits

    def after(self, atoms: frozenset[int], symbol: str, fits: int | None) -> _State | None:
        """The state after one more symbol. Patterns behind one that fits already are dropped: they cannot come first."""
        following = {atom for before in atoms for atom in self._follow[before]
                     if symbol in self._symbols[atom] and (fits is None or self._pattern[atom] < fits)}
        return self._state(frozenset(following), fits) if following else None

    def _state(self, atoms: frozenset[int], fits: int | None) -> _State:
        fitting = [self._pattern[atom] for atom in atoms if self._ends[atom]]
        if fitting:
            fits = min(fitting) if fits is None else min(fits, *fitting)
        state = self._states.get((atoms, fits))
        if state is None:
            if len(self._states) >= MOST_STATES:
                self._states.clear()
                self._starts.clear()
            state = self._states[atoms, fits] = _State(self, atoms, fits)
        return state

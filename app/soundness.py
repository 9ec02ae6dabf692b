"""Which stored bytes were found sound before: looking at all of them anew each time would cost more than serving them."""
from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["Sound"]


class Sound:
    """`check` with a memory of the last `most` bytes, at least, that passed it. For several threads.

    They are remembered by Python's hash of bytes (SipHash with a key of this process): 64 bits, which nobody can aim at.
    """

    def __init__(self, check: Callable[[bytes], bool], most: int) -> None:
        self._check = check
        self._most = most
        self._known: set[int] = set()

    def damaged(self, rendered: Sequence[bytes]) -> list[int]:
        """The places of those that are not sound."""
        known = self._known
        if known.issuperset(map(hash, rendered)):
            return []
        return [place for place, one in enumerate(rendered) if hash(one) not in known and not self(one)]

    def __call__(self, rendered: bytes) -> bool:
        key = hash(rendered)
        if key in self._known:
            return True
        if not self._check(rendered):
            return False
        if len(self._known) >= self._most:
            self._known = set()
        self._known.add(key)
        return True

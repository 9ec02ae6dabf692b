"""How much stands behind what is said of an event: sources by their nearness, each once, and each report once."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod

from timeline.accounts import STRENGTH
from timeline.model import Claim
from timeline.syndication import families

__all__ = ["Witnesses"]


class Witnesses:
    """The independent witnesses among the claims of one event.

    A witness is a source that tells a report of its own. A source counts once however often it tells, and a report once
    however many sources print it: the witnesses of some claims are the largest set of sources each of which can be given
    a report that no other of them is given (a matching; of several such sets, the one with most weight).
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._family: Mapping[str, str] = families(claims)

    def copy_of(self, article: str) -> str | None:
        """URL of the earliest article whose report this one prints; None where it prints nobody's."""
        first = self._family[article]
        return None if first == article else first

    def count(self, claims: Iterable[Claim]) -> int:
        told = tuple(claims)
        return len(self._independent(told, dict.fromkeys((claim.source for claim in told), 1.0)))

    def support(self, claims: Iterable[Claim]) -> float:
        """Sum over the witnesses of 3 (official), 2 (wire) or 1 (press) times the confidence of the best claim."""
        told = tuple(claims)
        strongest = _best(told, lambda claim: STRENGTH[claim.tier] * claim.confidence)
        return round(sum(sorted(self._independent(told, strongest).values())), 9)

    def backing(self, claims: Iterable[Claim]) -> float:
        """As `support`, to choose between values: several reports of one source make it surer, up to its full weight. That
        they all err alike is the less likely the more there are; sentences of one report count once."""
        told = tuple(claims)
        doubts: dict[str, dict[str, float]] = {}
        for claim in told:
            reports = doubts.setdefault(claim.source, {})
            report = self._family[claim.article]
            reports[report] = min(1.0 - claim.confidence, reports.get(report, 1.0))
        strength = _best(told, lambda claim: STRENGTH[claim.tier])
        weights = {source: strength[source] * (1.0 - prod(sorted(reports.values()))) for source, reports in doubts.items()}
        return round(sum(sorted(self._independent(told, weights).values())), 9)

    def confidence(self, claims: Iterable[Claim], sure: Callable[[Claim], float]) -> float:
        """1 - the chance that all witnesses err alike, at most 0.99; `sure` is how sure one claim is."""
        told = tuple(claims)
        surest = self._independent(told, _best(told, sure))
        doubt = prod(1.0 - min(max(one, 0.0), 0.99) for one in sorted(surest.values()))
        return round(min(1.0 - doubt, 0.99), 4)

    def _independent(self, claims: Sequence[Claim], weights: Mapping[str, float]) -> dict[str, float]:
        """The sources that are witnesses, with their weights. Heaviest first, each takes a report of its own, for which others
        may have to change theirs (augmenting paths: H. Kuhn 1955; that the heaviest first is best: J. Edmonds and
        D. Fulkerson 1965)."""
        reports: dict[str, set[str]] = {}
        for claim in claims:
            reports.setdefault(claim.source, set()).add(self._family[claim.article])
        taken: dict[str, str] = {}

        def give(source: str, tried: set[str]) -> bool:
            for report in sorted(reports[source] - tried):
                tried.add(report)
                if report not in taken or give(taken[report], tried):
                    taken[report] = source
                    return True
            return False

        order = sorted(reports, key=lambda source: (-weights[source], source))
        return {source: weights[source] for source in order if give(source, set())}


def _best(claims: Iterable[Claim], value: Callable[[Claim], float]) -> dict[str, float]:
    """The highest value of each source."""
    found: dict[str, float] = {}
    for claim in claims:
        found[claim.source] = max(value(claim), found.get(claim.source, 0.0))
    return found

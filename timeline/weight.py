"""How much stands behind what is said of an event: outlets by their nearness, each once, and each report once."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod

from timeline.accounts import STRENGTH
from timeline.model import Claim
from timeline.syndication import families

__all__ = ["Witnesses", "outlets"]


class Witnesses:
    """The independent witnesses among the claims of one event.

    A witness is an outlet that tells a report of its own. An outlet counts once however often it tells and however many sources
    read it, and a report once however many outlets print it: the witnesses of some claims are the largest set of outlets each of
    which can be given a report that no other of them is given (a matching; of several such sets, the one with most weight). An
    outlet whose sources are of several tiers is as near as the nearest.
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._family: Mapping[str, str] = families(claims)
        self._outlet: Mapping[str, str] = outlets(claims)

    def copy_of(self, article: str) -> str | None:
        """URL of the earliest article whose report this one prints; None where it prints nobody's."""
        first = self._family[article]
        return None if first == article else first

    @property
    def each_source_alone(self) -> bool:
        """Whether no two sources are of one outlet."""
        return len(set(self._outlet.values())) == len(self._outlet)

    def count(self, claims: Iterable[Claim]) -> int:
        told = tuple(claims)
        return len(self._independent(told, dict.fromkeys(self._outlet.values(), 1.0)))

    def support(self, claims: Iterable[Claim]) -> float:
        """Sum over the witnesses of 3 (official), 2 (wire) or 1 (press) times the confidence of the best claim."""
        told = tuple(claims)
        strongest = self._best(told, lambda claim: STRENGTH[claim.tier] * claim.confidence)
        return round(sum(sorted(self._independent(told, strongest).values())), 9)

    def backing(self, claims: Iterable[Claim]) -> float:
        """As `support`, to choose between values: several reports of one outlet make it surer, up to its full weight. That
        they all err alike is the less likely the more there are; sentences of one report count once."""
        told = tuple(claims)
        doubts: dict[str, dict[str, float]] = {}
        for claim in told:
            reports = doubts.setdefault(self._outlet[claim.source], {})
            report = self._family[claim.article]
            reports[report] = min(1.0 - claim.confidence, reports.get(report, 1.0))
        strength = self._best(told, lambda claim: STRENGTH[claim.tier])
        weights = {outlet: strength[outlet] * (1.0 - prod(sorted(reports.values()))) for outlet, reports in doubts.items()}
        return round(sum(sorted(self._independent(told, weights).values())), 9)

    def confidence(self, claims: Iterable[Claim], sure: Callable[[Claim], float]) -> float:
        """1 - the chance that all witnesses err alike, at most 0.99; `sure` is how sure one claim is."""
        told = tuple(claims)
        surest = self._independent(told, self._best(told, sure))
        doubt = prod(1.0 - min(max(one, 0.0), 0.99) for one in sorted(surest.values()))
        return round(min(1.0 - doubt, 0.99), 4)

    def _independent(self, claims: Sequence[Claim], weights: Mapping[str, float]) -> dict[str, float]:
        """The outlets that are witnesses, with their weights. Heaviest first, each takes a report of its own, for which others
        may have to change theirs (augmenting paths: H. Kuhn 1955; that the heaviest first is best: J. Edmonds and
        D. Fulkerson 1965)."""
        reports: dict[str, set[str]] = {}
        for claim in claims:
            reports.setdefault(self._outlet[claim.source], set()).add(self._family[claim.article])
        taken: dict[str, str] = {}

        def give(outlet: str, tried: set[str]) -> bool:
            for report in sorted(reports[outlet] - tried):
                tried.add(report)
                if report not in taken or give(taken[report], tried):
                    taken[report] = outlet
                    return True
            return False

        order = sorted(reports, key=lambda outlet: (-weights[outlet], outlet))
        return {outlet: weights[outlet] for outlet in order if give(outlet, set())}

    def _best(self, claims: Iterable[Claim], value: Callable[[Claim], float]) -> dict[str, float]:
        """The highest value of each outlet."""
        found: dict[str, float] = {}
        for claim in claims:
            outlet = self._outlet[claim.source]
            found[outlet] = max(value(claim), found.get(outlet, 0.0))
        return found


def outlets(claims: Sequence[Claim]) -> Mapping[str, str]:
    """For each source among the claims of one event a name that it has in common with the other sources of its outlet alone.

    Claims are of one outlet if they name it, or if one source read them: those that were stored before outlets were kept have
    their source alone, and a row of the sources file may have named another outlet before. So there are never more outlets than
    sources.
    """
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for claim in claims:
        first, second = sorted((find(claim.source), find(claim.outlet or claim.source)))
        root[second] = first
    return {claim.source: find(claim.source) for claim in claims}

"""Fit the weights of `timeline/data/en/confidence.toml` to annotated articles, and print how well they are calibrated.

    python scripts/calibrate_confidence.py ../shared [--write]

Every event that the reader finds in the annotated articles (those of ../shared/gold/dev and of the pool, without the fifth of
each that is kept aside) counts as right where the scorer pairs it with an annotated event, as nothing where that event is optional, and
as wrong otherwise. A logistic regression with L2 penalty (batch gradient, no library) is fitted to that; the reliability table
is from ten-fold cross-validation over articles, so that no article is judged by weights that it helped to fit.
"""
from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from annotated import aside, gold_articles, hash_of, pool_articles

from app.extraction import article_of_row, claim_fields
from timeline.extract.claims import claims_of
from timeline.extract.confidence import Weights, chance, features
from timeline.extract.read import read_article
from timeline.gazetteer import DATA, load_gazetteer

RARE = 4  # a feature that fewer candidates have gets no weight
PENALTY = 1.5
ROUNDS = 260
LEAST = 0.30  # what holds in fewer than three cases of ten is declined; the F1 is as good as level from 0.25 to 0.45
ALL = Weights(0.0, {}, 0.0)  # declines nothing
Row = tuple[str, list[str], int, int]  # article, features, label (1 right, 0 wrong), annotated events that count in the article


def scorer_of(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_events", shared / "evaluation" / "score_events.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def candidates(documents: list[dict], scorer: ModuleType) -> tuple[list[Row], int]:
    """The labelled candidates of all documents, and how many events they should have."""
    gazetteer = load_gazetteer()
    rows: list[Row] = []
    expected = 0
    for document in documents:
        article = article_of_row(document)
        drafts = read_article(article, gazetteer, ALL).events
        told = [claim_fields(claim) for claim in claims_of(article, drafts)]
        pairs, _, _ = scorer.score_article(document["events"], told)
        right = {id(guess): not gold.get("optional") for gold, guess in pairs}
        required = sum(1 for gold in document["events"] if not gold.get("optional"))
        expected += required
        for draft, guess in zip(drafts, told, strict=True):
            if id(guess) in right:
                if not right[id(guess)]:
                    continue
                label = 1
            elif any(scorer.correspond(gold, guess) for gold in document["events"] if gold.get("optional")):
                continue
            else:
                label = 0
            rows.append((document["id"], sorted(set(features(draft, date.fromisoformat(document["published"])))), label, required))
    return rows, expected


def fit(rows: list[Row], penalty: float = PENALTY) -> tuple[float, dict[str, float]]:
    """Bias and weights by batch gradient descent with momentum."""
    counts = Counter(feature for _, names, _, _ in rows for feature in names)
    known = {feature: index for index, feature in enumerate(sorted(f for f, n in counts.items() if n >= RARE))}
    data = [([known[f] for f in names if f in known], label) for _, names, label, _ in rows]
    weights, speed = [0.0] * len(known), [0.0] * len(known)
    bias = bias_speed = 0.0
    rate = 1.2 / max(1, len(data)) * 4
    for _ in range(ROUNDS):
        slope, bias_slope = [penalty * w for w in weights], 0.0
        for active, label in data:
            total = bias
            for index in active:
                total += weights[index]
            error = chance(total) - label
            bias_slope += error
            for index in active:
                slope[index] += error
        bias_speed = 0.85 * bias_speed - rate * 0.2 * bias_slope
        bias += bias_speed
        for index, value in enumerate(slope):
            speed[index] = 0.85 * speed[index] - rate * 0.2 * value
            weights[index] += speed[index]
    return bias, {feature: weights[index] for feature, index in known.items()}


def held_out(rows: list[Row], penalty: float = PENALTY) -> list[tuple[float, int]]:
    """Each candidate's confidence by weights that were fitted without its article, and its label."""
    judged = []
    for fold in range(10):
        bias, weights = fit([row for row in rows if hash_of(row[0]) // 97 % 10 != fold], penalty)
        for name, names, label, _ in rows:
            if hash_of(name) // 97 % 10 == fold:
                total = bias + sum(weights.get(f, 0.0) for f in names)
                judged.append((chance(total), label))
    return judged


def level(judged: list[tuple[float, int]], expected: int, least: float) -> tuple[float, float, float]:
    """Precision, recall and F1 where all below `least` is declined."""
    kept = [label for value, label in judged if value >= least]
    precision, recall = sum(kept) / max(1, len(kept)), sum(kept) / expected
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    shared = Path(sys.argv[1])
    write = "--write" in sys.argv
    scorer = scorer_of(shared)
    documents = [document for document in [*gold_articles(shared), *pool_articles(shared)] if not aside(document["id"])]
    rows, expected = candidates(documents, scorer)
    print(f"{len(documents)} articles, {len(rows)} candidates, {sum(label for _, _, label, _ in rows)} right, {expected} annotated")
    judged = held_out(rows)
    for least in (0.2, 0.25, LEAST, 0.35, 0.4, 0.45, 0.5):
        precision, recall, f1 = level(judged, expected, least)
        print(f"threshold {least:.2f}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} (cross-validated)")
    print("confidence   candidates   share right")
    for low in range(10):
        inside = [(value, label) for value, label in judged if low / 10 <= value < (low + 1) / 10 + (low == 9)]
        if inside:
            print(f"{low / 10:.1f} to {(low + 1) / 10:.1f}   {len(inside):10d}   {sum(label for _, label in inside) / len(inside):.2f}")
    if write:
        bias, weights = fit(rows)
        lines = ["# The confidence of a draft: bias and weights of a logistic regression. Made by scripts/calibrate_confidence.py; do not edit.",
                 f"bias = {bias:.4f}", f"least = {LEAST:.2f}  # below it a draft makes no event", "", "[weights]"]
        lines += [f'"{feature}" = {weight:.4f}' for feature, weight in sorted(weights.items()) if abs(weight) >= 0.005]
        (DATA / "en" / "confidence.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

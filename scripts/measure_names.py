#!/usr/bin/env python3
"""How many of the annotated participants and places `find_names` finds (reads ../shared/gold; prints shares).

A story of several articles counts as one text.

    measure_names.py [GOLD...] [--misses]

A person counts as found where a mention of a person (or an office or counterpart resolved to one) has that name; with
the country right where its country agrees. A state counts where any mention of a party carries its code.
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from timeline.gazetteer import load_gazetteer  # noqa: E402
from timeline.mentions import NameKind, NameMention  # noqa: E402
from timeline.names import find_names  # noqa: E402
from timeline.spelling import fold, sound  # noqa: E402


def same_name(one: str, other: str) -> bool:
    a, b = fold(one).split(), fold(other).split()
    return a == b or (len(a) > 1 and len(b) > 1 and {sound(a[0]), sound(a[-1])} == {sound(b[0]), sound(b[-1])})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("gold", nargs="*", type=Path, default=[ROOT.parent / "shared" / "gold" / "dev"])
    options.add_argument("--misses", action="store_true")
    chosen = options.parse_args()
    gazetteer = load_gazetteer()
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    words, spent = 0, 0.0
    for path in sorted(p for folder in chosen.gold for p in ([folder] if folder.is_file() else folder.glob("*.json"))):
        document = json.loads(path.read_text(encoding="utf-8"))
        mentions: list[NameMention] = []
        for article in document.get("articles", [document]):
            text = f"{article['title']}\n\n{article['text']}"
            start = time.process_time()
            mentions += find_names(text, gazetteer, date.fromisoformat(article["published"]))
            spent += time.process_time() - start
            words += len(text.split())
        seen: set[tuple[object, ...]] = set()
        for event in document["events"]:
            for what in check(event, mentions):
                if what[:3] in seen:
                    continue
                seen.add(what[:3])
                kind, label, _, hit = what
                total[kind] += 1
                found[kind] += hit
                if not hit and chosen.misses:
                    print(f"{path.stem}: {kind}: {label}")
    for kind in total:
        print(f"{kind:22} {found[kind]:4} of {total[kind]:4}  {found[kind] / total[kind]:.3f}")
    print(f"{words} words, {spent / words * 400 * 1000:.2f} ms for 400 words")


def check(event: dict[str, object], mentions: list[NameMention]) -> list[tuple[str, str, str, bool]]:
    checks = []
    people = [m for m in mentions if m.name and m.kind in {NameKind.PERSON, NameKind.OFFICE, NameKind.COUNTERPART}]
    for who in event.get("participants") or []:  # type: ignore[attr-defined]
        kind, country, name = who["kind"], who.get("country"), who.get("name")
        label = f"{name or ''} ({country}) {who.get('role') or ''}"
        if kind == "person":
            named = [m for m in people if same_name(m.name or "", name)]
            checks.append(("person", label, "", bool(named)))
            if named:
                checks.append(("  their country", label, "c", any(m.country == country for m in named)))
                if who.get("role"):
                    checks.append(("  their role", label, "r", any(fold(m.role or "") == fold(who["role"]) for m in named)))
        elif kind == "state":
            checks.append(("state", label, "", any(m.country == country for m in mentions)))
        else:
            checks.append(("organisation", label, "", any(fold(m.name or "") == fold(name) or fold(m.country or "") == fold(name) for m in mentions)))
    organisation = event.get("organisation")
    if isinstance(organisation, str):
        checks.append(("event's organisation", organisation, "", any(fold(m.name or "") == fold(organisation) for m in mentions)))
    place = event.get("place")
    if isinstance(place, dict):
        label = f"{place.get('name')} ({place.get('country')})"
        hits = [m for m in mentions if m.place and m.place.country == place.get("country")]
        checks.append(("place", label, "", any(not place.get("name") or fold(m.place.name or m.name or "") == fold(place["name"]) for m in hits if m.place)))
    return checks


if __name__ == "__main__":
    main()

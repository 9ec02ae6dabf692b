"""Events on the annotated articles: `python benchmarks/gold.py ../shared [--errors]`.

A fifth of the articles, picked by a hash of their ids, is kept aside while rules are written and reported separately:
the two figures must stay close. Of the pool's articles, only the fifth is reported to which no weight was fitted.
"""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from annotated import aside, gold_articles, pool_articles
from floors import hold

from app.extraction import reading_of_row
from timeline.gazetteer import load_gazetteer


def score(scorer: Path, documents: list[dict], rows: list[dict], errors: bool) -> dict:
    """The scorer's figures for these documents."""
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder) / "gold"
        gold.mkdir()
        for document in documents:
            (gold / f"{document['id']}.json").write_text(json.dumps(document), encoding="utf-8")
        predictions = Path(folder) / "events.ndjson"
        predictions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        command = [sys.executable, str(scorer), str(gold), "--predictions", str(predictions), "--json", *(["--errors"] if errors else [])]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    *report, figures = result.stdout.strip().split("\n")
    print("\n".join(report))
    return json.loads(figures)


def main() -> None:
    shared = Path(sys.argv[1])
    errors = "--errors" in sys.argv
    scorer = shared / "evaluation" / "score_events.py"
    documents = gold_articles(shared)
    pool = [document for document in pool_articles(shared) if aside(document["id"])]
    gazetteer = load_gazetteer()
    rows = {document["id"]: {"id": document["id"], "events": reading_of_row(document, gazetteer)["events"]} for document in [*documents, *pool]}
    parts = {"worked on": [d for d in documents if not aside(d["id"])], "aside": [d for d in documents if aside(d["id"])], "all": documents}
    if pool:
        parts["pool aside"] = pool
    figures = {}
    for name, part in parts.items():
        figures[name] = score(scorer, part, [rows[d["id"]] for d in part], errors and name == "worked on")
        print(f"gold, {name}: {json.dumps(figures[name])}")
    total = figures["all"]
    extra = {"pool_aside_relaxed_f1": figures["pool aside"]["relaxed"]["f1"], "pool_aside_exact_f1": figures["pool aside"]["exact"]["f1"]} if pool else {}
    hold("gold", extra | {"relaxed_f1": total["relaxed"]["f1"], "relaxed_precision": total["relaxed"]["precision"],
                  "exact_f1": total["exact"]["f1"], "aside_relaxed_f1": figures["aside"]["relaxed"]["f1"],
                  "aside_exact_f1": figures["aside"]["exact"]["f1"]})


if __name__ == "__main__":
    main()

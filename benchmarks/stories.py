"""Merged timelines on the annotated stories: `python benchmarks/stories.py ../shared [--errors]`."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from floors import hold


def main() -> None:
    shared = Path(sys.argv[1])
    folder = shared / "gold" / "stories"
    stories = "".join(json.dumps(json.loads(file.read_text(encoding="utf-8"))) + "\n" for file in sorted(folder.glob("*.json")))
    command = [str(Path(sys.executable).with_name("summitry")), "timeline", "--ndjson"]
    result = subprocess.run(command, input=stories, capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch) / "timelines.ndjson"
        predictions.write_text(result.stdout, encoding="utf-8")
        scored = subprocess.run([sys.executable, str(shared / "evaluation" / "score_timeline.py"), str(folder), "--predictions",
                                 str(predictions), "--json", *sys.argv[2:]], capture_output=True, text=True, check=True)
    *report, line = scored.stdout.strip().split("\n")
    print("\n".join(report))
    figures = json.loads(line)
    print(f"stories: {line}")
    hold("stories", {"events_f1": figures["events"]["f1"], "links_f1": figures["links"]["f1"], "status": figures["state"]["status"],
                     "date": figures["state"]["date"]})


if __name__ == "__main__":
    main()

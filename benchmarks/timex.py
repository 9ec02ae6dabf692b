"""Dates on TimeBank and AQUAINT by TempEval-3's measures: `python benchmarks/timex.py ../shared`."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from floors import hold


def main() -> None:
    shared = Path(sys.argv[1])
    figures: dict[str, float] = {}
    for corpus in ("timebank", "aquaint"):
        result = subprocess.run([sys.executable, str(shared / "evaluation" / "score_timex.py"), str(shared / "timex" / corpus),
                                 "--callable", "timeline.timex:timex", "--speed", "2"], check=True, capture_output=True, text=True)
        report = json.loads(result.stdout)
        figures[f"{corpus}_value_f1"] = report["scores"]["DATE"]["value_f1"]
        figures[f"{corpus}_calendar_value_f1"] = report["scores"]["DATE_calendar"]["value_f1"]
        print(f"timex: {corpus}: {report['chars_per_s']} characters a second, start-up {report['startup_s']} s")
    hold("timex", figures)


if __name__ == "__main__":
    main()

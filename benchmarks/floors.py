"""Figures against their floors: a measure below its floor fails the run."""
from __future__ import annotations

import sys
import tomllib
from pathlib import Path

FLOORS = Path(__file__).resolve().parent.parent / "floors.toml"


def hold(section: str, figures: dict[str, float]) -> None:
    """Print each figure beside its floor; exit with status 1 where one lies below."""
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))[section]
    below = [name for name, floor in floors.items() if name in figures and figures[name] < floor]
    for name in floors.keys() - figures.keys():
        print(f"{section}: {name} not measured here")
    for name, figure in figures.items():
        floor = f"  (floor {floors[name]})" if name in floors else ""
        print(f"{section}: {name} {figure:.4f}{floor}{'  BELOW' if name in below else ''}")
    if below:
        sys.exit(f"{section}: below the floor: {', '.join(below)}")

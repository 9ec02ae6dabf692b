"""The sample that these tests serve lies in `tests/support`, shared with other areas."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from sample_fixtures import client, sample, store

__all__ = ["client", "sample", "store"]

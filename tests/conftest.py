"""What the tests of several areas share lies in `tests/support`."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

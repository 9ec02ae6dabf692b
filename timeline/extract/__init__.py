"""`claims_from`: what each sentence of an article asserts about diplomatic events."""
from __future__ import annotations

from timeline.extract.claims import claims_from
from timeline.extract.explain import explain

__all__ = ["claims_from", "explain"]

"""`claims_from`: what each sentence of an article asserts about diplomatic events."""
from __future__ import annotations

from timeline.extract.claims import claims_and_declined, claims_from
from timeline.extract.declined import Declined
from timeline.extract.explain import explain

__all__ = ["Declined", "claims_and_declined", "claims_from", "explain"]

"""A filter that is kept: the parameters of `GET /api/v1/events` as JSON, checked by the very schema that checks those."""
from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from app.api.parameters import EventFilterParameters, event_filter, loaded, unreported_before
from app.store.filters import EventFilter

__all__ = ["checked_filter", "weighed"]


def checked_filter(given: Any) -> dict[str, Any]:
    """`given`, where it is a filter: `{"country": ["KZ", "RU"], "status": "planned"}`.

    Raises `marshmallow.ValidationError`, whose messages name each parameter that is wrong.
    """
    if not isinstance(given, Mapping):
        raise ValidationError("An object is needed, with the parameters of /events by name.")
    wrong = {str(name): ["A string is needed, or a list of them."] for name, value in given.items()
             if not all(isinstance(one, str) for one in (value if isinstance(value, list) else [value]))}
    if wrong:
        raise ValidationError(wrong)
    _loaded(given)
    return dict(given)


def weighed(stored: str, now: datetime) -> tuple[EventFilter, date]:
    """What a stored filter asks for at an aware time, and the first day that is not past then."""
    return event_filter(_loaded(json.loads(stored)), now), unreported_before(now)


def _loaded(given: Mapping[str, Any]) -> dict[str, Any]:
    return loaded(EventFilterParameters, MultiDict({name: value if isinstance(value, list) else [value] for name, value in given.items()}))

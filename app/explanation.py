"""How an article was read, in lines for a terminal."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def lines_of(told: Mapping[str, Any]) -> Iterator[str]:
    """What `timeline.extract.explain` gives, a sentence a paragraph; the events at the end."""
    yield f"published {told['published']}, language {told['language']}"
    for number, sentence in enumerate(told["sentences"]):
        yield f"\n[{number}] {sentence['kind']}: {_flat(sentence['text'])}"
        for name in sentence["names"]:
            who = " ".join(part for part in (name["name"] or name["actor"], name["country"], name["role"]) if part)
            yield _row(name["kind"], name["text"], who or "unresolved", name["why"])
        for date in sentence["dates"]:
            what = date["when"] or (f"declined: {date['declined']}" if date["declined"] else date["kind"])
            yield _row("date", date["text"], f"{what} [{date['rule']}]", date["note"])
        for trigger in sentence["triggers"]:
            yield _row("trigger", trigger["text"], f"[{trigger['rule']}]", trigger["declined"])
        for dropped in sentence["dropped"]:
            yield _row("no event", dropped["type"], f"[{dropped['rule']}]", dropped["why"])
    yield f"\n{len(told['events'])} event(s)"
    for event in told["events"]:
        who = ", ".join(event["participants"]) or event["organisation"]
        where = f" @ {event['place']}" if event["place"] else ""
        yield (f"    {event['type']} {event['when']} {event['status']}: {who}{where} [{event['rule']}; dated by its {event['dated_by']}; "
               f"told {event['tellings']}x; confidence {event['confidence']}]")


def _row(label: str, text: str, what: str, why: str | None) -> str:
    return f"    {label:<12} {_flat(text)!r}: {what}{f' ({why})' if why else ''}"


def _flat(text: str) -> str:
    return " ".join(text.split())

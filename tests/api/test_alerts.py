"""The alerting rules and the dashboard ask for what is served, and the handbook has a section for each alert."""
from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from serving import SampleStore
from sqlalchemy import update

from app.config import Settings
from app.metrics import Metrics
from app.store.codec import stamp
from app.store.queries import Queries
from app.store.tables import changes, sources
from app.web_app import create_app

DOCS = Path(__file__).parents[2] / "docs"
RULES = [rule for group in yaml.safe_load((DOCS / "alerts/summitry.rules.yml").read_text())["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DOCS / "alerts/summitry.dashboard.json").read_text())
HANDBOOK = (DOCS / "handbook.md").read_text()
ASKED = re.compile(r"\b(summitry_\w+)(?:\{([^}]*)\})?")
OF_PROMETHEUS = {"job", "instance", "le"}
"""Labels that no process gives its samples by itself, or only a histogram's."""


def told_in(section: str) -> set[str]:
    """Names of metrics in a section of the handbook."""
    return set(re.findall(r"`(summitry_\w+)`", HANDBOOK.partition(f"## {section}\n")[2].partition("\n## ")[0]))


def expressions() -> list[str]:
    return [rule["expr"] for rule in RULES] + [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


@pytest.fixture
def samples(store: SampleStore) -> dict[str, list[dict[str, str]]]:
    """Labels of the samples by name, of a service that collects, with a webhook and after a request."""
    store.webhooks.add("https://receiver.example/", {}, secret="whsec_x")
    with store.engine.begin() as connection:
        connection.execute(update(sources).values(pages_asked=9, pages_answered=9, pages_read=8, pages_dated=8, cadence=3600.0, links=40))
    client = create_app(Settings(), store, now=store.clock, last_look_age=lambda: 3.0).test_client()
    client.get("/api/v1/events")
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").get_data(as_text=True)):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def test_each_metric_and_label_that_is_asked_for_is_served(samples: dict[str, list[dict[str, str]]]) -> None:
    asked = [found for expression in expressions() for found in ASKED.findall(expression)]
    assert len(asked) > 40
    for name, matchers in asked:
        if name in told_in("Metrics of schedulers and workers") - samples.keys():  # those are tried with the processes themselves
            continue
        assert name in samples
        labels = set(re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"", matchers)) - OF_PROMETHEUS
        assert labels <= set(samples[name][0]), name
    for expression in expressions():
        grouped = {label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")}
        served = {label for name, _ in ASKED.findall(expression) for label in samples.get(name, [{}])[0]}
        assert grouped <= served | OF_PROMETHEUS, expression


def test_each_metric_that_is_served_is_told_of_in_the_handbook(samples: dict[str, list[dict[str, str]]]) -> None:
    section = HANDBOOK.partition("## Metrics\n")[2].partition("\n## ")[0]
    told = set()
    for line in section.splitlines():
        prefix = ""
        for name in re.findall(r"`(summitry_\w+|…_\w+)`", line):
            if name.startswith("…"):
                name = prefix + name[1:]
            else:
                prefix = re.match(r"summitry_(?:sources|source|webhook)?", name)[0]  # type: ignore[index]
            told.add(name)
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in samples if not name.endswith("_created")} == told


def test_each_alert_has_its_section_and_each_section_its_alert() -> None:
    alerts = [rule["alert"] for rule in RULES]
    assert re.findall(r"^## (Summitry\w+)$", HANDBOOK, re.MULTILINE) == alerts
    for rule in RULES:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["handbook"] == f"docs/handbook.md#{rule['alert'].lower()}"
        section = HANDBOOK.partition(f"## {rule['alert']}\n")[2].partition("\n## ")[0]
        assert re.findall(r"^\*\*(\w+)\*\*", section, re.MULTILINE) == ["Means", "Look", "Do"], rule["alert"]


def test_states_and_statuses_that_are_asked_for_are_such_as_there_are() -> None:
    from app.health import State

    asked = {state for expression in expressions() for states in re.findall(r'state=~?"([a-z|]+)"', expression) for state in states.split("|")}
    assert asked == {"failing", "degraded", "stale"}
    assert asked <= set(State)


def test_panels_have_ids_of_their_own_and_do_not_lie_upon_each_other() -> None:
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [(x, y) for panel in panels for place in [panel["gridPos"]] for x in range(place["x"], place["x"] + place["w"])
             for y in range(place["y"], place["y"] + place["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_what_this_process_knows_is_told_where_the_store_is_gone(store: SampleStore) -> None:
    metrics = Metrics(Queries(store.engine), store.clock, lambda: 400.0)
    file = Queries(store.engine).store_file()
    assert file is not None
    assert f"summitry_store_bytes {float(file.stat().st_size)}" in metrics.render().decode()
    file.rename(file.with_suffix(".away"))
    told = metrics.render().decode()
    assert "summitry_store_readable 0.0" in told
    assert "summitry_scheduler_last_look_age_seconds 400.0" in told
    assert "\nsummitry_store_bytes" not in told
    assert "\nsummitry_store_disk_free_bytes" in told


def test_sources_that_nobody_asks_and_the_age_of_the_newest_event_are_told(store: SampleStore) -> None:
    metrics = Metrics(Queries(store.engine), store.clock)
    now = store.clock.now
    with store.engine.begin() as connection:
        connection.execute(update(sources).values(due=stamp(now - timedelta(minutes=59))))
        connection.execute(update(sources).where(sources.c.id == "courier").values(due=stamp(now - timedelta(days=2))))
        connection.execute(update(changes).where(changes.c.before.is_(None)).values(at=stamp(now - timedelta(hours=5))))
        connection.execute(update(changes).where(changes.c.before.is_not(None)).values(at=stamp(now)))
    told = metrics.render().decode()
    assert "\nsummitry_sources_overdue 1.0" in told
    assert "\nsummitry_last_new_event_age_seconds 18000.0" in told


def test_a_process_that_does_not_collect_tells_of_no_look(store: SampleStore) -> None:
    told = create_app(Settings(), store, now=store.clock).test_client().get("/metrics").get_data(as_text=True)
    assert "\nsummitry_scheduler_last_look_age_seconds" not in told

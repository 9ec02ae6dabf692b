"""The files of `deploy/` start processes that there are, with settings that there are."""
from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import main
from app.config import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROCESSES = {"web", "scheduler", "worker"}
OPTIONS = re.compile(r"--[a-z-]+")


def options_of(command: str) -> set[str]:
    return {option for parameter in main.commands[command].params for option in parameter.opts}


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return told


def test_compose_starts_each_process_over_one_postgresql_with_known_settings() -> None:
    services = compose()["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "summitry"}
    assert {service["command"].split()[0] for service in ours.values()} == PROCESSES <= main.commands.keys()
    assert all(set(OPTIONS.findall(service["command"])) <= options_of(service["command"].split()[0]) for service in ours.values())
    assert set(services) - set(ours) == {"postgres"}
    for service in ours.values():
        assert set(service["environment"]) <= {f"SUMMITRY_{item.name.upper()}" for item in fields(Settings)}
        assert service["environment"]["SUMMITRY_DATABASE"].startswith("postgresql://")
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    # A worker decides nothing about what the sources are.
    assert "volumes" not in ours["worker"]
    assert all(ours[name]["volumes"] == ["../sources.toml:/etc/summitry/sources.toml:ro"] for name in ("web", "scheduler"))


def test_the_image_holds_what_the_package_is_made_of() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]}
    assert {"app", "scraper", "timeline", "requirements.txt", "pyproject.toml"} <= copied
    assert all((DEPLOY.parent / name).exists() for name in copied)


def test_each_unit_starts_a_process_and_gives_it_time_to_end() -> None:
    started = set()
    for file in UNITS:
        unit = ConfigParser(interpolation=None, strict=True)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(file, encoding="utf-8")
        found = re.fullmatch(r"\S+/summitry (\w+)(.*)", unit["Service"]["ExecStart"])
        assert found is not None
        assert set(OPTIONS.findall(found[2])) <= options_of(found[1])
        started.add(found[1])
        assert file.stem.removesuffix("@") == f"summitry-{found[1]}"
        assert int(unit["Service"]["TimeoutStopSec"]) > 10
    assert started == PROCESSES


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not there")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    copies = []
    for file in UNITS:
        copies.append(tmp_path / file.name.replace("@", "@1"))
        copies[-1].write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", file.read_text(encoding="utf-8"), flags=re.MULTILINE))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, copies)], capture_output=True, text=True, timeout=60, check=False)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "summitry" in line]
    assert not [line for line in said if "User" not in line], said

"""The examples of the documentation do what they show.

Each fenced ```console block of README.md and docs/*.md is run, line by line, where a line begins with `$ curl`: against the
sample timeline of the tests, served on loopback in place of http://127.0.0.1:8600, in a shell, so that pipes work.
What a block shows is compared loosely:

- the lines that are shown must stand in the output in this order; a line `…` or `...` stands for any lines between;
- within a line, `…` stands for anything, and blanks for any blanks;
- ids, entity tags, cursors and the times at which something was stored or served may be others of the same form.

Commands other than curl, and comments, are not run.
"""
from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import SampleStore, sample_app, served

REPOSITORY = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8600"
# What differs from one run to the next: as it stands in the documentation -> what may stand in the output.
_VARYING = (
    (r"(?<![a-z0-9])[a-z2-7]{16}(?![a-z0-9])", r"[a-z2-7]{16}"),  # ids
    (r"\d{8}T\d{6}-[0-9a-f]{8}", r"\d{8}T\d{6}-[0-9a-f]{8}"),  # ids of runs
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    (r"\d{8}T\d{6}Z", r"\d{8}T\d{6}Z"),
    (r"\b(?:[0-9a-f]{40}|[0-9a-f]{32})\b", r"[0-9a-f]{32}(?:[0-9a-f]{8})?"),  # entity tags
    (r"(?<=cursor=)[\w-]+", r"[\w-]+"),
    (r'(?<="cursor": ")[\w-]+', r"[\w-]+"),
    (r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"),
    (r"…|\.\.\.", r".*"),
    (r"\s+", r"\\s*"),
)
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> Iterator[tuple[str, str, list[str]]]:
    """Place, command and shown lines of each example."""
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))):
        if not page.is_file():
            continue
        text = page.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 2
            for part in re.split(r"^(?=\$ )", block[1], flags=re.MULTILINE):
                command, _, shown = re.sub(r"\\\n\s*(?:> )?", " ", part).partition("\n")
                if command.startswith("$ curl"):
                    yield f"{page.name}:{line}", command[2:], shown.splitlines()
                line += part.count("\n")


EXAMPLES = list(examples())


def pattern(shown: list[str]) -> re.Pattern[str]:
    """What the output must hold."""
    lines = []
    for line in shown:
        if line.strip() in ("…", "..."):
            lines.append(r"(?:.*\n)*?")
        elif line.strip():
            lines.append(_line_pattern(line.strip()) + r"\s*\n")
    return re.compile(r"\s*" + r"\s*".join(lines))


def _line_pattern(line: str) -> str:
    either = re.compile("|".join(f"(?P<v{number}>{form})" for number, (form, _) in enumerate(_VARYING)))
    built, end = [], 0
    for found in either.finditer(line):
        number = int((found.lastgroup or "v0")[1:])
        built += [re.escape(line[end:found.start()]), r"\s*" if _VARYING[number][0] == r"\s+" else _VARYING[number][1]]
        end = found.end()
    return "".join([*built, re.escape(line[end:])])


def run(command: str, address: str, folder: Path) -> str:
    # The documentation's /tmp is the test's folder, so that examples which write a file leave nothing behind.
    command = command.replace(ADDRESS, address).replace("/tmp/", f"{folder}/")
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False, cwd=folder)
    return re.sub(r"\r\n?", "\n", done.stdout.decode()).replace(address, ADDRESS) + "\n"


@pytest.fixture(scope="module")
def address(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = SampleStore.copied(sample, tmp_path_factory.mktemp("docs") / "timeline.db")
    with served(sample_app(store)) as base:
        yield base
    store.close()


@pytest.mark.parametrize(("command", "shown"), [example[1:] for example in EXAMPLES], ids=[one[0] for one in EXAMPLES])
def test_an_example_shows_what_it_does(address: str, tmp_path: Path, command: str, shown: list[str]) -> None:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl and bash are needed to run the examples")
    output = run(command, address, tmp_path)
    assert pattern(shown).match(output), f"\n{command}\nshows\n" + "\n".join(shown) + f"\nand gives\n{output[:3000]}"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


def test_the_comparison_does_see_a_difference() -> None:
    shown = ['{', '    "title": "CSTO summit",', "...", '    "id": "abcdefghijklmnop"', "}"]
    told = '{\n  "title": "CSTO summit",\n "x": 1,\n "y": 2,\n    "id": "qqqqqqqqqqqqqqqq"\n}\n'
    assert pattern(shown).match(told)
    assert not pattern(shown).match(told.replace("CSTO", "OIC"))
    assert not pattern(shown).match(told.replace("qqqq", "qqq!"))
    assert not pattern(shown[::-1]).match(told)
    assert not pattern(shown).match("")

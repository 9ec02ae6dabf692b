"""`summitry backup`, `restore`, `doctor` and `retain`, as an operator calls them."""
import json
from pathlib import Path

from click.testing import CliRunner, Result
from filled import everything
from test_command_line import called, environment
from test_doctor import run_sql

from app.cli import main
from app.store.backup import check_backup


def asked(folder: Path, *arguments: str, **settings: str) -> Result:
    """The command in this process: what starts a process of its own costs a second each time."""
    return CliRunner().invoke(main, arguments, env=environment(folder, **settings))


def test_a_store_is_backed_up_and_put_back_as_it_was_and_what_is_wrong_with_it_is_named(filled_sqlite: str, tmp_path: Path) -> None:
    run_sql(filled_sqlite, "DELETE FROM event_keys")
    before = everything(filled_sqlite)
    file = tmp_path / "store.backup"
    done = asked(tmp_path, "backup", str(file))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{file}: 9 events, ")
    assert check_backup(file).tables["events"].rows == 9
    assert asked(tmp_path, "backup", str(file)).exit_code == 2  # is there already
    assert asked(tmp_path, "restore", str(file), "--check").stdout.startswith(f"{file}: is whole: 9 events")
    run_sql(filled_sqlite, "DELETE FROM changes")
    done = asked(tmp_path, "restore", str(file), "--replace")
    assert (done.exit_code, done.stderr) == (1, "")
    assert "fault  links       9: rows of event_keys are missing" in done.stdout
    assert everything(filled_sqlite) == before


def test_the_doctor_tells_mends_and_answers_by_its_exit_code(filled_sqlite: str, tmp_path: Path) -> None:
    run_sql(filled_sqlite, "DELETE FROM event_keys", "UPDATE events SET json = CAST('{' AS BLOB)")
    before = everything(filled_sqlite)
    sick = called(tmp_path, "doctor", "--json")
    told = json.loads(sick.stdout)
    assert (sick.returncode, told["sound"]) == (1, False)
    assert {finding["check"] for finding in told["findings"] if finding["level"] == "fault"} == {"links", "rendered"}
    assert everything(filled_sqlite) == before
    mended = asked(tmp_path, "doctor", "--repair")
    assert mended.exit_code == 0, mended.stdout
    assert mended.stdout.startswith("9 things were written down anew.\n")
    assert "warn   settings    SUMMITRY_BASE_URL is not set" in mended.stdout


def test_what_is_kept_for_a_time_only_is_told_and_let_go(filled_sqlite: str, tmp_path: Path) -> None:
    days = {"SUMMITRY_KEEP_BODIES_DAYS": "30", "SUMMITRY_KEEP_RUNS_DAYS": "30"}
    before = everything(filled_sqlite)
    planned = json.loads(asked(tmp_path, "retain", "--dry-run", "--json", **days).stdout)
    assert everything(filled_sqlite) == before
    assert planned == {"versions": 13, "characters": planned["characters"], "sentences": 12, "damaged": 0, "runs": 1, "failures": 2,
                       "dry_run": True}
    assert asked(tmp_path, "retain", **days).stdout == (
        f"Let go: the texts of 13 versions of articles ({planned['characters']:,} characters as stored) but for 12 quoted sentences; "
        "1 runs with 2 failures.\n")

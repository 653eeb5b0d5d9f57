"""What migrations did, as text, and what a linter says beside it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.engine.migrated import migrated
from tests.engine.runs import Ran
from vrss_contract.migrating import linter
from vrss_contract.migrating.findings import MigrationsReport
from vrss_contract.migrating.formats import FORMATS
from vrss_contract.target import Statement
from vrss_contract.target.migrations import Migration

pytestmark = pytest.mark.once
SCHEMA = files("vrss_contract.migrating").joinpath("migrations.schema.json").read_text("utf-8")
ODD = "a\x1b[31m\u202e|<b>"


def test_the_document_is_what_its_schema_describes() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA))
    Draft202012Validator(json.loads(SCHEMA)).validate(json.loads(FORMATS["json"](migrated(ODD))))


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_passes_on_what_a_terminal_obeys(format_: str) -> None:
    assert all(line.isprintable() for line in FORMATS[format_](migrated(ODD)).split("\n"))


def test_a_person_reads_the_lock_and_what_to_do() -> None:
    told = FORMATS["terminal"](migrated())

    assert "1 migration run on the rows of dev: 1 hazard, 1 note" in told
    assert "lock: ACCESS EXCLUSIVE on a (300 rows) for 12.5 ms; a writer waited" in told
    assert "HAZARD rewrite  a.sql:3" in told
    assert "squawk: line 3 adding-field-with-default, seen as rewrite" in told


def test_a_hazard_is_an_error_at_its_line() -> None:
    told = FORMATS["github"](migrated())

    assert told.startswith("::error file=a.sql,line=3,title=hazard rewrite::300 rows")


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (migrated(), 1),
        (replace(migrated(), each=()), 0),
        (replace(migrated(), each=(), stopped="it does not run"), 2),
    ],
)
def test_a_hazard_is_an_exit_code_and_a_note_is_none(
    report: MigrationsReport,
    code: int,
    run: Callable[..., Ran],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "1_a.sql").write_text("SELECT 1;", "utf-8")
    command = importlib.import_module("vrss_contract.cli.migrate_check")
    monkeypatch.setattr(command, "check", lambda *_: report)

    assert run("migrate-check", str(tmp_path)).code == code


@pytest.fixture
def squawk(tmp_path: Path) -> Path:
    """A program that says of each line that it is one, as squawk would."""
    path = tmp_path / "squawk"
    path.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        "lines = sys.stdin.read().splitlines()\n"
        "said = [dict(line=number, message='m',"
        " rule_name='adding-field-with-default' if line else 'empty')"
        " for number, line in enumerate(lines)]\n"
        "print(json.dumps(said))\n",
        "utf-8",
    )
    path.chmod(0o755)
    return path


def test_a_linter_is_asked_of_the_lines_that_the_file_has(squawk: Path) -> None:
    steps = (Statement("A", 2, file="a.sql"), Statement("B", 4, file="a.sql"))
    (found,) = migrated().each[0].findings
    hazard = replace(found, line=4)

    told = linter.asked(str(squawk), Migration("a", steps), (hazard,))

    assert [(one.line, one.rule, one.seen) for one in told] == [
        (1, "empty", ""),
        (2, "adding-field-with-default", ""),
        (3, "empty", ""),
        (4, "adding-field-with-default", "rewrite"),
    ]


def test_a_linter_that_fails_says_nothing(tmp_path: Path) -> None:
    steps = (Statement("A", 1, file="a.sql"),)

    assert linter.asked(str(tmp_path / "none"), Migration("a", steps), ()) == ()

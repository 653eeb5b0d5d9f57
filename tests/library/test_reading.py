"""The commands that read a contract, on the library: ``list``, ``explain``, ``export``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import contracts
from tests.library.conftest import FOLDER, Run

pytestmark = pytest.mark.once


def test_list_names_every_clause_of_a_kind(judged: Run) -> None:
    ran = judged("list", "--kind", "cascade")

    assert ran.code == 0
    assert "members.delete.takes-orders" in ran.out


def test_explain_says_what_a_clause_promises(judged: Run) -> None:
    ran = judged("explain", "members.open_loans.within-limit")

    assert ran.code == 0
    assert "A member has as many open loans as they may, or fewer." in ran.out


def test_explain_prints_sql_that_names_what_has_to_be_quoted(judged: Run) -> None:
    ran = judged("explain", "order.from-to")

    assert ran.code == 0
    assert 'INSERT INTO "order"' in ran.out


def test_an_export_that_was_just_written_is_what_the_yaml_says(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    run("export", "--output", folder / "contracts.json", "--contract", folder)

    ran = run("export", "--check", "--contract", folder)

    assert (ran.code, ran.err) == (0, "")


def test_an_export_that_is_out_of_date_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    run("export", "--output", folder / "contracts.json", "--contract", folder)
    clauses = folder / "closures.yaml"
    clauses.write_text(clauses.read_text("utf-8").replace("closed for", "shut for"), "utf-8")

    ran = run("export", "--check", "--contract", folder)

    assert ran.code == 2


def test_an_export_holds_every_clause(judged: Run, tmp_path: Path) -> None:
    ran = judged("export", "--output", tmp_path / "contracts.json")

    written = json.loads((tmp_path / "contracts.json").read_text("utf-8"))
    assert ran.code == 0
    assert len(written["clauses"]) == len(contracts.library().clauses)


def test_a_file_that_the_manifest_names_and_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    (folder / "reference.sql").unlink()

    ran = run("export", "--contract", folder)

    assert (ran.code, ran.out) == (3, "")
    assert "no file reference.sql that can be read" in ran.err


def test_the_committed_export_is_what_the_yaml_says(judged: Run) -> None:
    ran = judged("export", "--check")

    assert (ran.code, ran.err) == (0, "")

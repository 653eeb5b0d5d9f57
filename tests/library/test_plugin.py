"""pytest on the library: an item a clause, from any folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.library.conftest import FOLDER, SCHEMA

pytestmark = pytest.mark.once
_SUITE = """
import pytest

@pytest.mark.clauses("table", "invariant")
def test_clause(clause, holds):
    holds(clause)
"""


def ran(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    (folder / "test_contract.py").write_text(_SUITE)
    command = [sys.executable, "-m", "pytest", "-p", "vrss_contract.cli.pytest_plugin", "-q"]
    command += ["-p", "no:cacheprovider", "--contract", str(FOLDER), *map(str, words), "."]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)


def test_the_schema_passes_item_by_item(tmp_path: Path) -> None:
    passed = ran(tmp_path)

    assert passed.returncode == 0, passed.stdout
    assert " passed" in passed.stdout


def test_a_wrong_schema_fails_the_item_of_its_clause(tmp_path: Path) -> None:
    less = tmp_path / "less.sql"
    less.write_text(f"{SCHEMA.read_text('utf-8')}DROP INDEX library.loans_copy_out;\n", "utf-8")

    failed = ran(tmp_path, "--contract-target", less)

    assert failed.returncode == 1
    assert "BROKEN loans.index.loans_copy_out (library/loans.yaml:" in failed.stdout

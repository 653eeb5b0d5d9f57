"""Pytest in a repository of somebody else's, where this package is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ENTRY = "vrss_contract.cli.pytest_entry"
ROOT = Path(__file__).parents[2]
TARGET = "--contract-target=mine.sql"
BROKEN = "CREATE TABLE users (id integer);\n"
OWN = "def test_own(): pass\n"
PLUGIN = 'pytest_plugins = ["vrss_contract.cli.pytest_plugin"]'
CLAUSES = """
import pytest

@pytest.mark.clauses("table")
def test_clause(clause, holds):
    holds(clause)
"""
IMPORTED = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, sep="\\n", file=open("imported", "w")))
def test_own(): pass
"""
pytestmark = pytest.mark.once


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "mine.sql").write_text(BROKEN)
    (tmp_path / "test_own.py").write_text(OWN)
    return tmp_path


def ran(repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Pytest in the repository, which knows the plugin as an installation makes it known."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", ENTRY, *words]
    # In CI, pytest says each message twice: where it fails, and whole in its summary.
    kept = {name: text for name, text in os.environ.items() if name not in {"CI", "BUILD_NUMBER"}}
    return subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=repository,
        env=kept | {"PYTHONPATH": os.pathsep.join([*sys.path, str(ROOT)])},
        text=True,
    )


def collected(repository: Path, *words: str) -> list[str]:
    lines = ran(repository, "--collect-only", *words).stdout.splitlines()
    return [line for line in lines if "::" in line]


def test_the_entry_point_is_called_as_its_module() -> None:
    """So that pytest knows it for the one that a conftest.py may have loaded."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["entry-points"]["pytest11"] == {ENTRY: ENTRY}


def test_a_target_is_collected_beside_a_repository_s_own_tests(repository: Path) -> None:
    ids = collected(repository, TARGET)

    assert {id_.partition("::")[0] for id_ in ids} == {"mine.sql", "test_own.py"}
    assert len(ids) == len({*ids})
    assert "mine.sql::users.table" in ids


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one", "two"])
def test_a_clause_passes_if_it_holds(repository: Path, workers: tuple[str, ...]) -> None:
    one, other = "mine.sql::users.table", "mine.sql::users.email.type"

    result = ran(repository, one, other, TARGET, *workers)

    assert "1 failed, 1 passed" in result.stdout
    assert "BROKEN users.email.type" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_configured_target_is_collected_where_nothing_is_named(repository: Path) -> None:
    (repository / "pytest.ini").write_text("[pytest]\ncontract_target = mine.sql\n")

    assert len(collected(repository)) > 1
    assert collected(repository, "test_own.py") == ["test_own.py::test_own"]


def test_a_repository_with_tests_of_its_own_has_those_alone(repository: Path) -> None:
    (repository / "conftest.py").write_text(PLUGIN)
    (repository / "test_own.py").write_text(CLAUSES)

    ids = collected(repository, TARGET)

    assert "test_own.py::test_clause[users.table]" in ids
    assert {id_.partition("::")[0] for id_ in ids} == {"test_own.py"}


def test_nothing_is_imported_until_a_target_is_named(repository: Path) -> None:
    (repository / "test_own.py").write_text(IMPORTED)

    assert ran(repository).returncode == 0

    modules = set((repository / "imported").read_text().split())
    heavy = {"click", "jsonschema_rs", "psycopg", "sqlglot", "yaml"}
    rooms = {f"vrss_contract.{room}" for room in ("checks", "contract", "database", "postgres")}
    assert modules & (heavy | rooms) == set()


FAULTS = {
    "no-contract": (("--contract=nowhere",), BROKEN),
    "unknown-server": (("--contract-server=sqlite",), BROKEN),
    "connection-refused": (("--contract-server=postgresql://127.0.0.1:1/x",), BROKEN),
    "load-failed": ((), "CREATE TABLE a (b nonsense);\n"),
    "no-statement": ((), "-- nothing\n"),
}
"""What keeps every clause from being judged: words of the command line, and a target."""


@pytest.mark.parametrize(
    ("code", "own", "workers"),
    [
        ("no-contract", True, ()),
        ("no-contract", False, ()),
        ("unknown-server", False, ()),
        ("connection-refused", True, ()),
        ("connection-refused", False, ("-n", "1")),
        ("load-failed", False, ()),
        ("load-failed", True, ("-n", "1")),
        ("no-statement", True, ()),
    ],
)
def test_what_keeps_all_clauses_from_being_judged_is_told_once(
    repository: Path, code: str, workers: tuple[str, ...], *, own: bool
) -> None:
    words, target = FAULTS[code]
    (repository / "mine.sql").write_text(target)
    if own:
        (repository / "conftest.py").write_text(PLUGIN)
        (repository / "test_own.py").write_text(CLAUSES)

    result = ran(repository, TARGET, "-k", "users", *words, *workers)

    said = result.stdout + result.stderr
    assert result.returncode in {2, 4}
    assert f"error[{code}]: " in said
    assert said.count("  tried ") == 1
    assert len(said.splitlines()) < 30
    assert not [word for word in ("Traceback", "INTERNALERROR", "pytest_items.py") if word in said]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--contract", "error[dsn-as-file]: a DSN stands where a file is due"),
        ("--contract-target", "error[connection-refused]: nobody listens"),
    ],
)
def test_the_password_of_a_dsn_is_not_shown(repository: Path, option: str, told: str) -> None:
    result = ran(repository, f"{option}=postgresql://me:s3cret@127.0.0.1:1/app", "-k", "users")

    said = result.stdout + result.stderr
    assert result.returncode in {2, 4}
    assert told in said
    assert "s3cret" not in said


def test_a_folder_and_several_files_are_targets_too(repository: Path) -> None:
    (repository / "steps").mkdir()
    (repository / "steps" / "1.sql").write_text(BROKEN)
    (repository / "steps" / "2.sql").write_text("CREATE TABLE reposts (id integer);\n")
    files = [f"--contract-target=steps/{number}.sql" for number in (1, 2)]
    choice = ("-k", "users.table or reposts.table")

    for words in (["--contract-target=steps"], files):
        result = ran(repository, *words, *choice)

        assert "2 passed" in result.stdout, result.stdout

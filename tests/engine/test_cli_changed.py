"""``verify --changed BASE``: only what the change can touch, and what is said of the rest."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import paths
from tests.engine.runs import Ran

pytestmark = pytest.mark.once
Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
COLUMN = "ALTER TABLE library.authors ADD COLUMN remark text;\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the library's contract and schema, committed."""
    folder = tmp_path / "library"
    shutil.copytree(paths.fixtures() / "contracts" / "library", folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True)
    return folder


@pytest.fixture
def changed(run: Run, library: Path) -> Callable[..., Ran]:
    """A run of the library's schema as it lies there."""

    def call(base: str, *words: str) -> Ran:
        schema = library / "schema.sql"
        return run("verify", schema, "--contract", library, "--changed", base, *words)

    return call


def _append(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text('utf-8')}\n{text}", "utf-8")


def test_nothing_is_judged_where_nothing_changed(changed: Callable[..., Ran]) -> None:
    ran = changed("HEAD")

    assert ran.code == 0
    assert "nothing changed since HEAD" in ran.out
    assert "0 clauses: 0 held, 0 broken, 0 undecided" in ran.out


def test_the_share_is_judged_and_the_rest_is_counted(
    changed: Callable[..., Ran], library: Path
) -> None:
    _append(library / "schema.sql", COLUMN)

    ran = changed("HEAD", "--format", "json")

    report = json.loads(ran.out)
    rows = {row["kind"]: row for row in report["listings"]["share"]["rows"]}
    assert ran.code == 1
    assert "authors.columns" in {one["id"] for one in report["verdicts"]}
    assert any("column remark of authors" in note for note in report["notes"])
    assert rows["rows"]["judged"] == 0
    assert rows["rows"]["left_out"] > 0


def test_a_file_stands_for_the_schema_as_it_was(changed: Callable[..., Ran], library: Path) -> None:
    was = library / "was.sql"
    shutil.copy(library / "schema.sql", was)
    _append(library / "schema.sql", COLUMN)

    assert "authors.columns" in changed(str(was), "--kind", "table").out


def test_a_clause_that_says_something_else_is_judged(
    changed: Callable[..., Ran], library: Path
) -> None:
    path = library / "authors.yaml"
    path.write_text(path.read_text("utf-8").replace("level: must", "level: should", 1), "utf-8")

    ran = changed("HEAD", "--format", "json")

    verdicts = json.loads(ran.out)["verdicts"]
    assert 0 < len(verdicts) < 10
    assert ran.code == 0


def test_a_change_without_a_rule_has_all_judged(changed: Callable[..., Ran], library: Path) -> None:
    _append(library / "schema.sql", "CREATE DOMAIN library.isbn AS text;\n")

    ran = changed("HEAD", "--only", "authors.*", "--kind", "table")

    assert "there is no rule for a change of type isbn; so all clauses are judged" in ran.out


def test_a_base_that_is_no_file_is_told(changed: Callable[..., Ran], told: Told) -> None:
    told("no-such-base", changed("nowhere.sql"))


@pytest.mark.parametrize("base", ["nowhere", "-x"])
def test_a_base_that_is_no_commit_is_told(changed: Callable[..., Ran], base: str) -> None:
    ran = changed(base)

    assert (ran.code, ran.err.partition(":")[0]) == (3, "error[no-such-base]")


def test_a_base_without_the_target_is_told(run: Run, library: Path) -> None:
    new = library / "new.sql"
    shutil.copy(library / "schema.sql", new)

    ran = run("verify", new, "--contract", library, "--changed", "HEAD")

    assert ran.code == 3
    assert "it has no file library/new.sql" in ran.err


def test_a_base_that_does_not_load_is_told(changed: Callable[..., Ran], library: Path) -> None:
    was = library / "was.sql"
    was.write_text("CREATE TABLE;\n")

    ran = changed(str(was))

    assert ran.code == 2
    assert "was.sql:1 does not load" in ran.err

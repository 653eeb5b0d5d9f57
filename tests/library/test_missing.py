"""What is missing hides what touches it, with that one reason, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once
KINDS = ("table", "rows", "cascade", "trigger", "jsonb", "dataset", "query")
MOST = 20


@pytest.fixture
def fallen(judged: Run, tmp_path: Path) -> Any:
    """What does not hold after a change of the library's schema, by its outcome."""

    def of(ddl: str) -> dict[str, list[dict[str, Any]]]:
        path = tmp_path / "changed.sql"
        path.write_text(SCHEMA.read_text("utf-8") + ddl, "utf-8")
        asked = [word for kind in KINDS for word in ("--kind", kind)]
        told = json.loads(judged("verify", path, *asked, "--no-causes", "--format", "json").out)
        found: dict[str, list[dict[str, Any]]] = {"broken": [], "undecided": [], "holds": []}
        for one in told["verdicts"]:
            found[one["outcome"]].append(one)
        return found

    return of


def reasons(verdicts: list[dict[str, Any]]) -> set[str]:
    return {one["findings"][0]["found"] for one in verdicts}


def test_a_missing_column_hides_what_touches_it(fallen: Any) -> None:
    found = fallen("ALTER TABLE library.authors DROP COLUMN born;")

    assert [one["id"] for one in found["broken"]] == [
        "authors.born.type",
        "authors.constraint.authors_born_range",
    ]
    assert reasons(found["undecided"]) == {"column authors.born is missing"}
    hidden = {one["kind"] for one in found["undecided"]}
    assert {"dataset", "table", "rows"} <= hidden
    assert sum(one["kind"] in {"dataset", "query"} for one in found["holds"]) > MOST


def test_a_missing_table_hides_what_touches_it(fallen: Any) -> None:
    found = fallen("DROP TABLE library.closures;")

    assert [one["id"] for one in found["broken"]] == ["closures.table"]
    assert reasons(found["undecided"]) == {"table closures is missing"}
    assert sum(one["kind"] == "query" for one in found["holds"]) > MOST


def test_a_column_that_has_to_be_said_is_one_reason(fallen: Any) -> None:
    found = fallen("ALTER TABLE library.loans ADD COLUMN desk text NOT NULL;")

    broken = {one["id"] for one in found["broken"]}
    reason = "column loans.desk, which is not declared, has to be said"
    assert {"loans.required-only", "loans.columns"} <= broken
    assert {one["kind"] for one in found["broken"]} <= {"rows", "table", "dataset"}
    assert {one for one in reasons(found["undecided"]) if reason not in one} == set()
    assert sum(one["kind"] == "query" for one in found["holds"]) > MOST

"""Two targets side by side: the clauses that end otherwise, and what of the schemas it is by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once
_QUICK = ("--kind", "table", "--kind", "rows")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.sql"
    text = SCHEMA.read_text("utf-8").replace("name varchar(200)", "name varchar(20)")
    path.write_text(text, "utf-8")
    return path


def test_what_ends_otherwise_is_told_with_what_differs(judged: Run, other: Path) -> None:
    ran = judged("diff", SCHEMA, other, *_QUICK, "--format", "json")

    told = json.loads(ran.out)
    assert ran.code == 1
    assert told["changes"] == ["column name of authors"]
    assert [(one["id"], one["first"], one["second"]) for one in told["outcomes"]] == [
        ("authors.name.type", "holds", "broken"),
        ("authors.name.type.exact", "holds", "undecided"),
        ("authors.name.length", "holds", "broken"),
    ]


def test_a_target_and_itself_end_alike(judged: Run) -> None:
    ran = judged("diff", SCHEMA, SCHEMA, *_QUICK)

    assert ran.code == 0
    assert ran.out.startswith("0 differences of the schema\n\n0 of ")
    assert "; 0 outcomes differ" in ran.out


def test_people_read_it_in_markdown_too(judged: Run, other: Path) -> None:
    ran = judged("diff", SCHEMA, other, *_QUICK, "--format", "markdown")

    assert ran.out.startswith("### 3 of ")


def test_what_falls_on_one_side_alone_is_told_by_its_cause(judged: Run, other: Path) -> None:
    ran = judged("diff", other, SCHEMA, *_QUICK)

    assert f"CAUSE   must, in {other}" in ran.out
    assert "authors.name is of another length" in ran.out
    assert "authors.name.length  must" not in ran.out

"""A folder as its migrations: which of them are one transaction, and what takes each back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layouts import WRITERS
from vrss_contract.target import migrations
from vrss_contract.target.migrations import Migrations

pytestmark = pytest.mark.once
PARTS = [f"CREATE TABLE t{number} (id int); CREATE TABLE u{number} (id int);" for number in (1, 2)]
TOGETHER = frozenset(WRITERS) - {"Sqitch", "Rails", "numbered files"}
BACK = {
    **dict.fromkeys(("golang-migrate", "goose", "sql-migrate", "dbmate", "node-pg-migrate"), 2),
    "Sqitch": 2,
    "Flyway": 1,  # what is repeated has no way back
    "Liquibase": 2,
}


def read(folder: Path) -> Migrations:
    return migrations.of_words([str(folder)])


@pytest.mark.parametrize("name", WRITERS)
def test_each_script_is_a_migration(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path, PARTS)

    found = read(tmp_path)

    assert len(found.each) == (1 if name == "Rails" else 2)
    assert {one.together for one in found.each} == {name in TOGETHER}


@pytest.mark.parametrize("name", WRITERS)
def test_a_way_back_belongs_to_its_migration(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path, PARTS)

    back = [step.sql for one in read(tmp_path).each for step in one.back]

    assert back == ["DROP TABLE everything"] * BACK.get(name, 0)


def test_phases_of_a_script_are_migrations(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text("SET a.b = 1;\n-- phase 1: a\nSELECT 1;\n-- phase 2: b\nSELECT 2;\n", "utf-8")

    each = migrations.of_words([str(path)]).each

    assert [(one.name, len(one.steps)) for one in each] == [("phase 1", 2), ("phase 2", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1; SELECT 2;\n",
        "-- +goose Up\nBEGIN; SELECT 1; COMMIT;\n",
    ],
)
def test_a_script_that_wants_no_transaction_gets_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_text(text, "utf-8")

    assert [one.together for one in read(tmp_path).each] == [False]


def test_those_after_a_name_are_told_apart(tmp_path: Path) -> None:
    WRITERS["numbered files"](tmp_path, PARTS)

    old, new = read(tmp_path).since("8-part")

    assert [one.name for one in (*old, *new)] == ["8-part", "9-part"]
    assert len(old) == 1


def test_prisma_keeps_a_way_back_beside_the_migration(tmp_path: Path) -> None:
    WRITERS["Prisma"](tmp_path, PARTS[:1])
    (tmp_path / "20250101000000_part" / "down.sql").write_text("DROP TABLE t1;", "utf-8")

    (one,) = read(tmp_path).each

    assert (one.name, [step.sql for step in one.back]) == (
        "20250101000000_part",
        ["DROP TABLE t1"],
    )

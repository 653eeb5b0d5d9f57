"""The command ``seed --profile generated``, from words to exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.fills import TABLES
from tests.engine.runs import Ran
from vrss_contract import cli
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_FOLLOWS = "SELECT follower_id, following_id, created_at FROM user_follows ORDER BY id"
_CIRCLE = """
CREATE TABLE eggs (id int PRIMARY KEY, hen_id int NOT NULL);
CREATE TABLE hens (id int PRIMARY KEY, egg_id int NOT NULL REFERENCES eggs);
ALTER TABLE eggs ADD FOREIGN KEY (hen_id) REFERENCES hens;
"""
_TABLE = """
- id: {0}
  kind: table
  says: Needs a row of the other table.
  columns:
    - {{name: id, type: integer}}
    - {{name: {1}_id, type: integer}}
  keys:
    - {{name: {0}_pkey, primary: [id]}}
  foreign_keys:
    - {{name: {0}_{1}_id_fkey, column: {1}_id, references: {1}s, on_delete: no action}}
"""


def seed(capsys: pytest.CaptureFixture[str], *words: str) -> Ran:
    code = cli._main(["seed", *words])
    return Ran(code, *capsys.readouterr())


def generated(capsys: pytest.CaptureFixture[str], database: Database, number: str = "7") -> Ran:
    words = ("--profile", "generated", "--rows", "5", "--seed", number)
    return seed(capsys, database.user, *words)


def test_every_table_has_rows(fresh: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ran = generated(capsys, fresh)

    assert (ran.code, ran.err) == (0, "")
    with fresh.connect() as session:
        look = "SELECT FROM {} LIMIT 1"
        found = [session.execute(look.format(name).encode()).rowcount for name in TABLES]
    assert found == [1] * len(TABLES)


def test_a_seed_gives_the_same_rows_twice(
    fresh: Database,
    databases: Databases,
    untouched: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    again = databases.create(untouched)
    rows = []

    for database in (fresh, again):
        generated(capsys, database)
        with database.connect() as session:
            rows.append(session.execute(_FOLLOWS).fetchall())
    databases.drop(again)

    assert rows[0]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("option", ["--rows", "--seed"])
def test_its_options_with_another_profile_are_wrong_use(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    ran = seed(capsys, "postgresql://nobody@nowhere/none", "--profile", "dev", option, "3")

    assert (ran.code, ran.out) == (3, "")
    assert "--rows and --seed are for --profile generated alone." in ran.err


def test_a_table_that_stays_empty_is_told(
    databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = tmp_path / "circle.sql"
    schema.write_text(_CIRCLE, "utf-8")
    folder = tmp_path / "contract"
    folder.mkdir()
    clauses = _TABLE.format("eggs", "hen") + _TABLE.format("hens", "egg")
    (folder / "circle.yaml").write_text(clauses, "utf-8")
    (folder / "contract.yaml").write_text(
        "name: circle\nsays: Each needs the other.\nschema: ../circle.sql\n", "utf-8"
    )
    database = databases.load(sqlfile.read(schema))

    ran = seed(
        capsys, database.user, "--profile", "generated", "--rows", "2", "--contract", str(folder)
    )
    databases.drop(database)

    assert (ran.code, ran.err) == (2, "")
    assert "eggs: 0 of 2 rows: rows of eggs, hens need each other" in ran.out

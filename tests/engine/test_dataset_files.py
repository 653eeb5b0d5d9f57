"""A dataset of SQL files: which statements a fill runs, and what it tells of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrss_contract.data.dataset import Prepared, Selected
from vrss_contract.data.dataset.files import FilesDataset
from vrss_contract.errors import TroubleError


@pytest.fixture
def dataset(tmp_path: Path) -> FilesDataset:
    return FilesDataset("some", (tmp_path,))


def _write(dataset: FilesDataset, text: str, name: str = "rows.sql") -> None:
    (dataset.files[0] / name).write_text(text, "utf-8")


def test_files_are_read_in_the_order_of_their_names(dataset: FilesDataset) -> None:
    _write(dataset, "INSERT INTO b VALUES (1);", "2-b.sql")
    _write(dataset, "INSERT INTO a VALUES (1);", "1-a.sql")
    _write(dataset, "no SQL", "README.md")

    assert [part.table for part in dataset.portions() if isinstance(part, Selected)] == ["a", "b"]


@pytest.mark.parametrize(
    ("statement", "table", "rows"),
    [
        ("INSERT INTO users (id) VALUES (1), (2), (3)", "users", 3),
        ("insert into Users values ((1 + (2))), (')')", "users", 2),
        ("INSERT INTO public.users VALUES (1)", "users", 1),
        ('INSERT INTO "Order" VALUES (1)', "Order", 1),
        ('INSERT INTO shop."Or""der" VALUES (1)', 'shop.Or"der', 1),
        ("INSERT INTO a SELECT id FROM b", "a", 1),
        ("WITH b AS (SELECT 1 AS id) INSERT INTO a SELECT id FROM b", "a", 1),
    ],
)
def test_an_insert_tells_its_table_and_rows(
    dataset: FilesDataset, statement: str, table: str, rows: int
) -> None:
    _write(dataset, f"-- a word\n{statement};\n")

    assert list(dataset.portions()) == [Selected(table, statement, rows)]


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN",
        "COMMIT",
        "START TRANSACTION",
        "SET statement_timeout = 0",
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "SELECT setval('users_id_seq', 3, true)",
        "ALTER TABLE users DISABLE TRIGGER USER",
        "ALTER TABLE ONLY public.users ENABLE ALWAYS TRIGGER one",
    ],
)
def test_what_a_fill_does_by_itself_is_left_out(dataset: FilesDataset, statement: str) -> None:
    _write(dataset, f"{statement};\n")

    assert list(dataset.portions()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE a SET b = 1",
        "CREATE TEMPORARY TABLE drawn AS SELECT 1",
        "SET CONSTRAINTS ALL DEFERRED",
        "SELECT insert_into_all()",
    ],
)
def test_any_other_statement_is_run(dataset: FilesDataset, statement: str) -> None:
    _write(dataset, f"{statement};\n")

    assert list(dataset.portions()) == [Prepared(statement)]


def test_rows_are_counted_over_all_files(dataset: FilesDataset) -> None:
    _write(dataset, "INSERT INTO a VALUES (1), (2); UPDATE a SET b = 1;", "1.sql")
    _write(dataset, "INSERT INTO b VALUES (1);", "2.sql")

    assert dataset.rows == 3


def test_the_digest_changes_with_a_row_and_not_with_a_comment(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        (tmp_path / "rows.sql").write_text(text, "utf-8")
        return FilesDataset("some", (tmp_path,)).digest

    before = digest("INSERT INTO a VALUES (1);")
    assert digest("-- said\nINSERT INTO a VALUES (1);") == before
    assert digest("INSERT INTO a VALUES (2);") != before


def test_a_folder_without_sql_is_refused_by_its_name(dataset: FilesDataset) -> None:
    with pytest.raises(TroubleError, match=dataset.files[0].name):
        list(dataset.portions())


@pytest.mark.parametrize("text", ["\\copy a FROM 'b'\n", "COPY a FROM stdin;\n1\n\\.\n"])
def test_what_is_for_psql_alone_is_refused_by_its_file(dataset: FilesDataset, text: str) -> None:
    _write(dataset, text)

    with pytest.raises(TroubleError, match=r"rows\.sql"):
        list(dataset.portions())

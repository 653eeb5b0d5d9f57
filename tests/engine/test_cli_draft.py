"""The command that writes a contract: what it says, what it refuses to write over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import Ran

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
SCHEMA = "CREATE TABLE authors (id bigserial PRIMARY KEY, book_count integer NOT NULL DEFAULT 0);"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "mine.sql"
    path.write_text(SCHEMA, "utf-8")
    return path


def test_a_draft_says_what_it_wrote_and_what_to_run_next(run: Run, schema: Path) -> None:
    ran = run("draft", str(schema), "-o", str(schema.parent / "mine"))

    first, _, last = ran.out.splitlines()
    assert "1 table, " in first
    assert last == f"next: vrss-contract verify {schema} --contract {schema.parent / 'mine'}"


def test_verify_judges_the_drafted_schema_without_being_told_its_file(
    run: Run, schema: Path
) -> None:
    run("draft", str(schema), "-o", str(schema.parent / "mine"))

    assert run("verify", "--contract", str(schema.parent / "mine")).code == 0


def test_the_notes_name_what_looks_like_a_counter(run: Run, schema: Path) -> None:
    run("draft", str(schema), "-o", str(schema.parent / "mine"))

    assert "`authors.book_count`" in (schema.parent / "mine" / "NOTES.md").read_text("utf-8")


def test_a_folder_in_use_is_refused(run: Run, schema: Path) -> None:
    ran = run("draft", str(schema), "-o", str(schema.parent))

    assert (ran.code, "error[folder-in-use]" in ran.err) == (3, True)


def test_a_folder_in_use_is_written_into_with_force(run: Run, schema: Path) -> None:
    assert run("draft", str(schema), "-o", str(schema.parent), "--force").code == 0


def test_several_files_are_drafted_as_one_schema(run: Run, schema: Path) -> None:
    more, folder = schema.parent / "more.sql", schema.parent / "mine"
    more.write_text("CREATE TABLE books (id bigint PRIMARY KEY);\nCOPY books FROM stdin;\n1\n\\.\n")

    ran = run("draft", str(schema), str(more), "-o", str(folder))

    assert "2 tables, " in ran.out
    assert ran.out.splitlines()[-1].startswith(f"next: vrss-contract verify {schema} {more} ")
    assert run("verify", "--contract", str(folder)).code == 0

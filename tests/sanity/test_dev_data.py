"""The development data: the script draws the same rows every time, and the SQL files hold them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.dev_data import __main__ as command
from tools.dev_data import files, people, tables
from tools.dev_data.draw import DAY, NOW, Draw
from tools.dev_data.rows import Expression, Rows, rows_of

from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Contract

pytestmark = pytest.mark.once
_DRAWN = "from tools.dev_data import files; print(dict(files()))"
each_table = pytest.mark.parametrize("rows", tables(), ids=lambda rows: rows.table)


def _drawn(seed: int) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": str(seed), "TZ": f"<+0{seed}>-{seed}"}
    call = [sys.executable, "-c", _DRAWN]
    root = Path(__file__).parents[2]
    return subprocess.run(call, cwd=root, env=environment, check=True, capture_output=True).stdout


def test_the_files_are_what_the_script_draws(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(["--check"])

    assert capsys.readouterr().out == ""
    assert code == 0


def test_a_file_that_was_changed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["--write", str(tmp_path)])
    with (tmp_path / "02-users.sql").open("a") as file:
        file.write("SELECT 1;\n")

    code = command.main(["--check", str(tmp_path)])

    assert (code, capsys.readouterr().out.count("\n")) == (1, 1)


def test_writing_removes_what_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "99-more.sql").write_text("SELECT 1;\n")

    command.main(["--write", str(tmp_path)])

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files())


@pytest.mark.parametrize("words", [[], ["--chek"], ["--check", "one", "other"]])
def test_other_words_are_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(words) == 3
    assert capsys.readouterr().err == f"{command.USAGE}\n"


def test_rows_do_not_depend_on_the_process() -> None:
    assert _drawn(1) == _drawn(2)


def test_every_table_has_rows_and_parents_come_first(contract: Contract) -> None:
    written = [rows.table for rows in tables()]
    assert sorted([*written, "subscription_tiers"]) == sorted(contract.tables)
    for place, table in enumerate(written):
        parents = {key.references for key in contract.tables[table].foreign_keys}
        assert parents - {table, "subscription_tiers"} <= set(written[:place])


@each_table
def test_a_row_has_a_value_for_every_column(rows: Rows, contract: Contract) -> None:
    columns = {column.name for column in contract.tables[rows.table].columns}
    assert set(rows.columns) == columns
    assert {len(row) for row in rows.values} == {len(columns)}


@each_table
def test_ids_are_given_from_1_without_a_gap(rows: Rows) -> None:
    place = rows.columns.index("id")
    ids = [row[place] for row in rows.values]
    assert ids == list(range(1, len(ids) + 1))


@each_table
def test_no_row_was_made_after_the_clock(rows: Rows) -> None:
    name = "added_at" if rows.table == "list_members" else "created_at"
    place = rows.columns.index(name)
    assert max(row[place] for row in rows.values) <= NOW


@each_table
def test_a_document_has_its_shape(rows: Rows, contract: Contract) -> None:
    for shape in contract.shapes.values():
        if shape.table == rows.table and len(shape.columns) == 1:
            place, checker = rows.columns.index(shape.column), Checker(shape)
            texts = [row[place] for row in rows.values if row[place] is not None]
            assert [text for text in texts if not checker.holds(text)] == []


def test_usernames_differ_and_need_no_check_of_the_servers() -> None:
    names = [one.username for one in people.people()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-z0-9_]{3,20}", name)] == []


def test_nobody_can_be_reached_at_an_address_of_the_data() -> None:
    (users,) = (rows for rows in tables() if rows.table == "users")
    place = users.columns.index("email")
    assert {row[place].partition("@")[2] for row in users.values} == {"example.com"}


def test_a_value_is_written_as_its_column_reads_it() -> None:
    values = (1, None, True, "it's", NOW, [3, 4], Expression("now()"))

    written = rows_of("t", "a b c d e f g", [values]).file()

    row = "(1, NULL, TRUE, 'it''s', '2026-01-01 00:00:00+00:00', '{3,4}', now());\n"
    assert row in written


@pytest.mark.parametrize("name", ["users", "posts"])
def test_a_source_draws_the_same_again(name: str) -> None:
    one, other = Draw(name), Draw(name)
    assert [one.moment(NOW - DAY), one.fake.name()] == [other.moment(NOW - DAY), other.fake.name()]


def test_sources_draw_apart() -> None:
    assert Draw("users").random.random() != Draw("posts").random.random()


def test_a_moment_lies_within_its_bounds() -> None:
    draw = Draw("bounds")
    moments = [draw.moment(NOW - DAY, NOW, bend=0.5) for _ in range(200)]
    assert min(moments) >= NOW - DAY
    assert max(moments) < NOW


def test_where_no_second_is_left_a_moment_is_the_earlier_bound() -> None:
    assert Draw("bounds").moment(NOW, NOW) == NOW
    assert Draw("bounds").moment(NOW, NOW - DAY) == NOW

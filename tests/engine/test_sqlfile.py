"""A .sql file becomes steps with lines and phases."""

from pathlib import Path

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.target.sqlfile import parse

pytestmark = pytest.mark.once


def test_a_step_belongs_to_the_phase_marked_last() -> None:
    target = parse("SELECT 0;\n-- phase 1: one\nSELECT 1;\n-- Phase 2: two\nSELECT 2;", name="t")
    assert [(step.sql, step.line, step.phase) for step in target.steps] == [
        ("SELECT 0", 1, 0),
        ("SELECT 1", 3, 1),
        ("SELECT 2", 5, 2),
    ]


def test_a_marker_inside_a_body_is_none() -> None:
    script = "-- phase 1: a\nDO $$\n-- phase 4 of the plan\nBEGIN END $$;\nSELECT 1;"
    assert {step.phase for step in parse(script, name="t").steps} == {1}


def test_phases_come_in_the_order_in_which_they_stand() -> None:
    target = parse("-- phase 2: b\nSELECT 2;\n-- phase 1: a\nSELECT 1;", name="t")
    assert target.phases == (2, 1)


@pytest.mark.parametrize(
    "prose",
    [
        "-- Phase 3.6: Media Router",
        "-- phase 3 comes later",
        "-- phase 3:",
        "-- see phase 3: features",
        "SELECT 0; -- phase 3: features",
        "/* phase 3: features */",
    ],
)
def test_prose_marks_no_phase(prose: str) -> None:
    assert parse(f"{prose}\nSELECT 1;", name="t").phases == ()


WAYS_BACK = {
    "goose": ("-- +goose Up", "-- +goose Down"),
    "goose with statements": ("-- +goose Up\n-- +goose StatementBegin", "--+goose down"),
    "sql-migrate": ("-- +migrate Up", "-- +migrate Down notransaction"),
    "dbmate": ("-- migrate:up", "-- migrate:down transaction:false"),
    "rambler": ("-- rambler up", "-- rambler down"),
    "micrate": ("-- +micrate Up", "-- +micrate Down"),
    "node-pg-migrate": ("-- Up Migration", "-- Down Migration"),
    "mybatis": ("-- // one", "-- //@UNDO"),
    "tern": ("", "---- create above / drop below ----"),
}


@pytest.mark.parametrize("tool", WAYS_BACK)
def test_the_way_back_of_a_migration_is_left_out_and_told(tool: str) -> None:
    up, down = WAYS_BACK[tool]
    target = parse(f"{up}\nSELECT 1;\n{down}\nSELECT 2;\n\\i x.sql\n", name="t")

    assert [step.sql for step in target.steps] == ["SELECT 1"]
    (note,) = target.notes
    assert f"below `{down}`" in note


def test_the_next_migration_of_a_script_begins_anew() -> None:
    one = "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n"
    target = parse(one * 2, name="t")

    assert [step.line for step in target.steps] == [2, 6]
    assert target.notes == (
        "left out 2 statements below `-- +goose Down`, from line 4 on: they take the schema back",
    )


def test_a_marker_in_prose_takes_nothing_back() -> None:
    script = "-- what goes down\nSELECT 1; -- +goose Down\nSELECT '\n-- +goose Down\n';"
    assert len(parse(script, name="t").steps) == 2


def test_the_guard_of_a_dump_is_passed_over() -> None:
    script = "\\restrict Abc\nSELECT 1;\n\\unrestrict Abc\n"
    assert [step.line for step in parse(script, name="t").steps] == [2]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse("\ufeffSELECT 1", name="t").steps[0].sql == "SELECT 1"


def test_a_copy_of_no_rows_is_left_out() -> None:
    script = "SELECT 1;\nCOPY public.t (a) FROM stdin;\n\\.\n\n\nSELECT 2;"
    assert [(step.sql, step.line) for step in parse(script, name="t").steps] == [
        ("SELECT 1", 1),
        ("SELECT 2", 6),
    ]


def test_rows_below_a_copy_are_kept_with_it() -> None:
    script = "COPY t (a) FROM stdin;\nit's; --\n\\N\n\\.\n\nSELECT 1;\nCOPY t TO stdout;"
    first, second = parse(script.removesuffix("COPY t TO stdout;"), name="t").steps

    assert (first.sql, first.line, first.rows) == ("COPY t (a) FROM stdin", 1, "it's; --\n\\N\n")
    assert (second.sql, second.line, second.rows) == ("SELECT 1", 6, None)


def test_a_copy_to_psql_is_refused() -> None:
    with pytest.raises(TroubleError, match="copy-data"):
        parse("COPY t TO stdout;\n", name="t")


def test_a_copy_at_the_end_is_refused() -> None:
    with pytest.raises(TroubleError, match="copy-data"):
        parse("COPY t (a) FROM stdin;", name="t")


def test_what_only_prints_is_passed_over() -> None:
    script = "\\echo 'a'\n\\set ON_ERROR_STOP on\n\\timing\nSELECT 1;\n\\qecho b\n"
    assert [step.sql for step in parse(script, name="t").steps] == ["SELECT 1"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("SELECT :n", "SELECT 5"),
        ("SELECT :'word'", "SELECT 'it''s'"),
        ('SELECT :"word"', 'SELECT "it\'s"'),
        ("SELECT 1::n", "SELECT 1::n"),
        ("SELECT :other", "SELECT :other"),
        ("SELECT ':n'", "SELECT ':n'"),
        ("SELECT $$:n$$", "SELECT $$:n$$"),
        ("SELECT a[1:n]", "SELECT a[15]"),  # as psql does
    ],
)
def test_a_value_that_is_set_stands_where_it_is_named(written: str, sent: str) -> None:
    script = f"\\set n 5\n\\set word 'it''s'\n{written};"
    assert [step.sql for step in parse(script, name="t").steps] == [sent]


@pytest.mark.parametrize("word", ["\\i", "\\ir", "\\include", "\\include_relative"])
def test_an_included_file_is_read_in_its_place(word: str, tmp_path: Path) -> None:
    (tmp_path / "b.sql").write_text("SELECT 2;\n")

    target = parse(f"SELECT 1;\n{word} b.sql\nSELECT 3;", name="a.sql", folder=tmp_path)

    here = str(tmp_path / "b.sql")
    assert [(step.sql, step.line, step.file) for step in target.steps] == [
        ("SELECT 1", 1, ""),
        ("SELECT 2", 1, here),
        ("SELECT 3", 3, ""),
    ]


def test_an_included_file_that_is_missing_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match=r"a\.sql:2 includes b\.sql") as refused:
        parse("SELECT 1;\n\\ir b.sql", name="a.sql", folder=tmp_path)
    assert refused.value.code == "included-file"


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("\\ir a.sql\n")

    with pytest.raises(TroubleError) as refused:
        parse("\\ir a.sql\n", name="a.sql", folder=tmp_path)
    assert refused.value.found == "files include each other in a circle"


@pytest.mark.parametrize("line", ["\\if true", "\\gexec", "\\! ls", "\\copy t from a.csv"])
def test_what_psql_alone_can_do_is_refused(line: str) -> None:
    with pytest.raises(TroubleError, match="psql-command"):
        parse(f"SELECT 1;\n{line}\n", name="t")


def test_the_database_that_a_dump_connects_to_is_passed_over() -> None:
    target = parse("\\connect app\nSELECT 1;", name="t")

    assert [step.sql for step in target.steps] == ["SELECT 1"]
    assert target.notes == (
        "t:1: `\\connect app` was passed over: all is loaded into one database",
    )

"""A .sql file becomes steps with lines and phases."""

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


def test_a_copy_of_rows_is_refused() -> None:
    with pytest.raises(TroubleError, match="copy-data"):
        parse("COPY t (a) FROM stdin;\nit's\n\\.\nCOPY t (a) FROM stdin;\n\\.\n", name="t")


def test_a_copy_at_the_end_is_refused() -> None:
    with pytest.raises(TroubleError, match="copy-data"):
        parse("COPY t (a) FROM stdin;", name="t")

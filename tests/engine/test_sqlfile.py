"""A .sql file becomes steps with lines and phases."""

from vrss_contract.target.sqlfile import parse


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


def test_the_guard_of_a_dump_is_passed_over() -> None:
    script = "\\restrict Abc\nSELECT 1;\n\\unrestrict Abc\n"
    assert [step.line for step in parse(script, name="t").steps] == [2]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse("\ufeffSELECT 1", name="t").steps[0].sql == "SELECT 1"

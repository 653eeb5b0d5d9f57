"""Which mutants are made of a trigger, and of a function by the triggers that call it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.engine import catalogs
from vrss_contract.contract.model import Contract
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.bodies import OPERATORS

pytestmark = pytest.mark.once

NO_CONTRACT = Contract({}, {}, {}, ())
TRIGGER = """\
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OF a, b ON notes
FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION keep()"""
SET_AT_ONCE = """\
CREATE TRIGGER kept AFTER DELETE ON notes REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION keep()"""


def _of_trigger(definition: str, **function: str) -> Sequence[Mutant]:
    trigger = catalogs.trigger("kept", definition=definition, function="keep")
    tables = catalogs.catalog(
        catalogs.table("notes", trigger), functions=(catalogs.function("keep", **function),)
    )
    return made(OPERATORS, Schema(tables, {}, NO_CONTRACT)).mutants


@pytest.mark.parametrize(
    ("id_", "line"),
    [
        ("trigger-dropped:notes.kept", "DROP TRIGGER kept ON notes"),
        ("trigger-disabled:notes.kept", "ALTER TABLE notes DISABLE TRIGGER kept"),
        ("trigger-replica:notes.kept", "ALTER TABLE notes ENABLE REPLICA TRIGGER kept"),
        ("trigger-event-dropped:notes.kept[without INSERT]", "BEFORE UPDATE OF a, b ON notes"),
        ("trigger-event-dropped:notes.kept[without UPDATE OF a, b]", "BEFORE INSERT  ON notes"),
        ("trigger-event-dropped:notes.kept[without OF a, b]", "BEFORE INSERT OR UPDATE  ON notes"),
        ("trigger-column-dropped:notes.kept[UPDATE OF without a]", "OR UPDATE OF b ON notes"),
        ("trigger-column-dropped:notes.kept[UPDATE OF without b]", "OR UPDATE OF a ON notes"),
        ("trigger-timing:notes.kept[BEFORE -> AFTER]", "kept AFTER INSERT OR"),
        ("trigger-level:notes.kept[ROW -> STATEMENT]", "FOR EACH STATEMENT WHEN"),
        ("trigger-when:notes.kept[without WHEN (new.a > 1)]", "FOR EACH ROW  EXECUTE"),
        ("trigger-when:notes.kept[WHEN NOT (new.a > 1)]", "WHEN (NOT (new.a > 1))"),
    ],
)
def test_a_trigger_is_spoilt_in_one_place(id_: str, line: str) -> None:
    ddl = {one.id: one.ddl[0] for one in _of_trigger(TRIGGER)}

    assert line in " ".join(ddl[id_].split("\n")).replace("OF  ", "OF ").replace(
        "BEFORE  ", "BEFORE "
    )


@pytest.mark.parametrize(
    ("id_", "line"),
    [
        ("trigger-event:notes.kept[DELETE -> TRUNCATE]", "AFTER TRUNCATE ON notes"),
        ("trigger-level:notes.kept[STATEMENT -> ROW]", "FOR EACH ROW EXECUTE"),
    ],
)
def test_a_trigger_of_one_event_fires_for_another(id_: str, line: str) -> None:
    ddl = {one.id: one.ddl[0] for one in _of_trigger(SET_AT_ONCE)}

    assert line in " ".join(ddl[id_].split("\n"))


def test_transition_tables_take_the_rows_of_each_other() -> None:
    (found,) = (one for one in _of_trigger(SET_AT_ONCE) if one.operator == "trigger-transition")

    assert "REFERENCING NEW TABLE AS gone" in found.ddl[0]


def test_what_a_trigger_of_rows_returns_is_another_row() -> None:
    mutants = _of_trigger(TRIGGER, body="BEGIN RETURN NEW; END")

    own = {one.what for one in mutants if one.operator == "return-exchanged"}

    assert own == {"RETURN NEW -> RETURN NULL", "RETURN NEW -> RETURN OLD"}


def test_what_a_trigger_of_statements_returns_is_no_matter() -> None:
    mutants = _of_trigger(SET_AT_ONCE, body="BEGIN RETURN NULL; END")

    assert [one for one in mutants if one.operator == "return-exchanged"] == []


def test_one_transition_table_is_taken_for_the_other() -> None:
    both = SET_AT_ONCE.replace("DELETE", "UPDATE").replace("gone", "gone NEW TABLE AS come")

    mutants = _of_trigger(both, body="BEGIN PERFORM FROM gone; RETURN NULL; END")

    assert any("PERFORM FROM come;" in one.ddl[0] for one in mutants)


def test_a_function_bears_on_the_tables_of_its_triggers_and_is_about_these() -> None:
    (one, *_) = (one for one in _of_trigger(TRIGGER) if one.object == "keep")

    assert (one.tables, one.about, one.meets) == (("notes",), ("kept",), True)

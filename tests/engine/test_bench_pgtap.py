"""The pgTAP script that the speed comparison runs: it asserts what the contract says, no less."""

import pytest
from benchmarks.assertions import assertions
from benchmarks.common import checks, common, comparable
from benchmarks.script import script

from tests import contracts
from vrss_contract.contract.model import (
    Case,
    Clause,
    Column,
    Contract,
    FactPromise,
    Given,
    Key,
    RowsPromise,
    Table,
)

_NAME = Column("name", "varchar(5)", default="'it''s'")
_TABLE = Table("t", 1, "A thing.", (Column("id", "bigserial"), _NAME), (Key("t_pkey", ("id",)),))
_CONTRACT = Contract({"t": _TABLE}, {}, {}, ())


def _asserted(promise: RowsPromise | FactPromise) -> list[str]:
    return list(assertions(Clause("t.x", "any", "must", "So it is.", promise), _CONTRACT))


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contracts.canonical()


def test_a_refused_row_is_expected_to_end_in_its_sqlstate() -> None:
    case = Case("too long", {"name": "xxxxxx"}, "string_data_right_truncation")

    (assertion,) = _asserted(RowsPromise("t", (case,)))

    row = "INSERT INTO t (id, name) OVERRIDING SYSTEM VALUE VALUES (101, ''xxxxxx'')"
    assert assertion == f"throws_ok('{row}', '22001'::char(5), NULL, 't.x: too long')"


def test_a_taken_row_is_expected_to_reach_what_undoes_it() -> None:
    (assertion,) = _asserted(RowsPromise("t", (Case("any", {}),)))

    steps = "INSERT INTO t (id) OVERRIDING SYSTEM VALUE VALUES (101); SELECT pg_temp.undo()"
    assert assertion == f"throws_ok('{steps}', 'UNDON'::char(5), NULL, 't.x: any')"


def test_the_rows_that_are_there_before_come_first() -> None:
    case = Case("twice", {"id": 7}, "unique_violation", given=(Given("t", {"id": 7}),))

    (assertion,) = _asserted(RowsPromise("t", (case,)))

    assert "(7); INSERT INTO t (id) OVERRIDING SYSTEM VALUE VALUES (7)'" in assertion


def test_a_default_is_asserted_as_the_text_it_holds() -> None:
    promise = FactPromise("default", "t", "name", _NAME)

    assert _asserted(promise) == [
        "col_default_is('public', 't'::name, 'name'::name, 'it''s'::text, 't.x')"
    ]


def test_a_fact_that_is_not_compared_has_no_assertion() -> None:
    assert _asserted(FactPromise("constraints", "t", "t", _TABLE)) == []


def test_every_check_that_is_compared_has_an_assertion(contract: Contract) -> None:
    short = [c.id for c in common(contract) if len(list(assertions(c, contract))) < checks(c)]

    assert short == []


def test_no_clause_that_is_not_compared_has_an_assertion(contract: Contract) -> None:
    left_out = [clause for clause in contract.clauses if not comparable(clause)]

    assert left_out
    assert [c.id for c in left_out if list(assertions(c, contract))] == []


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_the_plan_is_the_number_of_assertions(at_once: int) -> None:
    written = script(_CONTRACT, ["ok(TRUE)"] * 3, at_once=at_once)

    assert "SELECT plan(3);" in written
    assert written.count("ok(TRUE)") == 3


def test_the_script_undoes_all_it_did() -> None:
    written = script(_CONTRACT, ["ok(TRUE)"]).splitlines()

    assert written[-2:] == ["SELECT * FROM finish();", "ROLLBACK;"]
    assert "BEGIN;" in written
    assert "COMMIT;" not in written

"""A contract as far as one of its phases: what is left of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import pytest

from tests import paths
from tests.engine.runs import Ran
from vrss_contract.contract import phases
from vrss_contract.contract.model import (
    Clause,
    Column,
    Contract,
    Enum,
    FactPromise,
    ForeignKey,
    Function,
    Given,
    InvariantPromise,
    Operation,
    PairsPromise,
    PhasePromise,
    Promise,
    Query,
    QueryPromise,
    RowsPromise,
    SchemaObject,
    Table,
    Trigger,
    TriggerPromise,
    TriggerStep,
)
from vrss_contract.errors import TroubleError
from vrss_contract.target.sqlfile import parse

pytestmark = pytest.mark.once
ONE, TWO = (Table(name, n, "", (), ()) for n, name in enumerate(("ones", "twos"), start=1))
MOOD = Enum("mood", 2, "", ("up",))
COUNT = Function("count_twos", 2, "", "trigger", "plpgsql", "BEGIN END")
TOUCH = Function("touch", 1, "", "trigger", "plpgsql", "SELECT count(*) FROM twos")
READ = Operation("read", "", "SELECT FROM ones")
BOTH = Operation("both", "", "SELECT FROM ones, twos")


def contract(*promises: Promise) -> Contract:
    clauses = tuple(
        Clause(f"c.{n}", "table", "must", "So.", promise) for n, promise in enumerate(promises)
    )
    return Contract(
        {"ones": ONE, "twos": TWO},
        {"mood": MOOD},
        {"count_twos": COUNT, "touch": TOUCH},
        clauses,
        operations={"read": READ, "both": BOTH},
    )


def fact(aspect: str, expected: object) -> FactPromise:
    return FactPromise(aspect, "ones", "x", expected)


OF_ONE: Mapping[str, Promise] = {
    "a fact": fact("columns", ONE),
    "a column": fact("type", Column("a", "text", example="twos")),
    "a function, whatever it reads": FactPromise("body", "", "touch", TOUCH),
    "rows": RowsPromise("ones", ()),
    "statements": TriggerPromise((TriggerStep("DELETE FROM ones", because="no twos"),)),
    "a phase": PhasePromise(1, "loads"),
    "operations": PairsPromise(("read",)),
}
OF_TWO: Mapping[str, Promise] = {
    "a table": FactPromise("columns", "twos", "twos", TWO),
    "a type": fact("type", Column("a", "mood")),
    "a reference": fact("foreign_key", ForeignKey("k", "a", "twos")),
    "a trigger": fact("trigger", Trigger("t", "after", ("insert",), "row", "count_twos")),
    "an object": FactPromise("object", "", "v", SchemaObject("v", "view", "")),
    "given rows": TriggerPromise((), given=(Given("twos", {}),)),
    "an invariant": InvariantPromise("SELECT FROM ones JOIN twos USING (id)"),
    "an invariant asked besides": TriggerPromise((TriggerStep("SELECT 1"),), asks=("c.later",)),
    "a query": QueryPromise("answers", Query("q", "", "must", "SELECT 1", "SELECT 1", ())),
    "a phase": PhasePromise(2, "loads"),
    "operations": PairsPromise(("read", "both")),
}
LATER = Clause("c.later", "invariant", "must", "So.", InvariantPromise("SELECT FROM twos"))


@pytest.mark.parametrize("what", OF_ONE)
def test_what_speaks_of_the_first_phase_is_asked(what: str) -> None:
    assert len(phases.up_to(contract(OF_ONE[what]), 1).clauses) == 1


@pytest.mark.parametrize("what", OF_TWO)
def test_what_needs_a_later_phase_is_not_asked(what: str) -> None:
    whole = contract(OF_TWO[what])
    whole = dataclasses.replace(whole, clauses=(*whole.clauses, LATER))

    assert phases.up_to(whole, 1).clauses == ()
    assert phases.up_to(whole, 2) == whole


def test_what_later_phases_declare_is_gone() -> None:
    part = phases.up_to(contract(), 1)

    assert ([*part.tables], [*part.enums], [*part.functions]) == (["ones"], [], ["touch"])


@pytest.mark.parametrize("number", [0, 3])
def test_there_is_no_other_phase(number: int) -> None:
    with pytest.raises(TroubleError) as caught:
        phases.up_to(contract(), number)

    assert caught.value.trouble.code == "no-such-phase"


def test_a_target_goes_as_far_as_its_marks() -> None:
    target = parse("SELECT 0;\n-- phase 1: a\nSELECT 1;\n-- phase 2: b\nSELECT 2;", name="t")

    assert [step.sql for step in target.up_to(1).steps] == ["SELECT 0", "SELECT 1"]
    assert target.up_to(None) == target


def test_a_file_of_the_first_phase_alone_holds_whole(verify: Callable[..., Ran]) -> None:
    foundation = paths.schema().read_text("utf-8").partition("-- phase 2:")[0]

    ran = verify(foundation, "--phase", "1")

    assert (ran.code, "clauses on what later phases make were not asked" in ran.out) == (0, True)

"""Clauses of kind pairs: two statements that meet at a gate, and may not end in a deadlock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engine import tiny
from vrss_contract.checks import pairs
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.contract.model import Clause, Contract, Given, Operation, PairsPromise
from vrss_contract.contract.model import RowTarget as Row
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target

_TWO_ROWS = (
    "WITH first AS (UPDATE counters SET n = n WHERE id = {} RETURNING id)"
    " UPDATE counters SET n = n FROM first WHERE counters.id = {}"
)
_OPERATIONS = {
    "forth": _TWO_ROWS.format(1, 2),
    "back": _TWO_ROWS.format(2, 1),
    "aside": "UPDATE counters SET n = n WHERE id = 3",
    "touch": "SELECT FROM counters WHERE id = :counter FOR KEY SHARE",
    "ends": "SELECT pg_terminate_backend(pg_backend_pid()) FROM counters WHERE id = 1 FOR UPDATE",
}
_GATE = Row("counters", 1)


@pytest.fixture(scope="module")
def context(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[JudgingContext]:
    known = tiny.contract(tmp_path_factory.mktemp("bench"))
    operations = {
        name: Operation(name, "It is so.", sql, {"counter": (1, 2, 3)} if ":" in sql else {})
        for name, sql in _OPERATIONS.items()
    }
    with tiny.context(replace(known, operations=operations), databases, tiny.KEEPS) as made:
        yield made


def _judged(context: JudgingContext, *operations: str, gate: Row = _GATE) -> Verdict:
    (verdict,) = pairs.KIND.judge([_clause(PairsPromise(operations, (), (gate,)))], context)
    return verdict


def _clause(promise: PairsPromise) -> Clause:
    return Clause("pairs.here", "pairs", "must", "It is so.", promise)


def _met(
    context: JudgingContext, *operations: str, thorough: bool = True
) -> list[tuple[str, str, str]]:
    """The gate, and two operations in the order in which they came to it."""
    promise = PairsPromise(operations, (), (_GATE,))
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        Player(copy, 3, reset=restorable.reset) as player,
    ):
        restorable.prepare(pairs.rows(promise, context.contract))
        found = pairs.meetings(promise, context.contract, restorable, player, thorough=thorough)
        return [
            (m.gate.sql.rpartition(" = 1 ")[2], _name(m.first), _name(m.second)) for m, _ in found
        ]


def _name(statement: str) -> str:
    return next((name for name, sql in _OPERATIONS.items() if sql == statement), "touch")


def test_two_that_lock_in_opposite_orders_are_broken(context: JudgingContext) -> None:
    verdict = _judged(context, "back", "forth")

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [("no deadlock", "a deadlock")]


def test_a_deadlock_is_told_with_its_sessions(context: JudgingContext) -> None:
    (finding,) = _judged(context, "back", "forth").findings

    assert finding.because == "two statements that wait for the same row, which is then let go"
    assert finding.repeat == (
        "-- session a\nBEGIN; SELECT FROM counters WHERE id = 1 FOR UPDATE; COMMIT;\n"
        f"-- session b\nBEGIN; {_OPERATIONS['forth']}; COMMIT;\n"
        f"-- session c\nBEGIN; {_OPERATIONS['back']}; COMMIT;"
    )


def test_two_that_lock_in_one_order_hold(context: JudgingContext) -> None:
    verdict = _judged(context, "forth")

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_a_gate_that_holds_up_nobody_shows_nothing(context: JudgingContext) -> None:
    assert _judged(context, "back", "forth", gate=Row("counters", 3)).outcome is Outcome.HOLDS


def test_a_session_that_ends_leaves_it_undecided(context: JudgingContext) -> None:
    verdict = _judged(context, "ends", "forth")

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.findings[0].found.startswith("session b: ")


def test_rows_that_are_not_taken_leave_it_undecided(context: JudgingContext) -> None:
    promise = PairsPromise(("forth",), (Given("marks", {"counter_id": 9}),), (_GATE,))

    (verdict,) = pairs.KIND.judge([_clause(promise)], context)

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.UNDECIDED, "they are taken")
    assert found.startswith("23503 ")


def test_who_is_not_held_up_does_not_come_to_the_gate(context: JudgingContext) -> None:
    assert _met(context, "aside", "forth") == [
        ("FOR UPDATE", "forth", "forth"),
        ("FOR NO KEY UPDATE", "forth", "forth"),
    ]


def test_a_weaker_gate_holds_up_fewer(context: JudgingContext) -> None:
    assert _met(context, "touch", "forth") == [
        ("FOR UPDATE", "touch", "touch"),
        ("FOR UPDATE", "touch", "forth"),
        ("FOR UPDATE", "forth", "touch"),
        ("FOR UPDATE", "forth", "forth"),
        ("FOR NO KEY UPDATE", "forth", "forth"),
    ]


def test_where_time_is_short_one_order_of_each_two_is_tried(context: JudgingContext) -> None:
    met = _met(context, "touch", "forth", thorough=False)

    assert met == [
        ("FOR UPDATE", "touch", "touch"),
        ("FOR UPDATE", "forth", "touch"),
        ("FOR UPDATE", "forth", "forth"),
    ]


def test_the_script_names_rows_gates_and_operations(context: JudgingContext) -> None:
    contract: Contract = context.contract
    promise = PairsPromise(("aside", "touch"), (), (_GATE,))

    script = pairs.KIND.sql(_clause(promise), contract, Target("tiny.sql", ()))

    assert script.endswith(
        "-- a third session holds one of these\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR UPDATE;\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR NO KEY UPDATE;\n\n"
        "-- and two other sessions run two of these\n"
        "UPDATE counters SET n = n WHERE id = 3;\n"
        "SELECT FROM counters WHERE id = 1 FOR KEY SHARE;"
    )

"""Clauses of kind pairs: two statements that meet at a gate, and may not end in a deadlock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engine import tiny
from vrss_contract.checks import pairs
from vrss_contract.checks.judging_context import Workbench
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.concurrency.restorable import Stage
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.contract.model import Clause, Contract, Given, Operation, PairsPromise
from vrss_contract.contract.model import Target as Row
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
def bench(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Workbench]:
    known = tiny.contract(tmp_path_factory.mktemp("bench"))
    operations = {
        name: Operation(name, "It is so.", sql, {"counter": (1, 2, 3)} if ":" in sql else {})
        for name, sql in _OPERATIONS.items()
    }
    with tiny.bench(replace(known, operations=operations), databases, tiny.KEEPS) as made:
        yield made


def _judged(bench: Workbench, *operations: str, gate: Row = _GATE) -> Verdict:
    (verdict,) = pairs.judge([_clause(PairsPromise(operations, (), (gate,)))], bench)
    return verdict


def _clause(promise: PairsPromise) -> Clause:
    return Clause("pairs.here", "pairs", "must", "It is so.", promise)


def _met(bench: Workbench, *operations: str, thorough: bool = True) -> list[tuple[str, str, str]]:
    """The gate, and two operations in the order in which they came to it."""
    promise = PairsPromise(operations, (), (_GATE,))
    with (
        bench.clone() as copy,
        Stage(copy, bench.contract) as stage,
        Player(copy, 3, reset=stage.reset) as player,
    ):
        stage.prepare(pairs.rows(promise, bench.contract))
        found = pairs.meetings(promise, bench.contract, stage, player, thorough=thorough)
        return [
            (m.gate.sql.rpartition(" = 1 ")[2], _name(m.first), _name(m.second)) for m, _ in found
        ]


def _name(statement: str) -> str:
    return next((name for name, sql in _OPERATIONS.items() if sql == statement), "touch")


def test_two_that_lock_in_opposite_orders_are_broken(bench: Workbench) -> None:
    verdict = _judged(bench, "back", "forth")

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [("no deadlock", "a deadlock")]


def test_a_deadlock_is_told_with_its_sessions(bench: Workbench) -> None:
    (finding,) = _judged(bench, "back", "forth").findings

    assert finding.because == "two statements that wait for the same row, which is then let go"
    assert finding.repeat == (
        "-- session a\nBEGIN; SELECT FROM counters WHERE id = 1 FOR UPDATE; COMMIT;\n"
        f"-- session b\nBEGIN; {_OPERATIONS['forth']}; COMMIT;\n"
        f"-- session c\nBEGIN; {_OPERATIONS['back']}; COMMIT;"
    )


def test_two_that_lock_in_one_order_hold(bench: Workbench) -> None:
    verdict = _judged(bench, "forth")

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_a_gate_that_holds_up_nobody_shows_nothing(bench: Workbench) -> None:
    assert _judged(bench, "back", "forth", gate=Row("counters", 3)).outcome is Outcome.HOLDS


def test_a_session_that_ends_leaves_it_undecided(bench: Workbench) -> None:
    verdict = _judged(bench, "ends", "forth")

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.findings[0].found.startswith("session b: ")


def test_rows_that_are_not_taken_leave_it_undecided(bench: Workbench) -> None:
    promise = PairsPromise(("forth",), (Given("marks", {"counter_id": 9}),), (_GATE,))

    (verdict,) = pairs.judge([_clause(promise)], bench)

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.UNDECIDED, "they are taken")
    assert found.startswith("23503 ")


def test_who_is_not_held_up_does_not_come_to_the_gate(bench: Workbench) -> None:
    assert _met(bench, "aside", "forth") == [
        ("FOR UPDATE", "forth", "forth"),
        ("FOR NO KEY UPDATE", "forth", "forth"),
    ]


def test_a_weaker_gate_holds_up_fewer(bench: Workbench) -> None:
    assert _met(bench, "touch", "forth") == [
        ("FOR UPDATE", "touch", "touch"),
        ("FOR UPDATE", "touch", "forth"),
        ("FOR UPDATE", "forth", "touch"),
        ("FOR UPDATE", "forth", "forth"),
        ("FOR NO KEY UPDATE", "forth", "forth"),
    ]


def test_where_time_is_short_one_order_of_each_two_is_tried(bench: Workbench) -> None:
    met = _met(bench, "touch", "forth", thorough=False)

    assert met == [
        ("FOR UPDATE", "touch", "touch"),
        ("FOR UPDATE", "forth", "touch"),
        ("FOR UPDATE", "forth", "forth"),
    ]


def test_the_script_names_rows_gates_and_operations(bench: Workbench) -> None:
    contract: Contract = bench.contract
    promise = PairsPromise(("aside", "touch"), (), (_GATE,))

    script = pairs.sql(_clause(promise), contract, Target("tiny.sql", ()))

    assert script.endswith(
        "-- a third session holds one of these\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR UPDATE;\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR NO KEY UPDATE;\n\n"
        "-- and two other sessions run two of these\n"
        "UPDATE counters SET n = n WHERE id = 3;\n"
        "SELECT FROM counters WHERE id = 1 FOR KEY SHARE;"
    )

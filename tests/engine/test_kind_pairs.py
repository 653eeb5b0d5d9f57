"""Clauses of kind pairs: two statements that meet at a gate, and may not end in a deadlock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.engine import tiny
from vrss_contract.checks import pairs
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.concurrency import meetings
from vrss_contract.concurrency.meeting_player import MeetingPlayer
from vrss_contract.concurrency.meetings import ALLOWED_ENDINGS, NO_DEADLOCK, Meetings
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.contract.model import Clause, Contract, Given, Operation, PairsPromise
from vrss_contract.contract.model import RowTarget as Row
from vrss_contract.contract.parameters import parameters
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
    "marks": "INSERT INTO marks (counter_id) VALUES (:first), (2), (:last)",
    "keys": "SELECT pg_advisory_xact_lock(7, k) FROM unnest(ARRAY[:first, -2, :last]) AS k",
    "wide": "SELECT pg_advisory_xact_lock(k * -9876543210) FROM unnest(ARRAY[:first, :last]) k",
    "spoil": "UPDATE counters SET n = 7 WHERE id = 1",
    "hurry": "SELECT FROM counters WHERE id = 1 FOR UPDATE NOWAIT",
    "deaf": (
        "DO $$ BEGIN UPDATE counters SET n = n WHERE id = 1;"
        " EXCEPTION WHEN query_canceled THEN NULL; END $$"
    ),
    "canceled": "SELECT pg_cancel_backend(pg_backend_pid()) FROM counters WHERE id = 1 FOR UPDATE",
    "late": (
        "WITH gate AS (SELECT FROM counters WHERE id = 1 FOR KEY SHARE)"
        " INSERT INTO lately (now, later) SELECT :first, :last FROM gate"
    ),
    "ends": "SELECT pg_terminate_backend(pg_backend_pid()) FROM counters WHERE id = 1 FOR UPDATE",
}
_LATELY = """
CREATE TABLE lately (now bigint, later bigint);
CREATE FUNCTION lock_counter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM FROM counters WHERE id = CASE TG_NAME WHEN 'now' THEN NEW.now ELSE NEW.later END
    FOR UPDATE;
    RETURN NULL;
END $$;
CREATE TRIGGER now AFTER INSERT ON lately FOR EACH ROW EXECUTE FUNCTION lock_counter();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON lately DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION lock_counter();
"""
"""Locks a counter at once, and another one at the commit."""
_GATE = Row("counters", 1)


@pytest.fixture(scope="module")
def context(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[JudgingContext]:
    known = tiny.contract(tmp_path_factory.mktemp("bench"))
    operations = {
        name: Operation(name, "It is so.", sql, dict.fromkeys(parameters(sql), (1, 2, 3)))
        for name, sql in _OPERATIONS.items()
    }
    with tiny.context(replace(known, operations=operations), databases, tiny.KEEPS) as made:
        yield made


def _judged(context: JudgingContext, *operations: str, gate: Row = _GATE, **fields: Any) -> Verdict:
    promise = PairsPromise(operations, (), (gate,), **fields)
    (verdict,) = pairs.KIND.judge([_clause(promise)], context)
    return verdict


def _clause(promise: PairsPromise) -> Clause:
    return Clause("pairs.here", "pairs", "must", "It is so.", promise)


def _met(context: JudgingContext, *operations: str, thorough: bool = True) -> list[tuple[str, ...]]:
    """The gate, and two operations in the order in which they came to it."""
    promise = PairsPromise(operations, (), (_GATE,))
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        MeetingPlayer(copy, commits=False) as player,
    ):
        restorable.prepare(meetings.rows(promise, context.contract))
        all_ = Meetings(promise, context.contract, copy, restorable, player, thorough=thorough)
        return [
            (m.gate.sql.rpartition(" = 1 ")[2], *(_name(one.sql) for one in m.callers))
            for m, _ in all_
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


_UP, _DOWN = {"first": 1, "last": 3}, {"first": 3, "last": 1}
_MIDDLE: dict[str, Any] = {"gate": Row("counters", 2), "strength": "no key update"}


def test_many_rows_in_opposite_orders_are_broken_by_who_calls_them_so(
    context: JudgingContext,
) -> None:
    verdict = _judged(context, "marks", one=_UP, other=_DOWN, **_MIDDLE)

    assert tiny.findings(verdict) == [("no deadlock", "a deadlock")]


def test_many_rows_in_one_order_hold(context: JudgingContext) -> None:
    verdict = _judged(context, "marks", one=_UP, other=_UP, **_MIDDLE)

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_a_value_of_one_operation_goes_before_that_of_all(context: JudgingContext) -> None:
    values = _UP | {"marks.first": 3, "marks.last": 1}

    assert _judged(context, "marks", one=_UP, other=values, **_MIDDLE).outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("promises", "outcome"),
    [(NO_DEADLOCK, Outcome.BROKEN), (ALLOWED_ENDINGS, Outcome.HOLDS)],
)
def test_what_is_locked_at_the_commit_deadlocks_too(
    context: JudgingContext, databases: Databases, promises: str, outcome: Outcome
) -> None:
    sides: dict[str, Any] = {"one": {"first": 2, "last": 3}, "other": {"first": 3, "last": 2}}

    with tiny.context(context.contract, databases, tiny.KEEPS + _LATELY) as late:
        verdict = _judged(late, "late", promises=promises, **sides)

    assert verdict.outcome is outcome


@pytest.mark.parametrize("operation", ["keys", "wide"])
def test_advisory_locks_in_opposite_orders_are_broken_without_a_row(
    context: JudgingContext, operation: str
) -> None:
    verdict = _judged(context, operation, one=_UP, other=_DOWN)

    assert verdict.outcome is Outcome.BROKEN
    assert "pg_advisory_xact_lock(" in verdict.findings[0].repeat.splitlines()[1]


def test_a_deadlock_that_a_retry_mends_is_an_allowed_ending(context: JudgingContext) -> None:
    verdict = _judged(context, "marks", one=_UP, other=_DOWN, promises=ALLOWED_ENDINGS, **_MIDDLE)

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ("spoil", 'invariant.counted: {"id":1,"n":7}'),
        ("hurry", 'ending.lock_not_available: could not obtain lock on row in relation "counters"'),
        ("ends", "session b: terminating connection due to administrator command"),
        ("canceled", "session b: query_canceled: canceling statement due to user request"),
    ],
)
def test_any_other_ending_is_broken(context: JudgingContext, operation: str, found: str) -> None:
    verdict = _judged(context, operation, promises=ALLOWED_ENDINGS)

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [("an allowed ending", found)]


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


def test_who_goes_on_when_it_is_canceled_comes_to_the_gate_like_any(
    context: JudgingContext,
) -> None:
    assert {("FOR UPDATE", "deaf", "forth"), ("FOR UPDATE", "forth", "back")} <= {
        *_met(context, "deaf", "forth", "aside", "back")
    }


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
        "-- a third session holds one of these, or an advisory lock that both take\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR UPDATE;\n"
        "BEGIN; SELECT FROM counters WHERE id = 1 FOR NO KEY UPDATE;\n\n"
        "-- and two other sessions run two of these\n"
        "UPDATE counters SET n = n WHERE id = 3;\n"
        "SELECT FROM counters WHERE id = 1 FOR KEY SHARE;"
    )

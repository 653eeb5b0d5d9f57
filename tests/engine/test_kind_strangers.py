"""Clauses of kind strangers: who shares no row waits for nobody, and nobody waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engine import tiny
from vrss_contract.checks import strangers
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Finding, Outcome, Verdict
from vrss_contract.concurrency.schedule.locks import Lock
from vrss_contract.concurrency.schedule.watched import Wait
from vrss_contract.concurrency.schedule.wire import Reply
from vrss_contract.concurrency.strangers import Met, NamedStatement
from vrss_contract.concurrency.workload.call import with_values
from vrss_contract.contract.model import Clause, Excepted, Given, Operation, StrangersPromise
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target

_MARK = "UPDATE counters SET n = n WHERE id = :counter"
_OPERATIONS = {
    "mark": _MARK,
    "first": "UPDATE counters SET n = n WHERE id = 1",
    "turn": "SELECT pg_advisory_xact_lock(7, -2), :counter",
    "queue": "SELECT pg_advisory_xact_lock(-7), :counter",
    "shut": "SELECT shut() WHERE :counter > 0",
    "none": "UPDATE counters SET n = n WHERE id = :counter + 100",
    "refused": "INSERT INTO marks (counter_id) VALUES (:counter + 100)",
    "impatient": "SELECT FROM counters WHERE id = 1 FOR UPDATE NOWAIT",
    "late": "INSERT INTO counters (id) VALUES (1000 + 0 * :counter)",
    "ends": "SELECT pg_terminate_backend(pg_backend_pid()) WHERE :counter > 0",
}
_LOCKS = {
    "first": "a row of counters",
    "turn": "advisory lock (7, -2)",
    "queue": "advisory lock (-7)",
    "shut": "AccessExclusiveLock on marks",
    "late": "the end of the transaction",
}
"""What an operation of these waits for, where somebody else's is open."""
_SHUT = """
CREATE FUNCTION shut() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    LOCK TABLE marks IN ACCESS EXCLUSIVE MODE;
END $$;
"""


@pytest.fixture(scope="module")
def context(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[JudgingContext]:
    known = tiny.contract(tmp_path_factory.mktemp("bench"))
    operations = {
        name: Operation(name, "It is so.", sql, {"counter": (1, 2, 3)} if ":" in sql else {})
        for name, sql in _OPERATIONS.items()
    }
    with tiny.context(replace(known, operations=operations), databases, tiny.KEEPS + _SHUT) as made:
        yield made


def _judged(context: JudgingContext, promise: StrangersPromise) -> Verdict:
    (verdict,) = strangers.KIND.judge([_clause(promise)], context)
    return verdict


def _clause(promise: StrangersPromise) -> Clause:
    return Clause("strangers.here", "strangers", "must", "It is so.", promise)


def _beside(context: JudgingContext, *operations: str) -> Verdict:
    """What is said of these, each on rows of its own where it takes a counter."""
    return _judged(
        context, StrangersPromise(operations, {"counter": 2}, operations, {"counter": 1})
    )


def _reader(context: JudgingContext, *operations: str, excepted: str = "") -> Verdict:
    exceptions = (Excepted(excepted, "said-so"),) if excepted else ()
    promise = StrangersPromise(operations, {"counter": 2}, reader=True, excepted=exceptions)
    return _judged(context, promise)


def _found(verdict: Verdict) -> list[tuple[str, str]]:
    """Beside what each finding is, and the first line of what was seen."""
    return [(one.because, one.found.splitlines()[0]) for one in verdict.findings]


def test_operations_on_rows_of_their_own_hold(context: JudgingContext) -> None:
    verdict = _beside(context, "mark")

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_who_waits_is_broken_with_the_lock(context: JudgingContext) -> None:
    verdict = _beside(context, *_LOCKS)

    assert verdict.outcome is Outcome.BROKEN
    assert _found(verdict) == [
        (f"beside `{name}`, left open", f"wait for {lock}: `{name}`")
        for name, lock in _LOCKS.items()
    ]


def test_what_is_left_open_may_be_others_than_are_tried(context: JudgingContext) -> None:
    promise = StrangersPromise(("mark",), {"counter": 1}, ("first",))

    assert _found(_judged(context, promise)) == [
        ("beside `first`, left open", "wait for a row of counters: `mark`")
    ]


def test_who_fails_instead_of_waiting_is_broken(context: JudgingContext) -> None:
    promise = StrangersPromise(("impatient",), {}, ("first",))

    assert _found(_judged(context, promise)) == [
        ("beside `first`, left open", "fail with lock_not_available: `impatient`")
    ]


def test_a_wait_is_told_with_what_two_sessions_run(context: JudgingContext) -> None:
    (finding,) = _beside(context, "turn").findings

    assert finding.repeat == (
        "-- session a\nBEGIN; SELECT pg_advisory_xact_lock(7, -2), 1;\n"
        "-- session b\nBEGIN; SELECT pg_advisory_xact_lock(7, -2), 2; COMMIT;"
    )


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("none", "it reads and writes no row"),
        ("refused", "refused with foreign_key_violation: "),
    ],
)
def test_what_does_nothing_alone_leaves_it_undecided(
    context: JudgingContext, operation: str, fault: str
) -> None:
    verdict = _beside(context, operation, "mark")

    assert verdict.outcome is Outcome.UNDECIDED
    assert {one.because for one in verdict.findings} == {f"`{operation}` alone"}
    assert verdict.findings[0].found.startswith(fault)


def test_a_session_that_ends_leaves_it_undecided(context: JudgingContext) -> None:
    verdict = _beside(context, "ends")

    assert (verdict.outcome, verdict.findings[0].because) == (Outcome.UNDECIDED, "two sessions")


def test_rows_that_are_not_taken_leave_it_undecided(context: JudgingContext) -> None:
    rows = (Given("marks", {"counter_id": 9}),)

    verdict = _judged(context, StrangersPromise(("mark",), {}, ("mark",), {}, rows))

    assert (verdict.outcome, verdict.findings[0].because) == (Outcome.UNDECIDED, "the rows before")


def test_a_reader_holds_up_nobody_by_reading(context: JudgingContext) -> None:
    assert _reader(context, "mark", "late").outcome is Outcome.HOLDS


def test_a_lock_that_a_reader_can_hold_is_broken(context: JudgingContext) -> None:
    assert _found(_reader(context, *_LOCKS)) == [
        ("beside a role that may only read", f"wait for {_LOCKS[name]}: `{name}`")
        for name in ("turn", "queue", "shut")
    ]


def test_a_readers_lock_is_told_with_what_takes_it(context: JudgingContext) -> None:
    (finding,) = _reader(context, "turn").findings

    assert finding.repeat.startswith("-- session a\nSELECT pg_advisory_lock(7, -2);\n-- session b")


def test_a_reader_who_is_denied_advisory_locks_holds_up_nobody(
    context: JudgingContext, databases: Databases
) -> None:
    database = databases.load(context.target)
    with database.administer() as admin:
        admin.execute("REVOKE EXECUTE ON FUNCTION pg_advisory_lock(bigint) FROM PUBLIC")
    with JudgingContext(context.contract, context.target, databases, database) as guarded:
        outcome = _reader(guarded, "queue").outcome
    databases.drop(database)

    assert outcome is Outcome.HOLDS


def test_an_excepted_operation_may_wait_for_a_readers_advisory_lock(
    context: JudgingContext,
) -> None:
    assert _reader(context, "turn", excepted="turn").outcome is Outcome.HOLDS


@pytest.mark.parametrize(("operation", "excepted"), [("shut", "shut"), ("turn", "queue")])
def test_an_exception_is_for_that_operation_and_advisory_locks_alone(
    context: JudgingContext, operation: str, excepted: str
) -> None:
    assert _reader(context, operation, excepted=excepted).outcome is Outcome.BROKEN


def test_findings_are_one_for_each_lock_of_each_that_was_left_open() -> None:
    first, other = NamedStatement("a", "SELECT 1"), NamedStatement("b", "SELECT 2")
    lock = Wait(Lock("relation", "ShareLock", "posts"), "while so")
    met = [
        Met(first, first, lock),
        Met(first, other, lock),
        Met(first, other, Reply(sqlstate="42501", message="no")),
        Met(other, first, lock),
    ]

    found = strangers.findings(met)

    assert [(one.because, one.found) for one in found] == [
        ("beside `a`, left open", "wait for ShareLock on posts: `a`, `b`\nwhile so"),
        ("beside `a`, left open", "fail with insufficient_privilege: `b`\nno"),
        ("beside `b`, left open", "wait for ShareLock on posts: `a`\nwhile so"),
    ]
    assert found[0] == Finding(
        "beside `a`, left open",
        "nobody waits",
        "wait for ShareLock on posts: `a`, `b`\nwhile so",
        "-- session a\nBEGIN; SELECT 1;\n-- session b\nBEGIN; SELECT 1; COMMIT;",
    )


@pytest.mark.parametrize(
    ("values", "sql"),
    [
        ({}, "counters SET n = n WHERE id = 1"),
        ({"counter": 2}, "counters SET n = n WHERE id = 2"),
        ({"counter": 2, "mark.counter": 3}, "counters SET n = n WHERE id = 3"),
        ({"counter": 2, "other.counter": 3}, "counters SET n = n WHERE id = 2"),
        ({"counter": None}, "counters SET n = n WHERE id = NULL"),
    ],
)
def test_an_operation_has_its_own_values_before_those_of_all(
    values: dict[str, int | None], sql: str
) -> None:
    known = {"mark": Operation("mark", "It is so.", _MARK, {"counter": (1, 2)})}

    assert with_values("mark", values, known) == f"UPDATE {sql}"


def test_the_script_has_rows_what_stays_open_and_what_is_tried(context: JudgingContext) -> None:
    promise = StrangersPromise(("mark",), {"counter": 2}, ("first",))

    script = strangers.KIND.sql(_clause(promise), context.contract, Target("tiny.sql", ()))

    assert script.endswith(
        "-- session a runs one of these, and stays open\n"
        "BEGIN; UPDATE counters SET n = n WHERE id = 1;\n\n"
        "-- session b runs any of these meanwhile, and does not wait\n"
        "BEGIN; UPDATE counters SET n = n WHERE id = 2; COMMIT;"
    )


def test_the_script_of_a_reader_reads_every_table(context: JudgingContext) -> None:
    promise = StrangersPromise(("mark",), {"counter": 2}, reader=True)

    script = strangers.KIND.sql(_clause(promise), context.contract, Target("tiny.sql", ()))

    assert (
        "BEGIN;\nSELECT FROM public.counters LIMIT 1;\n"
        "LOCK TABLE public.counters IN ACCESS SHARE MODE;\n"
    ) in script

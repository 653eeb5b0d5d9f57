"""Clauses of kind workload: programs are drawn, and one fault is enough to break a clause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine import tiny
from vrss_contract.checks import workload
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, Given, WorkloadPromise
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target

_PROMISE = WorkloadPromise(("mark",))
_OPERATIONS = """
- id: end
  kind: operation
  says: The session goes.
  source: here
  sql: SELECT pg_terminate_backend(pg_backend_pid())
- id: stop
  kind: operation
  says: The statement goes.
  source: here
  sql: SELECT pg_cancel_backend(pg_backend_pid())
- id: hurry
  kind: operation
  says: Nobody is waited for.
  source: here
  sql: SELECT FROM counters WHERE id = 1 FOR UPDATE NOWAIT
- id: insist
  kind: operation
  says: A retry is asked for, over and over.
  source: here
  sql: |
    DO $$ BEGIN RAISE 'again' USING ERRCODE = 'serialization_failure'; END $$
- id: fill
  kind: operation
  says: The server has no room.
  source: here
  sql: |
    DO $$ BEGIN RAISE 'no room' USING ERRCODE = 'disk_full'; END $$
"""


@pytest.fixture(scope="module")
def benches(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[dict[str, JudgingContext]]:
    contract = tiny.contract(tmp_path_factory.mktemp("benches"), _OPERATIONS)
    with (
        tiny.context(contract, databases, tiny.KEEPS) as keeps,
        tiny.context(contract, databases, tiny.FORGETS) as forgets,
    ):
        yield {tiny.KEEPS: keeps, tiny.FORGETS: forgets}


def _clause(promise: WorkloadPromise) -> Clause:
    return Clause("workload.here", "workload", "must", "It is so.", promise)


def _judged(context: JudgingContext, promise: WorkloadPromise = _PROMISE) -> Verdict:
    (verdict,) = workload.KIND.judge([_clause(promise)], context)
    return verdict


def test_a_counter_that_counts_holds(
    benches: dict[str, JudgingContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workload, "_EXAMPLES", 10)

    verdict = _judged(benches[tiny.KEEPS])

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_a_counter_that_does_not_is_broken_by_the_smallest_program(
    benches: dict[str, JudgingContext],
) -> None:
    verdict = _judged(benches[tiny.FORGETS])

    (finding,) = verdict.findings
    assert verdict.outcome is Outcome.BROKEN
    assert finding.expected == "an allowed ending"
    assert finding.found == 'invariant.counted: {"id":1,"n":0}'
    folder = benches[tiny.FORGETS].contract.manifest.folder
    replay = "vrss-contract replay 'rc: mark 1 | aa' tiny.sql"
    assert finding.repeat == f"{replay} --contract {folder}"


def test_the_same_programs_are_drawn_each_time(benches: dict[str, JudgingContext]) -> None:
    first, second = (_judged(benches[tiny.FORGETS]) for _ in range(2))

    assert first.findings == second.findings


def test_what_holds_by_protocol_is_asked_where_it_is_named(
    benches: dict[str, JudgingContext],
) -> None:
    given = (Given("marks", {"counter_id": 1}), Given("marks", {"counter_id": 1}))
    promise = WorkloadPromise(("mark",), given, ("invariant.few",))

    ((_, found),) = tiny.findings(_judged(benches[tiny.KEEPS], promise))

    assert found == 'invariant.few: {"id":1}'


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ("hurry", "ending.lock_not_available: could not obtain lock on row"),
        ("insist", "retry.serialization_failure: after serialization_failure, the retry ended"),
        ("end", "session a: terminating connection due to administrator command"),
        ("stop", "session a: query_canceled: canceling statement due to user request"),
    ],
)
def test_any_ending_but_a_commit_and_one_that_a_retry_mends_is_broken(
    benches: dict[str, JudgingContext],
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    found: str,
) -> None:
    if found.startswith("session"):  # each of these costs new sessions
        monkeypatch.setattr(workload, "_EXAMPLES", 2)

    verdict = _judged(benches[tiny.KEEPS], WorkloadPromise((operation,)))

    assert verdict.outcome is Outcome.BROKEN
    assert verdict.findings[0].found.startswith(found)
    assert f"rc: {operation}" in verdict.findings[0].repeat


def test_what_the_server_has_no_room_for_leaves_it_undecided(
    benches: dict[str, JudgingContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workload, "_EXAMPLES", 2)

    verdict = _judged(benches[tiny.KEEPS], WorkloadPromise(("fill",)))

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [("it is played to its end", "session a: disk_full: no room")]


def test_rows_that_are_not_taken_leave_it_undecided(benches: dict[str, JudgingContext]) -> None:
    promise = WorkloadPromise(("mark",), (Given("marks", {"counter_id": 9}),))

    verdict = _judged(benches[tiny.KEEPS], promise)

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.UNDECIDED, "they are taken")
    assert found.startswith("23503 ")


def test_the_script_names_the_operations_and_what_they_take(
    benches: dict[str, JudgingContext],
) -> None:
    contract = benches[tiny.KEEPS].contract

    script = workload.KIND.sql(_clause(_PROMISE), contract, Target("tiny.sql", ()))

    assert script.endswith(
        "-- then any two to four transactions of one to three of these, at once\n"
        "-- mark: counter in 1, 2\n"
        "INSERT INTO marks (counter_id) VALUES (:counter);"
    )

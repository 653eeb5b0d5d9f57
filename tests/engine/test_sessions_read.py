"""Entries on what sessions do: what each becomes, and what of them is refused with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine import tiny
from tests.engine.runs import Ran
from vrss_contract.contract.declared import Operation, SourceLocation
from vrss_contract.contract.model import (
    Attempt,
    Contract,
    Excepted,
    Given,
    InvariantPromise,
    PairsPromise,
    Promise,
    RowTarget,
    SchedulePromise,
    ScheduleSession,
    StrangersPromise,
    TriggerPromise,
    TriggerStep,
    WorkloadPromise,
)

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
_FILE = "repair.sql"
_HEAD = """
- id: {kind}.here
  kind: {kind}
  level: must
  says: It is so.
  object: counters
  source: here
"""
INVARIANT = _HEAD.format(kind="invariant") + (
    """\
  query: |
    SELECT id FROM counters
  never_falls: true
  protocol: true
  repair: repair.sql
  attempts:
    - {because: so, steps: [SELECT 1, SELECT 2]}
"""
)
TRIGGER = _HEAD.format(kind="trigger") + (
    """\
  given: [{table: marks, row: {counter_id: 1}}]
  asks: [invariant.few]
  steps:
    - do: |
        COPY marks (counter_id) FROM STDIN
      because: so
      data: "1\\n"
      as: stranger
      settings: {search_path: pg_temp}
      error: insufficient_privilege
      gives: {"1": "1"}
      drifts: true
      commits: false
    - run: repair.sql
"""
)
SCHEDULE = _HEAD.format(kind="schedule") + (
    """\
  given: [{table: marks, row: {counter_id: 1}}]
  sessions:
    - does: [SELECT 1, {run: repair.sql}]
      may: [unique_violation]
    - does: [SELECT 2]
  levels: [[rc, ser]]
  asks: [invariant.few]
  then: {"1": "1"}
  shows: invariant.counted
"""
)
PAIRS = _HEAD.format(kind="pairs") + (
    """\
  operations: [mark]
  given: [{table: marks, row: {counter_id: 1}}]
  gates: [{table: counters, id: 1}]
"""
)
STRANGERS = _HEAD.format(kind="strangers") + (
    """\
  given: [{table: marks, row: {counter_id: 1}}]
  left_open: [unmark]
  operations: [mark]
  one: {counter: 1, unmark.all: true}
  other: {mark.counter: 2}
"""
)
READER = _HEAD.format(kind="strangers") + (
    """\
  operations: [mark]
  other: {counter: 2}
  reader: true
  excepted: [{operation: mark, erratum: marks-wait}]
"""
)
WORKLOAD = _HEAD.format(kind="workload") + (
    """\
  operations: [mark]
  given: [{table: marks, row: {counter_id: 1}}]
  asks: [invariant.few]
"""
)
OPERATION = """
- id: unmark
  kind: operation
  says: Marks go.
  source: here
  takes: {counter: [1, 2], all: [true]}
  sql: |
    DELETE FROM marks WHERE counter_id = :counter OR :all
  may: [lock_not_available]
  deletes: true
"""
GIVEN = (Given("marks", {"counter_id": 1}),)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Contract]:
    def call(entry: str) -> Contract:
        tiny.folder(tmp_path)
        (tmp_path / "contracts" / _FILE).write_text("SELECT 3\n")
        return tiny.contract(tmp_path, entry)

    return call


Read = Callable[[str], Contract]


def _promise(contract: Contract) -> Promise:
    (clause,) = (clause for clause in contract.clauses if clause.id.endswith(".here"))
    return clause.promise


def test_an_invariant_is_its_query_and_what_is_tried(read: Read) -> None:
    assert _promise(read(INVARIANT)) == InvariantPromise(
        "SELECT id FROM counters",
        (Attempt("so", ("SELECT 1", "SELECT 2")),),
        never_falls=True,
        protocol=True,
        repair=_FILE,
    )


def test_a_step_is_what_is_done_by_whom_and_what_comes_of_it(read: Read) -> None:
    copy = TriggerStep(
        "COPY marks (counter_id) FROM STDIN",
        because="so",
        data="1\n",
        role="stranger",
        settings={"search_path": "pg_temp"},
        error="insufficient_privilege",
        gives={"1": "1"},
        drifts=True,
        commits=False,
    )

    assert _promise(read(TRIGGER)) == TriggerPromise(
        (copy, TriggerStep("SELECT 3")), GIVEN, ("invariant.few",)
    )


def test_a_schedule_is_its_sessions_and_what_is_so_in_the_end(read: Read) -> None:
    assert _promise(read(SCHEDULE)) == SchedulePromise(
        (
            ScheduleSession(("SELECT 1", "SELECT 3"), ("unique_violation",)),
            ScheduleSession(("SELECT 2",)),
        ),
        GIVEN,
        (("rc", "ser"),),
        ("invariant.few",),
        {"1": "1"},
        "invariant.counted",
    )


def test_pairs_are_operations_and_the_rows_that_hold_them_up(read: Read) -> None:
    assert _promise(read(PAIRS)) == PairsPromise(("mark",), GIVEN, (RowTarget("counters", 1),))


def test_strangers_are_operations_on_two_sides(read: Read) -> None:
    assert _promise(read(STRANGERS + OPERATION)) == StrangersPromise(
        ("mark",), {"mark.counter": 2}, ("unmark",), {"counter": 1, "unmark.all": True}, GIVEN
    )


def test_what_is_left_open_is_all_operations_where_it_is_not_said(read: Read) -> None:
    entry = STRANGERS.replace("  left_open: [unmark]\n", "").replace(", unmark.all: true", "")

    assert _promise(read(entry)) == StrangersPromise(
        ("mark",), {"mark.counter": 2}, ("mark",), {"counter": 1}, GIVEN
    )


def test_beside_a_reader_an_operation_may_be_excepted(tmp_path: Path, read: Read) -> None:
    erratum = (
        "- {id: marks-wait, sources: so, observed: so, decided: so, clauses: [strangers.here]}\n"
    )
    (tiny.folder(tmp_path) / "errata.yaml").write_text(erratum)

    assert _promise(read(READER)) == StrangersPromise(
        ("mark",), {"counter": 2}, reader=True, excepted=(Excepted("mark", "marks-wait"),)
    )


def test_a_workload_is_operations_and_rows(read: Read) -> None:
    assert _promise(read(WORKLOAD)) == WorkloadPromise(("mark",), GIVEN, ("invariant.few",))


def test_an_operation_is_no_clause(read: Read) -> None:
    contract = read(OPERATION)

    assert "unmark" in contract.operations
    assert not [clause for clause in contract.clauses if clause.id == "unmark"]


def test_an_operation_is_a_statement_with_values(read: Read) -> None:
    operation = read(OPERATION).operations["unmark"]

    assert replace(operation, place=SourceLocation("", 0)) == Operation(
        "unmark",
        "Marks go.",
        "DELETE FROM marks WHERE counter_id = :counter OR :all",
        {"counter": (1, 2), "all": (True,)},
        ("lock_not_available",),
        deletes=True,
        place=SourceLocation("", 0),
    )


FAULTS = {
    "trigger-unknown-invariant": TRIGGER.replace("invariant.few", "invariant.many"),
    "schedule-unknown-invariant": SCHEDULE.replace("invariant.few", "invariant.many"),
    "schedule-shows-unknown-invariant": SCHEDULE.replace("invariant.counted", "schedule.here"),
    "workload-unknown-invariant": WORKLOAD.replace("invariant.few", "invariant.many"),
    "workload-unknown-operation": WORKLOAD.replace("[mark]", "[mark, marks]"),
    "pairs-unknown-operation": PAIRS.replace("[mark]", "[marks]"),
    "strangers-unknown-operation": STRANGERS,
    "strangers-unknown-parameter": STRANGERS.replace("mark.counter", "mark.count") + OPERATION,
    "strangers-other-sides-parameter": STRANGERS.replace("mark.counter", "unmark.all") + OPERATION,
    "strangers-unknown-erratum": READER,
    "strangers-unknown-exception": READER.replace("operation: mark", "operation: marks"),
    "strangers-one-side": STRANGERS.replace("  one: {counter: 1, unmark.all: true}\n", "")
    + OPERATION,
    "strangers-exception-beside-no-reader": READER.replace("reader: true", "one: {counter: 1}"),
    "trigger-unknown-condition": TRIGGER.replace("insufficient_privilege", "forbidden"),
    "schedule-unknown-condition": SCHEDULE.replace("unique_violation", "twice"),
    "operation-unknown-condition": OPERATION.replace("lock_not_available", "locked"),
    "trigger-unknown-file": TRIGGER.replace(_FILE, "repairs.sql"),
    "schedule-unknown-file": SCHEDULE.replace(_FILE, "repairs.sql"),
    "invariant-unknown-file": INVARIANT.replace(_FILE, "repairs.sql"),
    "trigger-unknown-table": TRIGGER.replace("table: marks", "table: mark"),
    "schedule-unknown-column": SCHEDULE.replace("{counter_id: 1}", "{counter: 1}"),
    "workload-unknown-table": WORKLOAD.replace("table: marks", "table: mark"),
    "pairs-unknown-gate": PAIRS.replace("table: counters", "table: counter"),
    "schedule-unknown-level": SCHEDULE.replace("ser", "serializable"),
    "schedule-too-many-levels": SCHEDULE.replace("[rc, ser]", "[rc, ser, rc]"),
    "operation-unknown-parameter": OPERATION.replace(":counter", ":counters"),
    "operation-idle-parameter": OPERATION.replace(" OR :all", ""),
    "schedule-one-session": SCHEDULE.replace("    - does: [SELECT 2]\n", ""),
    "trigger-do-and-run": TRIGGER.replace("- run:", "- do: SELECT 1\n      run:"),
    "trigger-other-role": TRIGGER.replace("as: stranger", "as: postgres"),
    "invariant-no-attempt": INVARIANT.partition("  attempts")[0],
    "trigger-unknown-field": TRIGGER.replace("because: so", "since: so"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place(run: Run, told: Told, tmp_path: Path, name: str) -> None:
    folder = tiny.folder(tmp_path)
    (folder / _FILE).write_text("SELECT 3\n")
    (folder / "zz_fault.yaml").write_text("# a comment\n" + FAULTS[name])

    ran = run("list", "--contracts", folder)

    assert ran.code == 3
    told(f"contract-{name}", ran)

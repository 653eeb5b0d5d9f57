"""What a replay text stands for, and how a run is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import tiny
from tests.golden import Golden
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.replay import lines, scene
from vrss_contract.concurrency.schedule.program import (
    COMMIT,
    LOST,
    Event,
    Level,
    Program,
    Run,
    Script,
)
from vrss_contract.concurrency.workload.errors import NO_ROWS
from vrss_contract.contract.model import Contract
from vrss_contract.database.invariants import Counterexample
from vrss_contract.errors import TroubleError

_MARK = "INSERT INTO marks (counter_id) VALUES (1)"
_LONG = "UPDATE counters\nSET n = 1\nWHERE id = 1"
_PROGRAM: Program = (Script(Level.RC, (_MARK,)), Script(Level.SER, (_LONG,)))
SCHEDULE = """
- id: schedule.two
  kind: schedule
  level: must
  says: Two marks at once both count.
  object: counters
  source: here
  sessions:
    - does: [INSERT INTO marks (counter_id) VALUES (1)]
    - does: [INSERT INTO marks (counter_id) VALUES (1)]
      may: [unique_violation]
  asks: [invariant.few]
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return tiny.contract(tmp_path_factory.mktemp("known"), SCHEDULE, tiny.WORKLOAD)


def _event(session: int, statement: str, condition: str = "", **other: int) -> Event:
    waited, rows = bool(other.get("waited")), other.get("rows", 0)
    return Event(session, statement, waited, rows, condition, "the server's words")


def _told(run: Run, *broken: Counterexample) -> str:
    return "".join(f"{line}\n" for line in lines(_PROGRAM, Played(run, broken)))


_WAITED = (
    _event(0, _MARK, rows=1),
    _event(0, COMMIT),
    _event(1, _LONG, rows=2, waited=1),
    _event(1, COMMIT),
)
_REFUSED = (
    _event(0, _MARK, rows=1),
    _event(0, COMMIT),
    _event(1, _LONG, "serialization_failure", waited=1),
)


def test_a_run_that_ended_well_is_told_step_by_step(golden: Golden) -> None:
    told = _told(Run((0, 1, 0, 1), _WAITED, ("", ""), ()))

    golden("replay/allowed.txt", told)


def test_a_run_that_ended_badly_is_told_with_what_is_broken(golden: Golden) -> None:
    run = Run((0, 1, 0), _REFUSED, ("", "serialization_failure"), ())

    told = _told(run, Counterexample("invariant.counted", '{"id":1}'), Counterexample("then", "x"))

    golden("replay/broken.txt", told)


def test_a_run_that_was_lost_is_told_as_far_as_it_came(golden: Golden) -> None:
    told = _told(Run((0, 1), _WAITED[:1], (LOST, LOST), (), "session b: it hung"))

    golden("replay/lost.txt", told)


def test_any_number_of_sessions_is_told() -> None:
    program = (Script(Level.RC, (_MARK,)),) * 6
    run = Run((5,), (_event(5, _MARK, rows=1),), ("",) * 6, ())

    told = list(lines(program, Played(run)))

    assert "session f: READ COMMITTED" in told
    assert f"f  {_MARK}" in told
    assert "f committed" in told


def test_a_schedules_text_stands_for_its_sessions_at_these_levels(known: Contract) -> None:
    found = scene("schedule.two @ rc,ser | abab", known)

    assert found.program == (Script(Level.RC, (_MARK,)), Script(Level.SER, (_MARK,)))
    assert (list(found.allowed_errors), found.order) == ([(), ("unique_violation",)], (0, 1, 0, 1))
    assert found.rows[0] == "INSERT INTO counters (id) OVERRIDING SYSTEM VALUE VALUES (1)"


def test_a_programs_text_stands_for_its_calls(known: Contract) -> None:
    found = scene("rc: mark 1 | rr: mark 1 | abab", known)

    assert found.program == (Script(Level.RC, (_MARK,)), Script(Level.RR, (_MARK,)))
    assert found.promise == known.clause("workload.marks").promise


_STRANGE = {
    "replay-no-schedule": "schedule.three @ rc,rc | abab",
    "replay-no-schedule-but-a-workload": "workload.marks @ rc,rc | abab",
    "replay-too-few-levels": "schedule.two @ rc | aa",
    "replay-too-many-levels": "schedule.two @ rc,rc,rc | abab",
}


@pytest.mark.parametrize("name", _STRANGE)
def test_a_text_that_names_what_is_not_there_is_refused(
    known: Contract, golden: Golden, name: str
) -> None:
    with pytest.raises(TroubleError, match="no-such-schedule") as caught:
        scene(_STRANGE[name], known)

    golden(f"errors/{name}.txt", f"{caught.value}\n")


def test_operations_of_no_workload_are_refused(tmp_path: Path, golden: Golden) -> None:
    with pytest.raises(TroubleError, match="no-such-schedule") as caught:
        scene("rc: mark 1 | aa", tiny.contract(tmp_path))

    golden("errors/replay-no-workload.txt", f"{caught.value}\n")


def test_a_text_in_another_form_is_refused(known: Contract) -> None:
    with pytest.raises(TroubleError, match="replay-"):
        scene("schedule.two rc,rc abab", known)


def test_rows_that_are_not_taken_are_told(golden: Golden) -> None:
    golden(
        "errors/replay-no-rows.txt", f"{NO_ROWS(text='tiny.sql', reason='23503 no such counter')}\n"
    )

"""How a trial comes before the referee."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.engine.trials import OPERATIONS, session
from vrss_contract.concurrency.schedule.program import Event, Level, Program, Run, Script
from vrss_contract.concurrency.workload.call import Call
from vrss_contract.concurrency.workload.play import Players
from vrss_contract.concurrency.workload.trial import Trial
from vrss_contract.database.invariants import Counterexample


class _Rows:
    """Rows of which one invariant breaks, where it is asked for."""

    def reset(self) -> None:
        pass

    def observe(self) -> None:
        pass

    def broken(self, asks: Sequence[str], _: Mapping[str, str]) -> Sequence[Counterexample]:
        return [Counterexample(id_, "{}") for id_ in asks]


class _Steps:
    """Sessions that all end with one condition."""

    def __init__(self, ending: str = "") -> None:
        self.ending = ending
        self.played: list[tuple[Program, Sequence[int]]] = []

    def play(self, program: Program, prefix: Sequence[int], _: Callable[[Event], None]) -> Run:
        self.played.append((program, prefix))
        return Run(tuple(prefix), (), (self.ending,) * len(program), ())

    def retry(self, script: Script) -> str:
        return script.statements[0]


def _broken(ending: str, *, asks: tuple[str, ...] = ()) -> list[str]:
    trial = Trial((session(Call("like", (1, 2))),), (0, 0))
    played = Players(_Rows(), _Steps(ending), OPERATIONS, asks)(trial)
    return [one.invariant for one in played.broken]


def test_calls_are_played_as_sql_in_the_trial_s_order() -> None:
    steps = _Steps()
    trial = Trial((session(Call("like", (1, 2)), level=Level.SER),), (0, 0))

    Players(_Rows(), steps, OPERATIONS)(trial)

    sql = "INSERT INTO likes (user_id, post_id) VALUES (1, 2)"
    assert steps.played == [((Script(Level.SER, (sql,)),), (0, 0))]


def test_a_refusal_that_the_operation_may_meet_is_no_fault() -> None:
    assert _broken("unique_violation") == []


def test_another_refusal_is_a_fault() -> None:
    assert _broken("check_violation") == ["ending.check_violation"]


def test_invariants_that_hold_by_protocol_are_asked_for_by_name() -> None:
    assert _broken("", asks=("invariant.storage-usage.quota",)) == ["invariant.storage-usage.quota"]

"""What an interleaving may end in, and what it may not; played without a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from vrss_contract.concurrency.oracle import RETRIED, AllowedErrors, Oracle, Played
from vrss_contract.concurrency.schedule.program import (
    COMMIT,
    LOST,
    Event,
    Level,
    Program,
    Run,
    Script,
)
from vrss_contract.database.invariants import Counterexample

_DO = "UPDATE t SET v = 1"
_PROGRAM: Program = (Script(Level.RC, (_DO,)), Script(Level.RR, (_DO,)))
_BROKEN = Counterexample("invariant.count", "{}")


@dataclass
class Rows:
    """Answers in turn; says in which order it was asked."""

    answers: list[list[Counterexample]] = field(default_factory=list)
    unlike: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.log.append("reset")

    def observe(self) -> None:
        self.log.append("observe")

    def broken(self, asks: Sequence[str], then: Mapping[str, str]) -> Sequence[Counterexample]:
        self.log += ["observe", "broken", *["then"] * bool(then)]
        self.asked.append(tuple(asks))
        found = self.answers.pop(0) if self.answers else []
        unlike = self.unlike if then else []
        return [*found, *(Counterexample("then", f"{w}, found {f}") for w, f in unlike)]


@dataclass
class Steps:
    """Ends as it is told to."""

    endings: tuple[str, ...] = ("", "")
    again: Mapping[Level, str] = field(default_factory=dict)
    lost: str = ""
    log: list[str] = field(default_factory=list)

    def play(self, program: Program, prefix: Sequence[int], seen: Callable[[Event], None]) -> Run:
        self.log.append("play")
        events = tuple(event for pair in enumerate(self.endings) for event in _events(*pair))
        for event in events:
            seen(event)
        assert len(program) == len(self.endings)
        return Run(tuple(prefix), events, self.endings, (), self.lost)

    def retry(self, script: Script) -> str:
        self.log.append(f"retry {script.level}")
        return self.again.get(script.level, "")


def _events(session: int, ending: str) -> list[Event]:
    if ending:
        return [
            Event(
                session, _DO, waited=False, rows=0, condition=ending, message=f"refused: {ending}"
            )
        ]
    return [
        Event(session, s, waited=False, rows=1, condition="", message="") for s in (_DO, COMMIT)
    ]


def _played(
    rows: Rows,
    steps: Steps,
    allowed_errors: AllowedErrors = ((), ()),
    asks: tuple[str, ...] = (),
    then: Mapping[str, str] | None = None,
) -> Played:
    return Oracle(rows, steps, _PROGRAM, allowed_errors, asks, then).play((0, 0, 1, 1))


def _broken(steps: Steps, allowed_errors: AllowedErrors = ((), ())) -> tuple[Counterexample, ...]:
    return _played(Rows(), steps, allowed_errors).broken


def test_two_commits_are_allowed() -> None:
    assert _broken(Steps()) == ()


def test_an_ending_that_may_be_is_allowed() -> None:
    assert _broken(Steps(("", "unique_violation")), ((), ("unique_violation",))) == ()


def test_another_ending_is_told_with_the_servers_message() -> None:
    (one,) = _broken(Steps(("check_violation", "")))

    assert str(one) == "ending.check_violation: refused: check_violation"


def test_what_one_session_may_end_with_another_may_not() -> None:
    (one,) = _broken(Steps(("unique_violation", "")), ((), ("unique_violation",)))

    assert one.invariant == "ending.unique_violation"


@pytest.mark.parametrize("condition", sorted(RETRIED))
def test_what_asks_for_a_retry_is_retried_and_may_commit(condition: str) -> None:
    steps = Steps(("", condition))

    assert _broken(steps) == ()
    assert steps.log == ["play", "retry rr"]


def test_who_ended_otherwise_is_not_retried() -> None:
    steps = Steps(("unique_violation", ""))

    _broken(steps, (("unique_violation",), ()))

    assert steps.log == ["play"]


def test_a_retry_may_end_with_what_its_session_may() -> None:
    steps = Steps(("", "deadlock_detected"), {Level.RR: "unique_violation"})

    assert _broken(steps, ((), ("unique_violation",))) == ()


@pytest.mark.parametrize("condition", ["unique_violation", "serialization_failure"])
def test_a_retry_that_is_refused_otherwise_is_told(condition: str) -> None:
    steps = Steps(("", "deadlock_detected"), {Level.RR: condition})

    assert [str(one) for one in _broken(steps)] == [
        f"retry.{condition}: after deadlock_detected, the retry ended with it"
    ]


def test_a_retry_that_was_not_played_is_no_fault() -> None:
    played = _played(Rows(), Steps(("", "deadlock_detected"), {Level.RR: LOST}))

    assert (played.broken, played.run.lost) == ((), "a retry was not played to its end")


def test_the_invariants_are_asked_before_the_retry_and_after_it() -> None:
    rows, steps = Rows([[], [_BROKEN]]), Steps(("", "deadlock_detected"))

    assert _played(rows, steps).broken == (_BROKEN,)
    assert rows.log.count("broken") == 2


def test_what_is_broken_before_and_after_the_retry_is_told_once() -> None:
    rows = Rows([[_BROKEN], [_BROKEN]])

    assert _played(rows, Steps(("", "deadlock_detected"))).broken == (_BROKEN,)


def test_what_never_falls_is_looked_at_after_each_commit() -> None:
    rows = Rows()

    _played(rows, Steps(), then={"1": "1"})

    assert rows.log == ["reset", "observe", "observe", "broken", "then"]


def test_what_never_falls_is_looked_at_after_a_retry() -> None:
    rows = Rows()

    _played(rows, Steps(("", "deadlock_detected")))

    assert rows.log == ["reset", "observe", "observe", "broken", "observe", "broken"]


def test_the_invariants_that_a_clause_names_are_asked() -> None:
    rows = Rows()

    _played(rows, Steps(), asks=("invariant.few",))

    assert rows.asked == [("invariant.few",)]


def test_what_is_not_so_in_the_end_is_told() -> None:
    rows = Rows(unlike=[("v = 2", "v = 1")])

    (one,) = _played(rows, Steps(), then={"v": "2"}).broken

    assert str(one) == "then: v = 2, found v = 1"


def test_where_nothing_is_said_of_the_end_nothing_is_compared() -> None:
    rows = Rows(unlike=[("v = 2", "v = 1")])

    assert _played(rows, Steps()).broken == ()


def test_of_what_was_not_played_to_its_end_nothing_is_asked() -> None:
    rows = Rows([[_BROKEN]])

    played = _played(rows, Steps(("", LOST), lost="it hung"))

    assert (played.broken, played.run.lost) == ((), "it hung")
    assert "broken" not in rows.log


def _shape(*broken: Counterexample, **other: object) -> tuple[object, ...]:
    values: dict[str, object] = {"order": (0, 0), "events": (), "endings": ("",), "lost": ""}
    run = Run(choices=((0,), (0,)), **{**values, **other})  # type: ignore[arg-type]  # one is other
    return Played(run, broken).shape


def test_two_plays_are_alike_though_their_counterexamples_hold_other_times() -> None:
    assert _shape(Counterexample("a", "10:00")) == _shape(Counterexample("a", "10:01"))


@pytest.mark.parametrize(
    "other",
    [
        {"order": (1, 0)},
        {"endings": ("deadlock_detected",)},
        {"lost": "it hung"},
        {"events": (Event(0, _DO, waited=True, rows=1, condition="", message=""),)},
    ],
)
def test_two_plays_differ_by_what_was_stepped_and_how_it_ended(other: dict[str, object]) -> None:
    assert _shape() != _shape(**other)


def test_two_plays_differ_by_what_they_break() -> None:
    assert _shape(Counterexample("a", "")) != _shape(Counterexample("b", ""))

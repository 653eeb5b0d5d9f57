"""What trials are drawn, and what is left of them when they are made small."""

from __future__ import annotations

from hypothesis import given

from tests.engine.trials import OPERATIONS, TRIALS, session
from vrss_contract.concurrency.schedule.program import Level, Script
from vrss_contract.concurrency.workload.call import Call
from vrss_contract.concurrency.workload.draw import MOST_CALLS, MOST_SESSIONS, families
from vrss_contract.concurrency.workload.reduce import reduced, smaller
from vrss_contract.concurrency.workload.trial import Trial, allowed_errors, program

_LIKE = Call("like", (1, 1))


@given(TRIALS)
def test_a_trial_is_small_and_its_values_are_the_contract_s(trial: Trial) -> None:
    assert 1 <= len(trial.sessions) <= MOST_SESSIONS
    for each in trial.sessions:
        assert 1 <= len(each.calls) <= MOST_CALLS
        for call in each.calls:
            domains = OPERATIONS[call.operation].takes.values()
            assert all(v in few for v, few in zip(call.values, domains, strict=True))


@given(TRIALS)
def test_every_session_has_all_its_turns(trial: Trial) -> None:
    turns = [trial.order.count(number) for number in range(len(trial.sessions))]

    assert turns == [each.steps for each in trial.sessions]
    assert len(trial.order) == sum(turns)


def test_operations_on_one_table_are_a_family() -> None:
    assert families(OPERATIONS) == [["like", "unlike"], ["tag", "sweep"]]


def test_a_program_is_the_calls_as_sql() -> None:
    trial = Trial((session(Call("unlike", (1,)), Call("sweep"), level=Level.RR),))

    assert program(trial, OPERATIONS) == (
        Script(Level.RR, ("DELETE FROM likes", "DELETE FROM posts")),
    )


def test_a_session_may_end_as_one_of_its_operations_may() -> None:
    trial = Trial((session(Call("unlike", (1,))), session(Call("sweep"), Call("like", (1, 1)))))

    assert allowed_errors(trial, OPERATIONS) == (frozenset(), frozenset({"unique_violation"}))


@given(TRIALS)
def test_any_trial_is_reduced_to_one_call(trial: Trial) -> None:
    least = reduced(trial, OPERATIONS, lambda _: True)

    assert list(smaller(least, OPERATIONS)) == []
    assert [(each.level, len(each.calls)) for each in least.sessions] == [(Level.RC, 1)]


@given(TRIALS)
def test_what_fails_for_itself_alone_stays(trial: Trial) -> None:
    assert reduced(trial, OPERATIONS, lambda _: False) == trial


def test_a_session_goes_with_its_turns() -> None:
    like, unlike, sweep = (
        session(Call(*n)) for n in (("like", (1, 1)), ("unlike", (1,)), ("sweep",))
    )
    trial = Trial((like, unlike, sweep), (2, 1, 0, 0, 1, 2))

    assert Trial((like, sweep), (1, 0, 0, 1)) in list(smaller(trial, OPERATIONS))


def test_a_call_goes_with_the_turn_it_was_made_in() -> None:
    trial = Trial((session(_LIKE, Call("sweep")), session(Call("tag", ("c",)))), (0, 1, 0, 1, 0))

    assert Trial((session(_LIKE), trial.sessions[1]), (0, 1, 1, 0)) in list(
        smaller(trial, OPERATIONS)
    )


def test_a_value_gives_way_to_those_that_the_operation_takes_before_it() -> None:
    trial = Trial((session(Call("like", (3, 1))),), (0, 0))

    plainer = [one.sessions[0].calls[0].values for one in smaller(trial, OPERATIONS)]

    assert plainer == [(1, 1), (2, 1)]

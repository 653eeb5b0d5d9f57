"""A trial as text: it comes back as it was, and a wrong text is refused in exact words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.trials import OPERATIONS, TRIALS, session
from tests.golden import Golden
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call
from vrss_contract.concurrency.workload.replay_text import Interleaving, read, write
from vrss_contract.concurrency.workload.trial import Trial
from vrss_contract.contract.model import Operation
from vrss_contract.errors import TroubleError

_WRONG = {
    "replay-nothing": "",
    "replay-no-order": "rc: like 1 1",
    "replay-no-session": "aab",
    "replay-no-level": "like 1 1 | aa",
    "replay-no-operation": "rc: like 1 1; | aa",
    "replay-quotes": r'rc: tag "\x" | aa',
    "replay-level": "serializable: like 1 1 | aa",
    "replay-operation": "rc: unlke 1 | aa",
    "replay-operation-far": "rc: zzz | aa",
    "replay-values": "rc: like 1 | aa",
    "replay-session": "rc: like 1 1 | ac",
    "replay-steps": "rc: like 1 1 | aaa",
    "replay-schedule": "schedule.like.twice @ | ab",
    "replay-schedule-level": "schedule.like.twice @ rc,x | ab",
    "replay-schedule-session": "schedule.like.twice @ rc,rr | abc",
}


@given(TRIALS)
def test_a_trial_is_read_as_it_was_written(trial: Trial) -> None:
    assert read(write(trial), OPERATIONS) == trial


@given(st.text() | st.integers() | st.booleans() | st.none())
def test_any_value_is_read_as_it_was_written(value: str | int | bool | None) -> None:  # noqa: FBT001 - the value is the example
    operations = {"set": Operation("set", "It sets.", "SELECT :x", {"x": ()})}
    trial = Trial((session(Call("set", (value,))),))

    again = read(write(trial), operations)

    assert again == trial
    assert repr(again) == repr(trial), "1 and True are equal"


@given(
    st.lists(st.sampled_from(Level), min_size=1, max_size=4).flatmap(
        lambda levels: st.builds(
            Interleaving,
            st.just("schedule.follow.mutual"),
            st.just(tuple(levels)),
            st.lists(st.integers(0, len(levels) - 1)).map(tuple),
        )
    )
)
def test_an_interleaving_is_read_as_it_was_written(interleaving: Interleaving) -> None:
    assert read(write(interleaving), {}) == interleaving


def test_a_trial_reads_like_a_sentence() -> None:
    first = session(Call("like", (1, 1)), Call("tag", ("a b",)))
    second = session(Call("unlike", (2,)), level=Level.SER)

    text = write(Trial((first, second), (0, 0, 1, 0, 1)))

    assert text == 'rc: like 1 1; tag "a b" | ser: unlike 2 | aabab'


def test_an_interleaving_names_its_clause() -> None:
    interleaving = Interleaving("schedule.follow.mutual", (Level.RC, Level.RR), (0, 0, 1, 1))

    assert write(interleaving) == "schedule.follow.mutual @ rc,rr | aabb"


def test_an_order_of_no_steps_is_a_dash() -> None:
    assert write(Trial((session(Call("unlike", (1,))),))) == "rc: unlike 1 | -"


def test_white_space_does_not_matter() -> None:
    assert read(" rc:like 1 1 ;unlike 2|aaa ", OPERATIONS) == Trial(
        (session(Call("like", (1, 1)), Call("unlike", (2,))),), (0, 0, 0)
    )


@pytest.mark.parametrize("name", _WRONG)
def test_a_wrong_text_is_refused_and_told_why(name: str, golden: Golden) -> None:
    with pytest.raises(TroubleError, match="replay-") as caught:
        read(_WRONG[name], OPERATIONS)

    golden(f"errors/{name}.txt", f"{caught.value}\n")

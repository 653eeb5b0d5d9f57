"""Clauses of kind schedule: which mixes are played, and what an interleaving's end says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engine import tiny
from vrss_contract.checks import schedule
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.concurrency.schedule.program import ENDLESS
from vrss_contract.contract.model import Clause, Contract, Given, SchedulePromise, ScheduleSession
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target

_MARK = ScheduleSession(("INSERT INTO marks (counter_id) VALUES (1)",))
_TWO = (_MARK, _MARK)
_RC = (("rc", "rc"),)
_N = "(SELECT n FROM counters WHERE id = 1)"
_LOOK = "SELECT 1 WHERE (SELECT count(*) FROM marks WHERE counter_id = 1) < 2"
_LOOK_AND_MARK = ScheduleSession((f"INSERT INTO marks (counter_id) {_LOOK}",))
_NO_RACE = "it is so, too, where one session ends before the next begins: no race"
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def benches(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[dict[str, JudgingContext]]:
    contract = tiny.contract(tmp_path_factory.mktemp("benches"))
    with (
        tiny.context(contract, databases, tiny.KEEPS) as keeps,
        tiny.context(contract, databases, tiny.RACES) as races,
    ):
        yield {tiny.KEEPS: keeps, tiny.RACES: races}


@pytest.fixture
def judge(benches: dict[str, JudgingContext]) -> Judge:
    def call(promise: SchedulePromise, schema: str = tiny.KEEPS) -> Verdict:
        (verdict,) = schedule.KIND.judge([_clause(promise)], benches[schema])
        return verdict

    return call


def _clause(promise: SchedulePromise, id_: str = "schedule.here") -> Clause:
    return Clause(id_, "schedule", "must", "It is so.", promise)


def _mixes(promise: SchedulePromise, *, thorough: bool = False, id_: str = "") -> list[str]:
    mixes = schedule.mixes(id_ or "schedule.here", promise, thorough=thorough)
    return [" ".join(mix) for mix in mixes]


def test_a_thorough_run_plays_every_mix() -> None:
    assert _mixes(SchedulePromise(_TWO), thorough=True) == [
        "rc rc",
        "rc rr",
        "rc ser",
        "rr rc",
        "rr rr",
        "rr ser",
        "ser rc",
        "ser rr",
        "ser ser",
    ]


def test_a_gate_plays_the_level_nobody_asks_for_and_one_other_mix() -> None:
    first, other = _mixes(SchedulePromise(_TWO))

    assert first == "rc rc" != other


def test_a_gate_plays_the_same_mixes_each_time() -> None:
    assert _mixes(SchedulePromise(_TWO)) == _mixes(SchedulePromise(_TWO))


def test_gates_of_many_clauses_play_every_mix() -> None:
    played = {mix for n in range(50) for mix in _mixes(SchedulePromise(_TWO), id_=f"schedule.{n}")}

    assert played == set(_mixes(SchedulePromise(_TWO), thorough=True))


def test_what_is_to_be_shown_is_looked_for_at_every_mix() -> None:
    assert len(_mixes(SchedulePromise(_TWO, shows="invariant.few"))) == 9


@pytest.mark.parametrize("thorough", [True, False])
def test_mixes_that_are_listed_are_all_there_are(thorough: bool) -> None:  # noqa: FBT001 - a parameter
    promise = SchedulePromise(_TWO, levels=(("rr", "ser"), ("ser", "rr")))

    assert _mixes(promise, thorough=thorough) == ["rr ser", "ser rr"]


def test_two_that_count_up_hold(judge: Judge) -> None:
    verdict = judge(SchedulePromise(_TWO, then={_N: "2"}))

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_a_lost_mark_is_told_with_the_command_that_plays_it_again(judge: Judge) -> None:
    verdict = judge(SchedulePromise(_TWO, levels=_RC), tiny.RACES)

    first, second = verdict.findings
    assert verdict.outcome is Outcome.BROKEN
    assert first.because == "READ COMMITTED and READ COMMITTED, in the order abab"
    assert first.found == 'invariant.counted: {"id":1,"n":1}'
    typed = "vrss-contract replay 'schedule.here @ rc,rc | abab' tiny.sql --contract "
    assert first.repeat.startswith(typed)
    assert second.because.endswith("in the order baba")


def test_who_is_refused_and_retried_keeps_what_it_promises(judge: Judge) -> None:
    promise = SchedulePromise(_TWO, levels=(("rr", "rr"),), then={_N: "2"})

    assert judge(promise, tiny.RACES).outcome is Outcome.HOLDS


def test_what_is_not_so_in_the_end_is_told(judge: Judge) -> None:
    verdict = judge(SchedulePromise(_TWO, levels=_RC, then={_N: "3"}))

    assert tiny.findings(verdict)[0] == (
        "an allowed ending",
        f"then: {_N} = 3, found {_N} = 2\n{_NO_RACE}",
    )


def test_what_is_so_one_session_after_another_too_is_told_as_no_race(judge: Judge) -> None:
    down = ScheduleSession(("UPDATE counters SET n = n - 1 WHERE id = 2",))

    found = {one for _, one in tiny.findings(judge(SchedulePromise((down, _MARK), levels=_RC)))}

    assert {one.partition("\n")[2] for one in found} == {_NO_RACE}


def test_of_many_interleavings_three_are_told_of_each_mix(judge: Judge) -> None:
    promise = SchedulePromise(_TWO, levels=(("rc", "rc"), ("ser", "ser")), then={_N: "3"})

    told = [finding.because.partition(",")[0] for finding in judge(promise).findings]

    assert [told.count(f"{level} and {level}") for level in ("READ COMMITTED", "SERIALIZABLE")] == [
        3,
        3,
    ]


def test_a_condition_that_a_session_may_end_with_is_allowed(judge: Judge) -> None:
    insert = ("INSERT INTO counters (id) VALUES (10)",)
    strict, lenient = ScheduleSession(insert), ScheduleSession(insert, ("unique_violation",))

    assert judge(SchedulePromise((lenient, lenient), levels=_RC)).outcome is Outcome.HOLDS
    assert tiny.findings(judge(SchedulePromise((strict, lenient), levels=_RC)))[0][1].startswith(
        "ending.unique_violation: "
    )


def test_a_lock_that_outlives_its_transaction_is_broken(judge: Judge) -> None:
    leaves = ScheduleSession(("SELECT pg_advisory_lock(1)",))

    verdict = judge(SchedulePromise((leaves, leaves), levels=_RC))

    assert verdict.outcome is Outcome.BROKEN
    assert ENDLESS in verdict.findings[0].found


def test_what_is_done_before_the_sessions_is_there_when_they_begin(judge: Judge) -> None:
    promise = SchedulePromise(
        _TWO,
        levels=_RC,
        then={"(SELECT count(*) FROM marks)": "3"},
        before=("INSERT INTO marks (counter_id) VALUES (1)",),
    )

    assert judge(promise).outcome is Outcome.HOLDS


def test_who_gives_up_may_end_so(judge: Judge) -> None:
    hurried = ScheduleSession(_MARK.does, gives_up="lock_not_available")

    assert judge(SchedulePromise((_MARK, hurried), levels=_RC)).outcome is Outcome.HOLDS


def test_a_table_that_a_session_locks_against_readers_is_looked_at_later(judge: Judge) -> None:
    locks = ScheduleSession(("LOCK TABLE counters", "SELECT FROM marks"))
    looked = ScheduleSession(("SELECT FROM marks",))

    assert judge(SchedulePromise((locks, looked), levels=_RC)).outcome is Outcome.HOLDS


def test_what_holds_by_protocol_is_asked_where_it_is_named(judge: Judge) -> None:
    given = (Given("marks", {"counter_id": 1}),)
    free = SchedulePromise((_LOOK_AND_MARK, _LOOK_AND_MARK), given, _RC)
    bound = SchedulePromise((_LOOK_AND_MARK, _LOOK_AND_MARK), given, _RC, ("invariant.few",))

    assert judge(free).outcome is Outcome.HOLDS
    assert tiny.findings(judge(bound))[0] == ("an allowed ending", 'invariant.few: {"id":1}')


def test_what_is_to_be_shown_and_is_holds(judge: Judge) -> None:
    given = (Given("marks", {"counter_id": 1}),)
    promise = SchedulePromise((_LOOK_AND_MARK, _LOOK_AND_MARK), given, _RC, shows="invariant.few")

    assert judge(promise).outcome is Outcome.HOLDS


def test_what_is_to_be_shown_and_is_not_is_broken(judge: Judge) -> None:
    verdict = judge(SchedulePromise(_TWO, levels=_RC, shows="invariant.few"))

    assert tiny.findings(verdict) == [
        ("invariant.few is broken in some interleaving", "it holds in all")
    ]


def test_beside_what_is_shown_every_other_invariant_holds(judge: Judge) -> None:
    given = (Given("marks", {"counter_id": 1}),)
    promise = SchedulePromise(_TWO, given, _RC, shows="invariant.few")

    verdict = judge(promise, tiny.RACES)

    assert 'invariant.counted: {"id":1,"n":2}' in [found for _, found in tiny.findings(verdict)]


def test_what_never_falls_is_looked_at_after_each_commit(judge: Judge) -> None:
    down = ScheduleSession(("UPDATE counters SET n = n - 1 WHERE id = 2",))
    up = ScheduleSession(("UPDATE counters SET n = n + 1 WHERE id = 2",))

    told = [found for _, found in tiny.findings(judge(SchedulePromise((down, up), levels=_RC)))]
    found = [one.partition("\n")[0] for one in told]

    assert "invariant.never-less: [2]: 0 became -1" in found
    assert "invariant.never-less: [2]: 1 became 0" in found


def test_an_interleaving_that_is_lost_leaves_it_undecided(judge: Judge) -> None:
    ends = ScheduleSession(("SELECT pg_terminate_backend(pg_backend_pid())",))

    verdict = judge(SchedulePromise((ends, _MARK), levels=_RC))

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.findings[0].expected == "an allowed ending"
    assert verdict.findings[0].found.startswith("session a: ")


def test_rows_that_are_not_taken_leave_it_undecided(judge: Judge) -> None:
    verdict = judge(SchedulePromise(_TWO, (Given("marks", {"counter_id": 9}),)))

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.UNDECIDED, "they are taken")
    assert found.startswith("23503 ")


def test_a_clause_that_was_lost_leaves_the_next_whole(benches: dict[str, JudgingContext]) -> None:
    ends = ScheduleSession(("SELECT pg_terminate_backend(pg_backend_pid())",))
    two = {"schedule.lost": (ends, _MARK), "schedule.whole": _TWO}
    clauses = [_clause(SchedulePromise(does, levels=_RC), id_) for id_, does in two.items()]

    outcomes = [verdict.outcome for verdict in schedule.KIND.judge(clauses, benches[tiny.KEEPS])]

    assert outcomes == [Outcome.UNDECIDED, Outcome.HOLDS]


def test_the_script_is_the_rows_and_a_part_for_each_session(
    benches: dict[str, JudgingContext],
) -> None:
    contract: Contract = benches[tiny.KEEPS].contract
    promise = SchedulePromise(_TWO, then={_N: "2"})

    script = schedule.KIND.sql(_clause(promise), contract, Target("tiny.sql", ()))

    rows, _, sessions = script.partition("\n\n-- session a\n")
    assert rows.splitlines()[:2] == [
        "-- committed first",
        "INSERT INTO counters (id) OVERRIDING SYSTEM VALUE VALUES (1);",
    ]
    assert sessions == (
        f"BEGIN;\n{_MARK.does[0]};\nCOMMIT;\n\n"
        f"-- session b\nBEGIN;\n{_MARK.does[0]};\nCOMMIT;\n\n"
        f"-- 2\nSELECT {_N};"
    )

"""Clauses of kind trigger whose steps are one transaction: what is deferred waits for its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engine import tiny
from vrss_contract.checks import scripted_steps, trigger
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, TriggerPromise, TriggerStep
from vrss_contract.database.scratch import Databases

pytestmark = pytest.mark.once
_MARK = "INSERT INTO marks (counter_id) VALUES (1)"
_UNMARK = "DELETE FROM marks"
_N = "(SELECT n FROM counters WHERE id = 1)"
_PROMPT = tiny.LATE.replace("INITIALLY DEFERRED", "INITIALLY IMMEDIATE")
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def contexts(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[dict[str, JudgingContext]]:
    contract = tiny.contract(tmp_path_factory.mktemp("contexts"))
    with (
        tiny.context(contract, databases, tiny.LATE) as late,
        tiny.context(contract, databases, _PROMPT) as prompt,
    ):
        yield {tiny.LATE: late, _PROMPT: prompt}


@pytest.fixture
def judge(contexts: dict[str, JudgingContext]) -> Judge:
    def call(*steps: TriggerStep, schema: str = tiny.LATE) -> Verdict:
        clause = Clause("trigger.here", "trigger", "must", "It is so.", TriggerPromise(steps))
        (verdict,) = trigger.KIND.judge([clause], contexts[schema])
        return verdict

    return call


def test_what_is_deferred_waits_for_the_end_of_the_transaction(judge: Judge) -> None:
    steps = (
        TriggerStep(_MARK, gives={_N: "0"}, commits=False),
        TriggerStep(_MARK, gives={_N: "2"}),
        TriggerStep(_MARK, gives={_N: "2"}, commits=False),
    )

    assert judge(*steps).outcome is Outcome.HOLDS


def test_what_is_deferred_and_no_longer_so_at_the_commit_breaks_the_invariant(judge: Judge) -> None:
    steps = (TriggerStep(_MARK, commits=False), TriggerStep(_UNMARK))

    assert tiny.findings(judge(*steps)) == [
        ("every invariant holds", 'invariant.counted: {"id":1,"n":1}')
    ]


def test_one_by_one_each_step_commits(judge: Judge) -> None:
    assert judge(TriggerStep(_MARK, gives={_N: "1"})).outcome is Outcome.HOLDS


def test_a_statement_that_does_several_things_is_one_transaction(judge: Judge) -> None:
    both = f"DO $$ BEGIN {_MARK}; {_UNMARK}; END $$"

    for before in ((), (TriggerStep(_MARK), TriggerStep("UPDATE counters SET n = 0", drifts=True))):
        verdict = judge(*before, TriggerStep(both, because="both"))
        assert [one.because for one in verdict.findings] == ["both"]


def test_what_begins_immediate_is_not_deferred(judge: Judge) -> None:
    step = TriggerStep(_MARK, gives={_N: "1"}, commits=False)

    assert judge(step, TriggerStep(_MARK), schema=_PROMPT).outcome is Outcome.HOLDS


def test_a_transaction_is_told_with_its_begin_and_its_commit() -> None:
    steps = (TriggerStep("SELECT 1", commits=False), TriggerStep("SELECT 2", gives={"1": "1"}))

    assert scripted_steps.told(steps) == (
        "SET CONSTRAINTS ALL IMMEDIATE;\nSET CONSTRAINTS ALL DEFERRED; -- in place of BEGIN\n"
        "SELECT 1;\nSELECT 2;\nSET CONSTRAINTS ALL IMMEDIATE; -- in place of COMMIT\nSELECT 1; -- 1"
    )

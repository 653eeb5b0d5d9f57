"""Implementations that are right one session at a time, and wrong when two write at once."""

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
SERIAL = ("invariant", "trigger")
RACES = {
    "read_then_write": "schedule.like.by-two",
    "check_then_insert": "schedule.storage.two-first-uploads",
}
"""Each implementation, and a schedule that its race breaks."""


@pytest.fixture(scope="module", params=RACES)
def outcomes(
    request: pytest.FixtureRequest, contract: Contract, databases: Databases
) -> tuple[str, dict[str, Outcome]]:
    """The implementation's name, and what became of each clause."""
    appendix = paths.fixtures() / "implementations" / f"{request.param}.sql"
    text = f"{paths.schema().read_text('utf-8')}\n{appendix.read_text('utf-8')}"
    target = sqlfile.parse(text, name=request.param)
    races = RACES[request.param]
    wanted = [one for one in contract.clauses if one.kind in SERIAL or one.id == races]
    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        return request.param, {verdict.id: verdict.outcome for verdict in judge(context, wanted)}


def test_one_session_at_a_time_breaks_nothing(outcomes: tuple[str, dict[str, Outcome]]) -> None:
    _, by_id = outcomes
    assert not [
        id_
        for id_, outcome in by_id.items()
        if id_.startswith(SERIAL) and outcome is not Outcome.HOLDS
    ]


def test_two_at_once_break_it(outcomes: tuple[str, dict[str, Outcome]]) -> None:
    name, by_id = outcomes
    assert by_id[RACES[name]] is Outcome.BROKEN

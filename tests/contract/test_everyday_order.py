"""Counts that are right row by row, whose locks have no order: `pairs.no-deadlock` sees it."""

import re

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
SERIAL, MEETS = ("invariant", "trigger", "cascade"), "pairs.no-deadlock"
MANY = {"trigger.friendships.few-locks", "trigger.friendships.passed-on"}
"""A row trigger does not know of how many rows it is one, and takes a lock for each; nor what the
statement's other rows were before."""
COUNTED = ("post_interactions", "reposts", "comments", "post_media", "user_follows")
"""The tables whose rows are counted, or make friends."""
_WRITES = re.compile(r"\b(?:INTO|FROM|UPDATE) (\w+)")


@pytest.fixture(scope="module")
def verdicts(contract: Contract, databases: Databases) -> list[Verdict]:
    """What the clauses say that are played by one session, and the one on everyday operations."""
    appendix = paths.fixtures() / "implementations" / "row_counters.sql"
    text = f"{paths.schema().read_text('utf-8')}\n{appendix.read_text('utf-8')}"
    target = sqlfile.parse(text, name="row_counters")
    wanted = [one for one in contract.clauses if one.kind in SERIAL or one.id == MEETS]
    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        return list(judge(context, wanted))


def test_one_session_at_a_time_breaks_nothing(verdicts: list[Verdict]) -> None:
    assert {one.id for one in verdicts if one.outcome is not Outcome.HOLDS} == {MEETS, *MANY}


@pytest.mark.parametrize("table", COUNTED)
def test_two_statements_on_many_rows_of_a_table_deadlock(
    verdicts: list[Verdict], table: str
) -> None:
    meetings = (finding.repeat for one in verdicts for finding in one.findings)
    written = [set(_WRITES.findall(meeting)) & set(COUNTED) for meeting in meetings]
    assert {table} in written

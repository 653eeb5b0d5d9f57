"""Endings that no application is promised: told by the clauses on how sessions may end."""

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
SEEN = {
    "pairs.end": "retry.serialization_failure",
    "workload.comments": "ending.lock_not_available",
    "workload.reactions": "retry.serialization_failure",
}
"""Clauses, and the ending by which each breaks on a schema that does not wait."""


@pytest.fixture(scope="module")
def found(contract: Contract, databases: Databases) -> dict[str, str]:
    """What was found of each clause."""
    appendix = paths.fixtures() / "implementations" / "impatient.sql"
    text = f"{paths.schema().read_text('utf-8')}\n{appendix.read_text('utf-8')}"
    target = sqlfile.parse(text, name="impatient")
    wanted = [one for one in contract.clauses if one.id in SEEN]
    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        return {one.id: one.findings[0].found for one in judge(context, wanted) if one.findings}


@pytest.mark.parametrize("clause", SEEN)
def test_an_ending_that_is_not_promised_breaks_it(found: dict[str, str], clause: str) -> None:
    assert found[clause].startswith(SEEN[clause])

"""No two clauses of level must contradict: a schema that is stricter where they allow it holds."""

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_OF_ROWS = ("rows", "trigger", "invariant")


def test_checks_for_what_the_invariants_say_of_a_row_break_nothing(
    contract: Contract, databases: Databases
) -> None:
    # Takes some seconds: each of these clauses may be the one that demands what another forbids.
    appendix = paths.fixtures() / "implementations" / "guarded.sql"
    text = f"{paths.schema().read_text('utf-8')}\n{appendix.read_text('utf-8')}"
    target = sqlfile.parse(text, name="guarded")
    wanted = [one for one in contract.clauses if one.level == "must" and one.kind in _OF_ROWS]
    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        verdicts = list(judge(context, wanted))

    assert [one.id for one in verdicts if one.outcome is not Outcome.HOLDS] == []

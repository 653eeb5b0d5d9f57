"""No invariant holds for want of a row: it says which rows it speaks of, and attempts make some."""

from __future__ import annotations

import pytest

from tests import contracts, paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause, Contract, InvariantPromise
from vrss_contract.database.scratch import Databases
from vrss_contract.sql.population import populations
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_CLAUSES = [
    clause
    for one in (contracts.canonical(), contracts.library())
    for clause in one.clauses
    if isinstance(clause.promise, InvariantPromise)
]


@pytest.mark.parametrize("clause", _CLAUSES, ids=lambda clause: clause.id)
def test_the_rows_that_it_speaks_of_are_known(clause: Clause) -> None:
    assert isinstance(clause.promise, InvariantPromise)
    assert populations(clause.promise.query)


def test_a_row_that_no_trigger_makes_is_put_in_to_be_judged(
    contract: Contract, databases: Databases
) -> None:
    lost = "DROP TRIGGER trigger_update_storage_insert ON post_media;"
    schema = paths.schema().read_text("utf-8")
    target = sqlfile.parse(f"{schema}\n{lost}", name="lost.sql")
    wanted = [one for one in contract.clauses if one.id.startswith("invariant.storage-usage.")]

    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        outcomes = {one.id.rpartition(".")[2]: one.outcome for one in judge(context, wanted)}

    broken = {name for name, outcome in outcomes.items() if outcome is Outcome.BROKEN}
    assert broken >= {"total", "by-type", "present"}

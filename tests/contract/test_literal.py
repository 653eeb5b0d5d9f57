"""The strategy's own SQL breaks exactly what the errata name."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause, Contract, Erratum
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
Outcomes = Mapping[str, Outcome]
_DEPENDS_ON_THE_MACHINE = ".budget"
LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"


@pytest.fixture(scope="module")
def outcomes(contract: Contract, databases: Databases) -> Outcomes:
    target = sqlfile.read(LITERAL)
    database = databases.load(target)
    outcomes: dict[str, Outcome] = {}
    steady = [one for one in contract.clauses if not one.id.endswith(_DEPENDS_ON_THE_MACHINE)]
    for thorough in (False, True):
        # A schedule may break at one mix of isolation levels alone; at which it breaks is all one.
        wanted = [one for one in steady if not thorough or _may_yet_break(one, outcomes)]
        with JudgingContext(contract, target, databases, database, thorough=thorough) as context:
            outcomes |= {verdict.id: verdict.outcome for verdict in judge(context, wanted)}
    return outcomes


def _may_yet_break(clause: Clause, outcomes: Outcomes) -> bool:
    """Whether it is a schedule that breaks at none of the mixes that a gate has time for."""
    return clause.kind == "schedule" and outcomes[clause.id] is not Outcome.BROKEN


def test_what_breaks_is_what_the_errata_name(contract: Contract, outcomes: Outcomes) -> None:
    broken = {id_ for id_, outcome in outcomes.items() if outcome is not Outcome.HOLDS}
    named = {id_ for id_ in outcomes for erratum in contract.errata if _names(erratum, id_)}
    assert sorted(broken ^ named) == []


def test_what_can_not_be_judged_is_a_part_of_something_missing(outcomes: Outcomes) -> None:
    undecided = {id_ for id_, outcome in outcomes.items() if outcome is Outcome.UNDECIDED}
    parents = {id_.rpartition(".")[0] for id_ in undecided}
    assert {outcomes[parent] for parent in parents} == {Outcome.BROKEN}


def test_every_pattern_of_an_erratum_names_something(
    contract: Contract, outcomes: Outcomes
) -> None:
    patterns = {
        p for erratum in contract.errata for p in (*erratum.clauses, *erratum.literal_breaks)
    }
    idle = [p for p in patterns if not any(fnmatchcase(id_, p) for id_ in outcomes)]
    assert sorted(idle) == []


def _names(erratum: Erratum, id_: str) -> bool:
    return any(fnmatchcase(id_, pattern) for pattern in erratum.literal_breaks)

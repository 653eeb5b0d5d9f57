"""Each condition of each query is seen to matter, or is listed as equivalent with the reason.

A query is changed in one place, mechanically, and its clause ``query.NAME.answers`` must break: a
clause that holds for another query is worth nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import contracts
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation import reviewed
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.queries import OPERATORS
from vrss_contract.mutation.reviewed import like
from vrss_contract.mutation.texts.judge import TextJudge
from vrss_contract.target import Target

pytestmark = pytest.mark.once
_QUERIES = tuple(contracts.canonical().queries)
Mutants = dict[str, list[Mutant]]


@pytest.fixture(scope="module")
def judge(
    contract: Contract, target: Target, databases: Databases, database: Database
) -> Iterator[TextJudge]:
    """6,500 changes of 52 queries take some minutes in all."""
    own = databases.create(database)
    with (
        JudgingContext(contract, target, databases, own, template=database) as context,
        TextJudge(contract, context) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def mutants(contract: Contract) -> Mutants:
    """Those of each query."""
    found = Mutants()
    for one in OPERATORS[0].make(Schema(Catalog(), contract=contract)):
        found.setdefault(one.object, []).append(one)
    return found


@pytest.mark.parametrize("query", _QUERIES)
def test_a_change_of_a_query_breaks_its_clause_or_is_equivalent(
    query: str, contract: Contract, judge: TextJudge, mutants: Mutants
) -> None:
    listed = reviewed.read(contract)

    came = [judge.judged(one, listed.because(one.id)) for one in mutants[query]]

    assert len(came) > 10
    assert [one.mutant.id for one in came if one.fault or one.ending == "undecided"] == []


def test_whatever_is_listed_of_a_query_is_a_change_of_it(
    contract: Contract, mutants: Mutants
) -> None:
    ids = [one.id for query in mutants.values() for one in query]
    listed = [
        pattern
        for one in reviewed.read(contract).equivalents
        if all(name.startswith("query.") for name in one.of)
        for pattern in one.patterns
    ]

    assert listed
    assert [one for one in listed if not any(like(id_, one) for id_ in ids)] == []

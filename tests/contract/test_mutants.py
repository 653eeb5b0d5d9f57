"""The contract bites: a share of the mutants of its schema, always the same, and all are killed.

All of them are `vrss-contract mutate`, which takes minutes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.every_object import every_object
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation import reviewed
from vrss_contract.mutation.asked import AskedClauses
from vrss_contract.mutation.bench import MutationBench
from vrss_contract.mutation.judge import MutantJudge
from vrss_contract.mutation.made import made, sampled
from vrss_contract.mutation.mutant import Schema
from vrss_contract.mutation.operators import OPERATORS
from vrss_contract.mutation.texts.judge import TextJudge
from vrss_contract.target import Target

pytestmark = pytest.mark.once
DRAWN, SEED = 64, 20
FAIR = {"killed", "stillborn", "equivalent"}


@pytest.fixture(scope="module")
def context(
    contract: Contract, target: Target, databases: Databases, database: Database
) -> Iterator[JudgingContext]:
    own = databases.create(database)
    with JudgingContext(contract, target, databases, own, template=database) as made_:
        yield made_


@pytest.fixture(scope="module")
def schema(contract: Contract, database: Database) -> Schema:
    with database.connect() as session:
        return Schema(read(session, contract.schemas), every_object(session), contract)


def test_a_share_of_the_mutants_is_killed_as_they_deserve(
    contract: Contract, context: JudgingContext, schema: Schema
) -> None:
    mutants = made(OPERATORS, schema).mutants
    alone = [one for one in mutants if not (one.meets or one.committed or one.instead_of)]
    drawn = sampled(alone, DRAWN, SEED)
    judge = MutantJudge(AskedClauses(contract, context.catalog), context)
    with TextJudge(contract, context) as texts:
        bench = MutationBench([drawn], judge, texts, context, reviewed.read(contract))

        came = list(bench.work(0))

    assert {one.mutant.id: one.killers for one in came if one.ending not in FAIR} == {}


def test_no_argument_of_the_reviewed_list_has_expired(contract: Contract, schema: Schema) -> None:
    expired = reviewed.expired(reviewed.read(contract), contract, schema.objects)

    assert list(expired) == []

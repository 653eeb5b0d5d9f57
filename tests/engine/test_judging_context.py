"""The bench hands out copies of the loaded database, also after it was asked."""

from collections.abc import Iterator

import pytest

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract
from vrss_contract.database.savepoint_probe import Probe
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target


@pytest.fixture
def context(
    contract: Contract, target: Target, databases: Databases, database: Database
) -> Iterator[JudgingContext]:
    with JudgingContext(contract, target, databases, database) as made:
        yield made


def test_a_copy_keeps_to_itself_what_is_committed_in_it(context: JudgingContext) -> None:
    count = Probe((), "SELECT count(*) FROM subscription_tiers")
    (before,) = context.ask([count])

    with context.clone() as copy, copy.connect() as session:
        session.execute("INSERT INTO subscription_tiers VALUES (9, 'Nine', NULL, 1, 0)")

    assert context.ask([count]) == [before]


def test_a_copy_is_dropped_at_its_end(context: JudgingContext, database: Database) -> None:
    with context.clone() as copy:
        name = copy.name

    with database.connect() as session:
        query = "SELECT count(*) FROM pg_database WHERE datname = %s"
        assert session.execute(query, [name]).fetchone() == (0,)

"""The clauses that a change is said to touch have those that break by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest

from tests import paths
from vrss_contract.checks.changed.choose import Share
from vrss_contract.checks.changed.contracts import amended
from vrss_contract.checks.changed.narrow import Change, chosen
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract import strict
from vrss_contract.contract.model import Clause, Contract, RowsPromise
from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target, sqlfile

pytestmark = pytest.mark.once
Objects = Mapping[Item, Facts]
Shared = Callable[[str], Share]
FILE = paths.fixtures() / "implementations" / "drifts.yaml"
DRIFTS = [raw for _, raw in strict.read(FILE, FILE.name)]
QUICK = ("table", "rows", "cascade", "trigger", "invariant")
CHANGES = (
    "ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey",
    "ALTER TABLE comments ALTER likes_count DROP DEFAULT",
    "DROP TRIGGER trigger_create_friendship ON user_follows",
)
"""All that is left out of these kinds is judged, which takes seconds each."""


@pytest.fixture(scope="module")
def before(database: Database) -> Objects:
    with database.connect() as session:
        return every_object(session)


@pytest.fixture
def shared(administered: psycopg.Connection[Any], contract: Contract, before: Objects) -> Shared:
    """The share of what the DDL changes in the canonical schema."""

    def of(ddl: str, *ids: str) -> Share:
        administered.execute(ddl.encode())
        clauses = [contract.clause(id_) for id_ in ids] or contract.clauses
        return chosen(clauses, contract, _change(contract, before, every_object(administered)))

    return of


def _change(contract: Contract, before: Objects, after: Objects) -> Change:
    same = amended(contract, contract, data=False)
    return Change("schema.sql", before, after, same, walked=False)


def _kinds(share: Share) -> set[str]:
    return {clause.kind for clause in share.clauses}


@pytest.mark.parametrize("drift", DRIFTS, ids=[drift["id"] for drift in DRIFTS])
def test_what_a_drift_breaks_is_in_its_share(
    drift: Mapping[str, Any], shared: Callable[..., Share]
) -> None:
    broken = [drift["clause"], *drift.get("also", []), *drift.get("undecided", [])]

    share = shared(drift["ddl"], *broken)

    assert {clause.id for clause in share.clauses} == set(broken)


@pytest.mark.parametrize("ddl", CHANGES)
def test_what_is_left_out_holds(
    ddl: str, databases: Databases, contract: Contract, before: Objects
) -> None:
    target = sqlfile.parse(f"{paths.schema().read_text('utf-8')}\n{ddl}", name="changed")

    broken = [*_broken_outside_of_the_share(target, databases, contract, before)]

    assert broken == []


def _broken_outside_of_the_share(
    target: Target, databases: Databases, contract: Contract, before: Objects
) -> Iterator[str]:
    database = databases.load(target)
    with database.connect() as session:
        share = chosen(contract.clauses, contract, _change(contract, before, every_object(session)))
    ids = {clause.id for clause in share.clauses}
    assert ids
    rest: list[Clause] = [c for c in contract.clauses if c.id not in ids and c.kind in QUICK]
    with JudgingContext(contract, target, databases, database) as context:
        yield from (v.id for v in judge(context, rest) if v.outcome is not Outcome.HOLDS)
    databases.drop(database)


def test_nothing_is_touched_where_nothing_changed(shared: Shared) -> None:
    share = shared("SELECT 1")

    assert (share.clauses, share.changes, share.because) == ((), (), "")


def test_a_column_that_may_be_null_is_the_catalogs_alone(shared: Shared) -> None:
    share = shared("ALTER TABLE users ADD COLUMN phone varchar(20)")

    assert share.changes == ("column phone of users",)
    assert _kinds(share) == {"table", "trigger"}  # some triggers ask the catalog
    assert share.grown["users"]


def test_a_column_that_may_be_null_makes_no_row_of_a_short_table_longer(shared: Shared) -> None:
    assert shared("ALTER TABLE post_interactions ADD COLUMN remark text").grown == {}


def test_a_ninth_column_makes_rows_longer(shared: Shared) -> None:
    share = shared("ALTER TABLE messages ADD COLUMN remark text")

    assert any(one.id.startswith("query.message-thread.") for one in share.clauses)


def test_a_comment_is_read_by_nobody_but_the_catalogs_readers(shared: Shared) -> None:
    assert _kinds(shared("COMMENT ON TABLE posts IS 'another'")) == {"table", "trigger"}


def test_an_index_touches_what_reads_or_writes_its_table(shared: Shared) -> None:
    share = shared("DROP INDEX idx_feed_filters_type")

    tables = {one.promise.table for one in share.clauses if isinstance(one.promise, RowsPromise)}
    assert tables == {"feed_filters"}
    assert "feed_filters.index.idx_feed_filters_type" in {one.id for one in share.clauses}


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE VIEW young AS SELECT 1 AS one",
        "CREATE STATISTICS pairs ON user_id, status FROM posts",
        "CREATE POLICY own ON posts USING (true)",
        "CREATE DOMAIN handle AS text",
        "ALTER TABLE posts ENABLE ALWAYS TRIGGER update_posts_updated_at",
    ],
)
def test_a_change_without_a_rule_has_every_clause_judged(
    ddl: str, shared: Shared, contract: Contract
) -> None:
    share = shared(ddl)

    assert share.because.startswith("there is no rule for a change of ")
    assert share.clauses == contract.clauses

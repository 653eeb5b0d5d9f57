"""Operators of rights, settings, sequences and collations: what DDL they make, and that it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from tests import contracts
from tests.engine import catalogs
from vrss_contract.checks.table import judge_catalog
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import LEVELS
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.operators import collations, rights, sequences, settings
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_OPERATORS = (
    *collations.OPERATORS,
    *rights.OPERATORS,
    *sequences.OPERATORS,
    *settings.OPERATORS,
)
_NUMBERS = facts.Sequence(
    "posts_id_seq", "bigint", 1, 1, 1, 2**63 - 1, cycles=False, owner="posts.id"
)
_POSTS = catalogs.table(
    "posts",
    catalogs.column("id", default="nextval('posts_id_seq'::regclass)", sequence="posts_id_seq"),
    catalogs.column("title", "text"),
)
_SMALL = Schema(
    catalogs.catalog(
        _POSTS,
        sequences={"posts_id_seq": _NUMBERS},
        functions=(catalogs.function("touch", settings=("search_path=pg_catalog, pg_temp",)),),
        enums={"mood": ("good",)},
    )
)
_ELSEWHERE = frozenset({"function-granted", "function-security", "function-path"})
"""What clauses of the functions' behaviour hear at the level that it deserves."""


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("table-granted:posts[SELECT]", "GRANT SELECT ON posts TO PUBLIC"),
        ("table-revoked:posts[INSERT]", "REVOKE INSERT ON posts FROM CURRENT_USER"),
        ("column-granted:posts.title[UPDATE]", "GRANT UPDATE (title) ON posts TO PUBLIC"),
        ("sequence-property:posts_id_seq[falls]", "ALTER SEQUENCE posts_id_seq INCREMENT -1"),
        (
            "sequence-moved:posts_id_seq[to its end]",
            f"ALTER SEQUENCE posts_id_seq START {2**63 - 1} RESTART",
        ),
        ("function-path:touch[lost]", "ALTER FUNCTION touch RESET search_path"),
        (
            "function-path:touch[without pg_temp]",
            "ALTER FUNCTION touch SET search_path = pg_catalog",
        ),
        ("type-revoked:mood", "REVOKE USAGE ON TYPE mood FROM PUBLIC"),
        (
            "column-storage:posts.title[storage plain]",
            "ALTER TABLE posts ALTER title SET STORAGE PLAIN",
        ),
        (
            "column-collation:posts.title",
            'ALTER TABLE posts ALTER title TYPE text COLLATE pg_catalog."C"',
        ),
    ],
)
def test_an_operator_says_what_it_does_in_ddl(id_: str, ddl: str) -> None:
    made = {mutant.id: mutant.ddl for operator in _OPERATORS for mutant in operator.make(_SMALL)}

    assert made[id_] == (ddl,)


def test_ids_are_no_other_mutants() -> None:
    ids = Counter(one.id for operator in _OPERATORS for one in operator.make(_SMALL))

    assert max(ids.values()) == 1


@pytest.fixture(scope="module")
def loaded(databases: Databases) -> Iterator[Database]:
    contract = contracts.canonical()
    database = databases.load(sqlfile.read(contract.manifest.required_schema()))
    yield database
    databases.drop(database)


@pytest.mark.parametrize("operator", _OPERATORS, ids=[one.name for one in _OPERATORS])
def test_a_mutant_runs_and_a_fact_of_the_catalog_shows_it(
    operator: Operator, loaded: Database
) -> None:
    contract = contracts.canonical()
    with loaded.connect() as session, session.transaction(force_rollback=True):
        made = {one.what: one for one in operator.make(Schema(read(session), {}, contract))}
        missed = [one.id for one in made.values() if not one.committed and not _seen(one, session)]

    assert made
    assert missed == []


def _seen(mutant: Mutant, session: psycopg.Connection) -> bool:
    with session.transaction(force_rollback=True):
        for statement in mutant.ddl:
            session.execute(statement.encode())
        catalog = read(session)
    heard = LEVELS if mutant.operator in _ELSEWHERE else LEVELS[: LEVELS.index(mutant.level) + 1]
    return any(
        one.outcome is Outcome.BROKEN and (one.level in heard or _behaves(mutant))
        for one in judge_catalog(contracts.canonical().clauses, catalog)
    )


def _behaves(mutant: Mutant) -> bool:
    """Whether it is a function's, which other kinds of clauses judge by what it does."""
    return mutant.operator in {"function-revoked", "function-setting"}

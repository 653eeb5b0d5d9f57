"""Mutants that take an administrator: what DDL they are, and that it is made in a copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import contracts
from tests.engine import catalogs
from vrss_contract.database.catalog import facts
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.owners import OPERATORS
from vrss_contract.mutation.spoiling import opened, spoil
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

NUMBERS = facts.Sequence("numbers", "bigint", 1, 1, 1, 2**63 - 1, cycles=False, owner="")
SCHEMA = Schema(
    catalogs.catalog(
        catalogs.table("posts"),
        sequences={"numbers": NUMBERS, "ids": replace(NUMBERS, name="ids", owner="posts.id")},
        functions=(
            replace(catalogs.function("touch"), definer=False),
            replace(catalogs.function("count"), definer=True),
        ),
    ),
    contract=contracts.library(),
)
OWNER = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'posts'"


def _made(schema: Schema = SCHEMA) -> dict[str, Mutant]:
    return {one.id: one for operator in OPERATORS for one in operator.make(schema)}


@pytest.fixture
def loaded(databases: Databases) -> Iterator[Database]:
    """A table, in a database of its own."""
    made = databases.load(sqlfile.parse("CREATE TABLE posts (id bigint);", name="posts.sql"))
    yield made
    databases.drop(made)


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("table-owner:posts", "ALTER TABLE posts OWNER TO :stranger"),
        ("function-owner:touch", "ALTER FUNCTION touch OWNER TO :stranger"),
        ("sequence-owner:numbers", "ALTER SEQUENCE numbers OWNER TO :stranger"),
    ],
)
def test_an_owner_is_the_role_that_owns_nothing_else(id_: str, ddl: str) -> None:
    assert _made()[id_].ddl == (ddl,)


def test_a_sequence_of_a_column_has_the_owner_of_its_table() -> None:
    assert "sequence-owner:ids" not in _made()


@pytest.mark.parametrize(("name", "level"), [("touch", "should"), ("count", "must")])
def test_the_owner_is_felt_of_a_function_that_runs_with_its_rights(name: str, level: str) -> None:
    assert _made()[f"function-owner:{name}"].level == level


def test_an_index_is_kept_and_not_used() -> None:
    posts = catalogs.table("posts", catalogs.index("by_id", "id"))

    (ddl,) = _made(Schema(catalogs.catalog(posts)))["index-invalid:posts.by_id"].ddl

    assert ddl.endswith("SET indisvalid = false WHERE indexrelid = 'by_id'::regclass")


def test_an_index_that_keeps_rows_apart_is_left_as_it_is() -> None:
    apart = catalogs.constraint("apart", "exclude", "id")
    posts = catalogs.table("posts", apart, catalogs.index("apart", "id", constraint="apart"))

    assert "index-invalid:posts.apart" not in _made(Schema(catalogs.catalog(posts)))


def test_all_of_them_take_a_copy_and_an_administrator() -> None:
    assert {(one.committed, one.administered) for one in _made().values()} == {(True, True)}


def test_an_administrator_makes_it_with_the_stranger_of_that_database(loaded: Database) -> None:
    mutant = _made()["table-owner:posts"]

    with opened(loaded, mutant) as session:
        spoil(session, loaded, mutant)
        found = session.execute(OWNER).fetchone()

    assert found == (loaded.stranger,)


def test_what_takes_none_is_made_by_the_targets_own_role(loaded: Database) -> None:
    mutant = replace(_made()["table-owner:posts"], administered=False, ddl=("SELECT 1",))

    with opened(loaded, mutant) as session:
        (found,) = session.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")

    assert found == (False,)

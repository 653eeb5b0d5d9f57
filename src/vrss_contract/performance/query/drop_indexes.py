"""The schema without some of its indexes, for as long as a transaction that is undone."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator

import psycopg
from psycopg import sql

from vrss_contract.sql.literal import named

_Index = tuple[str, str, str, str | None, str]
_OWNERS = """
SELECT
    index.relname,
    space.nspname,
    relation.relname,
    owner.conname,
    space.nspname = pg_catalog.current_schema() AS home
FROM pg_catalog.pg_index AS link
JOIN pg_catalog.pg_class AS index ON index.oid = link.indexrelid
JOIN pg_catalog.pg_class AS relation ON relation.oid = link.indrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = relation.relnamespace
LEFT JOIN pg_catalog.pg_constraint AS owner
    ON owner.conindid = index.oid AND owner.contype IN ('p', 'u', 'x')
WHERE space.nspname = ANY(pg_catalog.current_schemas(FALSE))
ORDER BY index.relname
"""


def indexes(connection: psycopg.Connection) -> dict[str, str]:
    """Every index of the schemas by its name, with the table that it is on."""
    return {index: table for index, *_, table in _owners(connection)}


@contextlib.contextmanager
def without(connection: psycopg.Connection, names: Collection[str]) -> Iterator[None]:
    """Inside, the schema lacks these indexes, and the constraints that are kept by them.

    Raises:
        psycopg.Error: one can't be dropped.
    """
    with connection.transaction(force_rollback=True):
        for index, schema, table, constraint, _ in _owners(connection):
            if index in names:
                connection.execute(_drop(index, schema, table, constraint))
        yield


@contextlib.contextmanager
def with_only(
    connection: psycopg.Connection, names: Collection[str], tables: Collection[str]
) -> Iterator[None]:
    """Inside, of the tables' indexes that no constraint needs there are only these.

    Sequential scans are put off as well, so that whether an index *can* serve is seen where the
    table is too small for it to be worth while.

    Raises:
        psycopg.Error: an index can't be dropped.
    """
    with connection.transaction(force_rollback=True):
        for index, schema, relation, constraint, table in _owners(connection):
            if table in tables and not constraint and index not in names:
                connection.execute(_drop(index, schema, relation, None))
        connection.execute("SET LOCAL enable_seqscan = off")
        yield


def _owners(connection: psycopg.Connection) -> list[_Index]:
    """Each index, its schema, its table, its constraint, and the table as a contract calls it."""
    return [
        (index, schema, table, constraint, table if home else named(schema, table))
        for index, schema, table, constraint, home in connection.execute(_OWNERS)
    ]


def _drop(index: str, schema: str, table: str, constraint: str | None) -> sql.Composed:
    if constraint is None:
        return sql.SQL("DROP INDEX {}").format(sql.Identifier(schema, index))
    statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {} CASCADE")
    return statement.format(sql.Identifier(schema, table), sql.Identifier(constraint))

"""The schema without some of its indexes, for as long as a transaction that is undone."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from vrss_contract.sql.literal import named

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


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """An index, and what it is called by."""

    name: str
    schema: str
    relation: str
    constraint: str | None
    """The constraint that is kept by it."""
    table: str
    """The table that it is on, as a contract calls it."""


def indexes(connection: psycopg.Connection) -> dict[str, str]:
    """Every index of the schemas by its name, with the table that it is on."""
    return {index.name: index.table for index in every(connection)}


def every(connection: psycopg.Connection) -> list[LiveIndex]:
    """Every index of the schemas."""
    return [
        LiveIndex(index, schema, table, constraint, table if home else named(schema, table))
        for index, schema, table, constraint, home in connection.execute(_OWNERS)
    ]


def others(
    among: Iterable[LiveIndex], names: Collection[str], tables: Collection[str]
) -> list[LiveIndex]:
    """The tables' indexes but these and those that a constraint needs."""
    return [
        one for one in among if one.table in tables and not one.constraint and one.name not in names
    ]


@contextlib.contextmanager
def without(connection: psycopg.Connection, names: Collection[str]) -> Iterator[None]:
    """Inside, the schema lacks these indexes, and the constraints that are kept by them.

    Raises:
        psycopg.Error: one can't be dropped.
    """
    with connection.transaction(force_rollback=True):
        _drop(connection, [one for one in every(connection) if one.name in names])
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
        _drop(connection, others(every(connection), names, tables))
        connection.execute("SET LOCAL enable_seqscan = off")
        yield


def _drop(connection: psycopg.Connection, dropped: Iterable[LiveIndex]) -> None:
    connection.execute(sql.SQL(";").join(map(_dropping, dropped)), prepare=False)


def _dropping(index: LiveIndex) -> sql.Composed:
    if index.constraint is None:
        return sql.SQL("DROP INDEX {}").format(sql.Identifier(index.schema, index.name))
    statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {} CASCADE")
    table = sql.Identifier(index.schema, index.relation)
    return statement.format(table, sql.Identifier(index.constraint))

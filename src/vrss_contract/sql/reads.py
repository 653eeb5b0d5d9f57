"""The columns that a query reads, of which table each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope


def reads(query: str, tables: Mapping[str, Sequence[str]]) -> frozenset[tuple[str, str]] | None:
    """Table and column of all that is read, asterisks and whole rows taken apart.

    Args:
        query: a SELECT, or an INSERT, UPDATE or DELETE with what it reads.
        tables: the columns of each table.

    Returns:
        None where it can't be told.
    """
    return _reads(query, tuple((name, tuple(columns)) for name, columns in tables.items()))


@lru_cache(maxsize=1024)
def _reads(
    query: str, tables: tuple[tuple[str, tuple[str, ...]], ...]
) -> frozenset[tuple[str, str]] | None:
    schema: dict[str, object] = {name: dict.fromkeys(columns, "text") for name, columns in tables}
    try:
        tree = sqlglot.parse_one(query, read="postgres")
        if not isinstance(tree, exp.Query):
            return None
        qualified = qualify(
            tree, schema=schema, dialect="postgres", validate_qualify_columns=False, identify=False
        )
        scopes = traverse_scope(qualified)
    except (SqlglotError, RecursionError):
        return None
    return frozenset(_columns(scopes, dict(tables)))


def _columns(
    scopes: Sequence[Scope], schema: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    named: dict[str, set[str]] = {}
    for scope in scopes:
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                named.setdefault(alias, set()).add(source.name)
    for scope in scopes:
        for row in scope.find_all(exp.TableColumn):  # a whole one, such as to_jsonb's
            for table in named.get(row.name, ()):
                yield from ((table, one) for one in schema.get(table, ()))
        for column in scope.columns:
            # What an inner query takes from an outer one is called as it is there.
            own = scope.sources.get(column.table)
            tables = {own.name} if isinstance(own, exp.Table) else named.get(column.table, set())
            yield from ((table, column.name) for table in tables)

"""What a database is: its catalog, rows and sequences, and which invariants they break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read
from vrss_contract.database.invariants import Counterexample, Invariants
from vrss_contract.database.scratch import Database
from vrss_contract.sql.literal import identifier, text

_RELATIONS = """
SELECT relation.relkind = 'S', namespace.nspname, relation.relname
FROM pg_catalog.pg_class AS relation
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE
    namespace.nspname = ANY(%s) AND relation.relkind IN ('r', 'm', 'S') AND relation.relispopulated
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS owned
        WHERE
            owned.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND owned.objid = relation.oid AND owned.deptype = 'e'
    )
ORDER BY 2, 3
"""
"""Tables, views that hold rows, and sequences, but for an extension's, whose rows are its own."""


@dataclass(frozen=True, slots=True)
class State:
    """A database as one look found it."""

    catalog: Catalog = field(default_factory=Catalog)
    rows: Mapping[str, Counter[str]] = field(default_factory=dict)
    """Table to its rows as texts, and how often each is there."""
    sequences: Mapping[str, str] = field(default_factory=dict)
    """Sequence to the number that it gave out last."""
    counterexamples: frozenset[Counterexample] = frozenset()


def look(database: Database, contract: Contract, aspects: Collection[str]) -> State:
    """The state of a database that nobody writes to, as the target's own role sees it.

    ``aspects`` says what is read of it: the ``catalog``, the ``rows``, or both.

    Raises:
        psycopg.Error: it can't be read.
    """
    with database.connect() as session:
        seen = State()
        if "catalog" in aspects:
            seen = replace(seen, catalog=read(session, contract.schemas))
        if "rows" in aspects:
            seen = replace(seen, **_of_rows(session, contract))
    return seen


def _of_rows(session: psycopg.Connection, contract: Contract) -> dict[str, Any]:
    found = session.execute(_RELATIONS, [list(contract.schemas)]).fetchall()
    relations = [(bool(one), str(schema), str(name)) for one, schema, name in found]
    names = {_named(*one): one[0] for one in relations}
    return {
        "rows": _rows(session, [name for name, sequence in names.items() if not sequence]),
        "sequences": _sequences(session, [name for name, one in names.items() if one]),
        "counterexamples": frozenset(Invariants(contract, session).counterexamples()),
    }


def advance(session: psycopg.Connection, schemas: Iterable[str]) -> None:
    """Take a number from every sequence, so that none stands where it begins."""
    found = session.execute(_RELATIONS, [list(schemas)]).fetchall()
    for sequence, schema, name in found:
        if sequence:
            whole = f"{identifier(str(schema))}.{identifier(str(name))}"
            session.execute(f"SELECT pg_catalog.nextval({text(whole)})".encode())


def _named(_: bool, schema: str, name: str) -> str:  # noqa: FBT001 - a column of the query
    return f"{identifier(schema)}.{identifier(name)}"


def _rows(session: psycopg.Connection, tables: Iterable[str]) -> dict[str, Counter[str]]:
    rows: dict[str, Counter[str]] = {table: Counter() for table in tables}
    parts = [f"SELECT {text(name)}, (held.*)::text FROM ONLY {name} AS held" for name in rows]
    for table, row in session.execute(" UNION ALL ".join(parts).encode()) if parts else ():
        rows[str(table)][str(row)] += 1
    return rows


def _sequences(session: psycopg.Connection, sequences: Iterable[str]) -> dict[str, str]:
    parts = [
        f"SELECT {text(name)}, CASE WHEN is_called THEN last_value END FROM {name}"
        for name in sequences
    ]
    found = session.execute(" UNION ALL ".join(parts).encode()) if parts else ()
    return {str(name): "none" if last is None else str(last) for name, last in found}

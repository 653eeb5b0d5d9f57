"""Rows for whatever tables a migration has left: copied from a database that has all of them.

The contract's own schema is filled with a profile once. From there each table that is empty gets
the columns that both have, so that a schema on its way gets the rows that it can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database
from vrss_contract.sql.literal import identifier

_COLUMNS = """
SELECT
    n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum),
    array_agg(
        CASE
            WHEN NOT a.attnotnull OR a.atthasdef OR a.attidentity <> '' THEN NULL
            WHEN t.typtype = 'e' THEN (
                SELECT quote_literal(e.enumlabel) FROM pg_catalog.pg_enum AS e
                WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1
            )
            WHEN t.typname = 'uuid' THEN 'gen_random_uuid()'
            WHEN t.typname IN ('json', 'jsonb') THEN quote_literal('{}')
            WHEN t.typcategory = 'N' THEN '0'
            WHEN t.typcategory = 'B' THEN 'FALSE'
            WHEN t.typcategory = 'D' THEN 'now()'
            WHEN t.typcategory = 'A' THEN quote_literal('{}')
            ELSE quote_literal('')
        END ORDER BY a.attnum
    )
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
INNER JOIN pg_catalog.pg_attribute AS a ON c.oid = a.attrelid
INNER JOIN pg_catalog.pg_type AS t ON a.atttypid = t.oid
WHERE
    c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
    AND NOT a.attisdropped AND a.attgenerated = ''
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
GROUP BY n.nspname, c.relname
"""
_TRIGGERS = """
SELECT DISTINCT format('ALTER TABLE %s %s TRIGGER USER', tgrelid::regclass, '{}')
FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
"""
_SEQUENCES = """
SELECT
    format('%I.%I', n.nspname, t.relname), a.attname::text, s.oid::regclass::text
FROM pg_catalog.pg_depend AS d
INNER JOIN pg_catalog.pg_class AS s ON d.objid = s.oid AND s.relkind = 'S'
INNER JOIN pg_catalog.pg_class AS t ON d.refobjid = t.oid
INNER JOIN pg_catalog.pg_namespace AS n ON t.relnamespace = n.oid
INNER JOIN pg_catalog.pg_attribute AS a ON t.oid = a.attrelid AND d.refobjsubid = a.attnum
WHERE
    d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.deptype IN ('a', 'i')
"""
_ODD = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class _Table:
    spelt: str
    columns: Mapping[str, str]
    """By what is left of the name without case and underscores."""
    required: Mapping[str, str]
    """What SQL makes for a column that must have a value and has no default, likewise."""


Tables = Mapping[str, _Table]
"""By the name without schema, case and underscores."""


@dataclass(slots=True)
class RowSource:
    """The database with all rows."""

    database: Database
    order: Sequence[str]
    """The contract's tables, parents first."""
    refusals: dict[str, str]
    """Why a table got no rows, by its name; none once it has some."""

    def fill(self, goal: Database) -> None:
        """Put rows into the tables that are empty.

        Raises:
            psycopg.Error: a session is gone.
        """
        with self.database.connect() as source, goal.connect() as session:
            have, want = _tables(source), _tables(session)
            with session.transaction():
                quiet = _silenced(session)
                # Those of a circle come in a second round.
                for _ in range(2):
                    for name in self.order:
                        self._table(name, have, want, source, session)
                _advance(session)
                for statement in quiet:
                    session.execute(statement.encode())

    def _table(
        self,
        name: str,
        have: Tables,
        want: Tables,
        source: psycopg.Connection[Any],
        session: psycopg.Connection[Any],
    ) -> None:
        key = _key(name.rpartition(".")[2])
        if key not in have or key not in want:
            return
        there, here = have[key], want[key]
        if session.execute(f"SELECT FROM {here.spelt} LIMIT 1".encode()).fetchone() is not None:
            return
        values = {one: identifier(name) for one, name in there.columns.items()}
        values = {**here.required, **values}
        both = [(values[one], here.columns[one]) for one in here.columns if one in values]
        try:
            with session.transaction():
                _copy(source, session, (there.spelt, here.spelt), both)
            self.refusals.pop(name, None)
        except psycopg.Error as error:
            if session.closed or source.closed:
                raise
            self.refusals[name] = said(error).splitlines()[0]


def _copy(
    source: psycopg.Connection[Any],
    session: psycopg.Connection[Any],
    names: tuple[str, str],
    columns: Sequence[tuple[str, str]],
) -> None:
    out = ", ".join(one for one, _ in columns)
    into = ", ".join(identifier(one) for _, one in columns)
    with (
        source.cursor().copy(f"COPY (SELECT {out} FROM {names[0]}) TO STDOUT".encode()) as rows,
        session.cursor().copy(f"COPY {names[1]} ({into}) FROM STDIN".encode()) as taken,
    ):
        for block in rows:
            taken.write(block)


def _tables(session: psycopg.Connection[Any]) -> Tables:
    return {
        _key(name): _Table(
            f"{identifier(schema)}.{identifier(name)}",
            {_key(one): one for one in columns},
            {_key(one): value for one, value in zip(columns, values, strict=True) if value},
        )
        for schema, name, columns, values in session.execute(_COLUMNS).fetchall()
    }


def _key(name: str) -> str:
    return _ODD.sub("", name.lower())


def _silenced(session: psycopg.Connection[Any]) -> list[str]:
    """Switch triggers off; returns what switches them on again."""
    quiet = [str(row[0]) for row in session.execute(_TRIGGERS.format("DISABLE").encode())]
    for statement in quiet:
        session.execute(statement.encode())
    return [one.replace(" DISABLE ", " ENABLE ") for one in quiet]


def _advance(session: psycopg.Connection[Any]) -> None:
    """Set each sequence to what follows the highest value of its column."""
    for table, column, sequence in session.execute(_SEQUENCES).fetchall():
        query = f"SELECT max({identifier(column)}) FROM {table}"
        ((highest,),) = session.execute(query.encode()).fetchall()
        if highest is not None:
            session.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {highest + 1}".encode())


def notes(refusals: Mapping[str, str]) -> Iterator[str]:
    """What a reader has to know of tables that stayed empty."""
    for table, reason in refusals.items():
        yield f"{table} stayed empty: its rows were refused ({reason})"

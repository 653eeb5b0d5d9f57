"""Rows for whatever tables a migration has left: copied from a database that has all of them.

The contract's own schema is filled with a profile once. From there each table that is empty gets
the columns that both have, so that a schema on its way gets the rows that it can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database
from vrss_contract.migrating.drawn import Drawn
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
    keys: Mapping[str, Sequence[str]]
    """The contract's tables, parents first, and the columns of their keys."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Why a table got no rows, by its name; none once it has some."""
    drawn: Drawn = field(default_factory=Drawn)
    _given: dict[str, frozenset[str]] = field(default_factory=dict)
    """The columns that a table has got values for."""

    def fill(self, goal: Database) -> None:
        """Put rows into the tables that are empty, and values into columns that are new.

        Raises:
            psycopg.Error: a session is gone.
        """
        with self.database.connect() as source, goal.connect() as session:
            copying = _Copying(source, session)
            with session.transaction():
                session.execute("SET LOCAL statement_timeout = 0")
                quiet = _silenced(session)
                # Those of a circle come in a second round.
                for name in [*self.keys] * 2:
                    self._table(name, copying)
                _advance(session)
                for statement in quiet:
                    session.execute(statement.encode())
        self.drawn.fill(goal)

    def _table(self, name: str, copying: _Copying) -> None:
        key = _key(name.rpartition(".")[2])
        if key not in copying.have or key not in copying.want:
            return
        there, here = copying.have[key], copying.want[key]
        both = frozenset(there.columns.keys() & here.columns.keys())
        try:
            if copying.empty(here):
                copying.rows(there, here)
            elif new := both - self._given.get(name, both):
                copying.columns(there, here, sorted(new), [_key(one) for one in self.keys[name]])
            self._given[name] = both
            self.refusals.pop(name, None)
        except psycopg.Error as error:
            if copying.lost:
                raise
            self.refusals[name] = said(error).splitlines()[0]


class _Copying:
    """From one database into the other."""

    def __init__(self, source: psycopg.Connection[Any], session: psycopg.Connection[Any]) -> None:
        self._source, self._session = source, session
        self.have, self.want = _tables(source), _tables(session)

    @property
    def lost(self) -> bool:
        """Whether one of the sessions is gone."""
        return bool(self._source.closed or self._session.closed)

    def empty(self, table: _Table) -> bool:
        """Whether it has no row."""
        query = f"SELECT FROM {table.spelt} LIMIT 1"
        return self._session.execute(query.encode()).fetchone() is None

    def rows(self, there: _Table, here: _Table) -> None:
        """All of them. Raises psycopg.Error, and then nothing has happened."""
        values = {one: identifier(name) for one, name in there.columns.items()}
        values = {**here.required, **values}
        both = [(values[one], here.columns[one]) for one in here.columns if one in values]
        with self._session.transaction():
            self._copy(there.spelt, here.spelt, both)

    def columns(self, there: _Table, here: _Table, new: Sequence[str], key: Sequence[str]) -> None:
        """The values of new columns, by the key. Raises psycopg.Error, as ``rows``."""
        if not key or not {*key} <= here.columns.keys():
            return
        both = [(identifier(there.columns[one]), here.columns[one]) for one in (*key, *new)]
        named = {one: identifier(here.columns[one]) for one in (*key, *new)}
        kept = ", ".join(named.values())
        put = ", ".join(f"{named[one]} = given.{named[one]}" for one in new)
        same = " AND ".join(f"kept.{named[one]} = given.{named[one]}" for one in key)
        with self._session.transaction():
            table = f"CREATE TEMPORARY TABLE given AS SELECT {kept} FROM {here.spelt} WHERE FALSE"
            self._session.execute(table.encode())
            self._copy(there.spelt, "pg_temp.given", both)
            update = f"UPDATE {here.spelt} AS kept SET {put} FROM pg_temp.given WHERE {same}"
            self._session.execute(update.encode())
            self._session.execute("DROP TABLE pg_temp.given")

    def _copy(self, out: str, into: str, columns: Sequence[tuple[str, str]]) -> None:
        read = ", ".join(one for one, _ in columns)
        written = ", ".join(identifier(one) for _, one in columns)
        rows = self._source.cursor().copy(f"COPY (SELECT {read} FROM {out}) TO STDOUT".encode())
        taken = self._session.cursor().copy(f"COPY {into} ({written}) FROM STDIN".encode())
        with rows as blocks, taken as goal:
            for block in blocks:
                goal.write(block)


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


def notes(source: RowSource) -> Iterator[str]:
    """What a reader has to know of tables that stayed empty."""
    if source.drawn.filled:
        tables = ", ".join(sorted(source.drawn.filled))
        yield f"the contract has no rows that fit {tables}: theirs were drawn"
    for table, reason in source.drawn.reasons.items():
        refused = source.refusals.get(table.rpartition(".")[2])
        why = f"its rows were refused ({refused})" if refused else reason
        yield f"{table} stayed empty, so no hazard of it can show: {why}"

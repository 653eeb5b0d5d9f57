"""A database whose rows are put back before each run, and the invariants asked of it.

Rows are put back by a session without triggers where the server allows one. Rule:
contracts/README.md, "Sessions at once".
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.database.invariants import Counterexample, Invariants, Values, differences
from vrss_contract.database.scratch import Database
from vrss_contract.database.without_triggers import without_triggers
from vrss_contract.sql.literal import identifier, named, qualified, relation, text

_FIRST_FREE = 1000
_FUNCTION = """CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_reset() RETURNS void
LANGUAGE plpgsql SET search_path = {path}, pg_temp AS $vrss_contract$
BEGIN
{statements}
END $vrss_contract$"""
_RESET = "SELECT pg_temp.vrss_contract_reset()"
_TABLES = """
SELECT schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname = ANY(%s) ORDER BY 1, 2
"""
_SEQUENCES = """
SELECT schemaname, sequencename FROM pg_catalog.pg_sequences WHERE schemaname = ANY(%s)
"""
_COLUMNS = """
SELECT pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_catalog.unnest(%s::text[]) WITH ORDINALITY AS asked (name, place)
JOIN pg_catalog.pg_attribute
    ON attrelid = name::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
GROUP BY place
ORDER BY place
"""
"""The columns that a row is put back by: all but what the server computes."""
# A row that nobody has changed since it was put back is the version that was written then: where
# there are as many rows as there should be, all of that transaction, nothing is to be done. To see
# so costs a tenth of writing them.
_PUT_BACK = """IF EXISTS (
    SELECT FROM {table}
    HAVING count(*) <> {rows}
        OR count(*) FILTER (WHERE xmin = current_setting({mark}, true)::xid) <> {rows}
) THEN
    DELETE FROM {table};
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.{saved};
    PERFORM set_config({mark}, pg_current_xact_id()::xid::text, false);
END IF"""


class RestorableDatabase:
    """One session that makes the rows and looks at them; others write in between."""

    def __init__(self, database: Database, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._open = contextlib.ExitStack()
        self._fallen: list[Counterexample] = []
        self._before: frozenset[Counterexample] = frozenset()
        self._first: Values | None = None
        """What may never fall, as it is in the rows."""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            self._session = undo.enter_context(self._database.connect())
            self._restorer = undo.enter_context(_quiet(self._database))
            self._open = undo.pop_all()
        self._invariants = Invariants(self._contract, self._session)
        self._home = self._contract.schemas[0]
        found = self._session.execute(_TABLES, [list(self._contract.schemas)])
        self._tables = [self._declared(str(schema), str(name)) for schema, name in found]
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(psycopg.Error):
            self._open.close()

    def prepare(self, rows: Sequence[str]) -> None:
        """Say what rows every run begins with, as the statements that make them; then reset.

        Raises:
            psycopg.Error: a row can't be made.
        """
        made = [*self._emptied(), *self._anew(), *map(_performed, rows)]
        self._session.execute(self._function(made))
        self._session.execute(_RESET)
        self._save()
        self._before = frozenset(self._invariants.counterexamples(self._protocol()))
        self._first = None
        self.reset()

    def reset(self) -> None:
        """Put the rows back, and forget what was seen."""
        (self._restorer or self._session).execute(_RESET)
        self._fallen.clear()
        if self._restorer and self._first is not None:
            self._invariants.begin(self._first)  # the very same rows: they need no second look
            return
        self._invariants.begin({})
        self.observe()
        self._first = self._invariants.values

    def observe(self) -> None:
        """Look at the values that may never fall; called while no session is at work."""
        self._fallen += self._invariants.fallen()

    def broken(self, asks: Iterable[str] = ()) -> list[Counterexample]:
        """The counter-examples since the reset; those that the rows alone make don't count."""
        found = [*self._fallen, *self._invariants.counterexamples(asks)]
        return [one for one in found if one not in self._before]

    def differences(self, then: Mapping[str, str]) -> list[tuple[str, str]]:
        """Which expressions are not what they should be: wanted and found."""
        return list(differences(self._session, then))

    def _emptied(self) -> list[str]:
        """What deletes all rows, children first."""
        there = [name for name in self._contract.tables if name in self._tables]
        return [f"DELETE FROM {relation(name)}" for name in reversed(there)]

    def _anew(self) -> list[str]:
        """What begins the ids anew, above those of the rows, so that every run is like the last."""
        sequence = "PERFORM setval(pg_get_serial_sequence({}, {}), {})"
        return [
            sequence.format(text(relation(table.name)), text(column.name), _FIRST_FREE)
            for table in self._contract.tables.values()
            for column in table.columns
            if table.name in self._tables and column.numbered
        ]

    def _save(self) -> None:
        """Keep the rows as they are now, for the session that puts rows back without triggers."""
        if self._restorer is None:
            return
        counts = self._counts()
        full = {name: rows for name, rows in counts.items() if rows}
        columns = self._columns(full)
        copies = "; ".join(
            f"CREATE TEMP TABLE {_saved(name)} AS"
            f" SELECT {columns[name]} FROM {qualified(name, self._home)}"
            for name in full
        )
        self._restorer.execute("DISCARD TEMP")
        self._restorer.execute(copies.encode())
        put_back = [self._put_back(name, counts[name], columns.get(name, "")) for name in counts]
        try:
            self._restorer.execute(self._function([*put_back, *self._numbers()]))
            self._restorer.execute(_RESET)
        except psycopg.Error:  # a generated column, perhaps: the slow way knows what to do
            self._restorer = None

    def _put_back(self, name: str, rows: int, columns: str) -> str:
        """What puts the rows of one table back, if anybody has changed them."""
        table = qualified(name, self._home)
        if not rows:
            return f"IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF"
        mark = text(f"vrss_contract.written_{self._tables.index(name)}")
        return _PUT_BACK.format(
            table=table, rows=rows, columns=columns, saved=_saved(name), mark=mark
        )

    def _counts(self) -> dict[str, int]:
        """How many rows each table has."""
        parts = (
            f"SELECT {text(name)}, count(*) FROM {qualified(name, self._home)}"
            for name in self._tables
        )
        found = self._session.execute(" UNION ALL ".join(parts).encode()) if self._tables else ()
        return {str(name): int(rows) for name, rows in found}

    def _columns(self, tables: Iterable[str]) -> dict[str, str]:
        """The columns of each table that a row is put back by, in SQL."""
        names = [*tables]
        found = self._session.execute(_COLUMNS, [[qualified(one, self._home) for one in names]])
        return {name: str(columns) for name, (columns,) in zip(names, found, strict=True)}

    def _numbers(self) -> Iterator[str]:
        """What sets every sequence to where it is now."""
        found = self._session.execute(_SEQUENCES, [list(self._contract.schemas)]).fetchall()
        sequences = [f"{identifier(schema)}.{identifier(name)}" for schema, name in found]
        parts = (f"SELECT {text(one)}, last_value, is_called FROM {one}" for one in sequences)
        if sequences:
            values = self._session.execute(" UNION ALL ".join(parts).encode()).fetchall()
            sets = (f"setval({text(name)}, {last}, {called})" for name, last, called in values)
            yield f"PERFORM {', '.join(sets)}"

    def _function(self, statements: Sequence[str]) -> str:
        """A function that runs them: its plans are kept, which is several times as fast."""
        path = ", ".join(map(identifier, self._contract.schemas))
        return _FUNCTION.format(path=path, statements=";\n".join([*statements, ""]))

    def _declared(self, schema: str, name: str) -> str:
        """The contract's name of a table."""
        return named(name) if schema == self._home else named(schema, name)

    def _protocol(self) -> list[str]:
        return [clause.id for clause in self._contract.clauses if clause.kind == "invariant"]


@contextlib.contextmanager
def _quiet(database: Database) -> Iterator[psycopg.Connection | None]:
    """A session of the target's role in which neither triggers nor foreign keys are at work.

    None where the administrator may not give it: then rows are put back by what they are made of.
    """
    with contextlib.ExitStack() as stack:
        with without_triggers(database) as able:
            session = stack.enter_context(database.connect()) if able else None
        yield session


def _saved(table: str) -> str:
    """The temporary table that keeps the rows of a table."""
    return identifier(f"saved_{table}")


def _performed(statement: str) -> str:
    """A statement as PL/pgSQL has it, where a SELECT must say that its rows are not wanted."""
    verb, _, rest = statement.partition(" ")
    return f"PERFORM {rest}" if verb == "SELECT" else statement

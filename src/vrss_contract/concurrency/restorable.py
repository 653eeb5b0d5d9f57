"""A database whose rows are put back before each run, and the invariants asked of it.

Rows are put back by a session without triggers where the server allows one. Rule:
contracts/README.md, "Sessions at once".
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import psycopg

from vrss_contract.concurrency.saved_rows import SavedRows
from vrss_contract.contract.model import Contract
from vrss_contract.database.invariants import Counterexample, Invariants, Values
from vrss_contract.database.scratch import Database
from vrss_contract.database.without_triggers import without_triggers
from vrss_contract.sql.literal import identifier, named, qualified, relation, text

_FIRST_FREE = 1000
_FUNCTION = """CREATE OR REPLACE FUNCTION pg_temp.{name}() RETURNS void
LANGUAGE plpgsql SET search_path = {path}, pg_temp AS $vrss_contract$
BEGIN
{statements}
END $vrss_contract$"""
_PATIENCE = "SET lock_timeout = '200ms'"
"""For looks at rows while other sessions are open, one of which may have locked a whole table."""
_EMPTY, _RESET = "vrss_contract_empty", "vrss_contract_reset"
_CALLED = "SELECT pg_temp.{}()"
_TABLES = """
SELECT schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname = ANY(%s) ORDER BY 1, 2
"""


class RestorableDatabase:
    """One session that makes the rows and looks at them; others write in between."""

    def __init__(self, database: Database, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._open = contextlib.ExitStack()
        self._fallen: list[Counterexample] = []
        self._before: frozenset[Counterexample] = frozenset()
        self._saved: SavedRows | None = None
        self._empties = False
        """Whether there is a function that takes out all rows."""
        self._first: Values | None = None
        """What may never fall, as it is in the rows."""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            self._session = undo.enter_context(self._database.connect())
            quiet = undo.enter_context(_quiet(self._database))
            self._open = undo.pop_all()
        self._invariants = Invariants(self._contract, self._session)
        self._home = self._contract.schemas[0]
        self._session.execute(_PATIENCE)
        found = self._session.execute(_TABLES, [list(self._contract.schemas)])
        self._tables = [self._declared(str(schema), str(name)) for schema, name in found]
        if quiet:
            tables = [qualified(name, self._home) for name in self._tables]
            self._saved = SavedRows(self._session, quiet, tables, self._contract.schemas)
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(psycopg.Error):
            self._open.close()

    def prepare(self, rows: Sequence[str]) -> None:
        """Say what rows every run begins with, as the statements that make them; then reset.

        Raises:
            psycopg.Error: a row can't be made.
        """
        if not self._empties:
            self._session.execute(self._function(_EMPTY, [*self._emptied(), *self._anew()]))
            self._empties = True
        if self._saved:
            made = [_CALLED.format(_EMPTY), *rows]
            # Several can't be prepared, as psycopg would do with what is executed often.
            self._session.execute(";\n".join(made).encode(), prepare=False)
            try:
                self._saved.save()
            except psycopg.Error:  # a generated column, perhaps: the slow way knows what to do
                self._saved = None
        if not self._saved:
            made = [f"PERFORM pg_temp.{_EMPTY}()", *map(_performed, rows)]
            self._session.execute(self._function(_RESET, made))
            self._session.execute(_CALLED.format(_RESET))
        self._before = frozenset(self._invariants.counterexamples(self._protocol()))
        self._first = None
        self._forget()

    def reset(self) -> None:
        """Put the rows back, and forget what was seen."""
        if self._saved:
            self._saved.restore()
        else:
            self._session.execute(_CALLED.format(_RESET))
        self._forget()

    def _forget(self) -> None:
        self._fallen.clear()
        if self._saved and self._first is not None:
            self._invariants.begin(self._first)  # the very same rows: they need no second look
            return
        self._invariants.begin({})
        self.observe()
        self._first = self._invariants.values

    def observe(self) -> None:
        """Look at the values that may never fall; called while no session is at work.

        Where one holds up even readers, the next look sees what has fallen.
        """
        with contextlib.suppress(psycopg.errors.LockNotAvailable):
            self._fallen += self._invariants.fallen()

    def broken(
        self, asks: Iterable[str] = (), then: Mapping[str, str] | None = None
    ) -> list[Counterexample]:
        """The counter-examples since the reset; those that the rows alone make don't count.

        Under ``then`` each of these expressions that is not its fellow.
        """
        expected = self._invariants.expects(then or {})
        fallen, broken, differences = self._invariants.look(asks, expected)
        self._fallen += fallen
        unlike = [Counterexample("then", f"{want}, found {found}") for want, found in differences]
        return [*(one for one in [*self._fallen, *broken] if one not in self._before), *unlike]

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

    def _function(self, name: str, statements: Sequence[str]) -> str:
        """A function that runs them: its plans are kept, which is several times as fast."""
        path = ", ".join(map(identifier, self._contract.schemas))
        return _FUNCTION.format(name=name, path=path, statements=";\n".join([*statements, ""]))

    def _declared(self, schema: str, name: str) -> str:
        """The contract's name of a table."""
        return named(name) if schema == self._home else named(schema, name)

    def _protocol(self) -> list[str]:
        return [clause.id for clause in self._contract.clauses if clause.kind == "invariant"]


_ROLE_OF_SESSION = "SELECT pg_catalog.current_setting('session_replication_role')"


@contextlib.contextmanager
def _quiet(database: Database) -> Iterator[psycopg.Connection | None]:
    """A session of the target's role in which neither triggers nor foreign keys are at work.

    None where the administrator may not give it: then rows are put back by what they are made of.
    """
    with contextlib.ExitStack() as stack:
        with without_triggers(database) as able:
            session = stack.enter_context(database.connect()) if able else None
            if session and session.execute(_ROLE_OF_SESSION).fetchone() != ("replica",):
                session = None  # a pooler's, which began before it was set
        yield session


def _performed(statement: str) -> str:
    """A statement as PL/pgSQL has it, where a SELECT must say that its rows are not wanted."""
    verb, _, rest = statement.partition(" ")
    return f"PERFORM {rest}" if verb == "SELECT" else statement

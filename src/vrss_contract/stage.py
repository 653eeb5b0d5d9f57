"""A database whose rows are put back before each run, and the invariants asked of it.

Knows how the committed world is made and emptied quickly, and what is looked at while and after
sessions commit there; does not know what they do. Rule: contracts/README.md, "The stage".
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import psycopg

from vrss_contract.clause.model import Contract
from vrss_contract.database import Database
from vrss_contract.inquiry import Counterexample, Inquiry, differences
from vrss_contract.sql.literal import identifier, text

_FIRST_FREE = 1000
_RESET = """CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_reset() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $vrss_contract$
BEGIN
{statements}
END $vrss_contract$"""


class Stage:
    """One session that makes the rows and looks at them; others write in between."""

    def __init__(self, database: Database, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._open = contextlib.ExitStack()
        self._fallen: list[Counterexample] = []

    def __enter__(self) -> Self:
        self._session = self._open.enter_context(self._database.connect())
        self._inquiry = Inquiry(self._contract, self._session)
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(psycopg.Error):
            self._open.close()

    def prepare(self, rows: Sequence[str]) -> None:
        """Say what rows every run begins with, as the statements that make them; then reset.

        Raises:
            psycopg.Error: a row can't be made.
        """
        # A function's plans are kept, which makes a reset several times as fast as its statements.
        tables = list(self._tables())
        empty = [f"DELETE FROM {identifier(name)}" for name in reversed(tables)]
        # Numbers begin anew, well above those of the rows: every run is to be like the last.
        anew = [
            f"PERFORM setval(pg_get_serial_sequence({text(name)}, 'id'), {_FIRST_FREE})"
            for name in tables
        ]
        body = ";\n".join([*empty, *anew, *map(_performed, rows), ""])
        self._session.execute(_RESET.format(statements=body))
        self.reset()
        self._before = frozenset(self._inquiry.counterexamples(self._protocol()))

    def reset(self) -> None:
        """Put the rows back, and forget what was seen."""
        self._session.execute("SELECT pg_temp.vrss_contract_reset()")
        self._inquiry.forget()
        self._fallen.clear()
        self.observe()

    def observe(self) -> None:
        """Look at the values that may never fall; called while no session is at work."""
        self._fallen += self._inquiry.fallen()

    def broken(self, asks: Iterable[str] = ()) -> list[Counterexample]:
        """The counter-examples since the reset; those that the rows alone make don't count."""
        found = [*self._fallen, *self._inquiry.counterexamples(asks)]
        return [one for one in found if one not in self._before]

    def differences(self, then: Mapping[str, str]) -> list[tuple[str, str]]:
        """Which expressions are not what they should be: wanted and found."""
        return list(differences(self._session, then))

    def _tables(self) -> Iterable[str]:
        """The declared tables that are there."""
        query = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public'"
        there = {row[0] for row in self._session.execute(query)}
        return [name for name in self._contract.tables if name in there]

    def _protocol(self) -> list[str]:
        return [clause.id for clause in self._contract.clauses if clause.kind == "invariant"]


def _performed(statement: str) -> str:
    """A statement as PL/pgSQL has it, where a SELECT must say that its rows are not wanted."""
    verb, _, rest = statement.partition(" ")
    return f"PERFORM {rest}" if verb == "SELECT" else statement

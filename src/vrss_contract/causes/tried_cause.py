"""A candidate's DDL, run on a copy of the target, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.causes.candidates import Candidate
from vrss_contract.contract.model import Clause
from vrss_contract.database.loader import said
from vrss_contract.target import Statement, sqlfile


@dataclass(slots=True)
class TriedCause:
    """A candidate, and what came of it."""

    candidate: Candidate
    touched: frozenset[str] = frozenset()
    """Ids of fallen clauses that its difference can touch."""
    refused: str = ""
    """What the server said to its DDL, should it not have run."""
    owned: list[Clause] = field(default_factory=list)
    """The clauses that hold since it was run."""

    @property
    def steps(self) -> Iterator[Statement]:
        """Its DDL, statement by statement."""
        return statements(self.candidate.ddl)


def statements(ddl: Sequence[str]) -> Iterator[Statement]:
    """The statements of some DDL, without the transaction that it is written as."""
    for text in ddl:
        for step in sqlfile.parse(text, name="what mends it").steps:
            if step.sql.upper() not in {"BEGIN", "COMMIT"}:
                yield step


def run(session: psycopg.Connection, candidate: Candidate) -> str:
    """Run what mends it, all or nothing; what the server said if it would not.

    Raises:
        psycopg.Error: the session ended.
    """
    try:
        with session.transaction():
            for step in statements(candidate.ddl):
                session.execute(step.sql.encode())
    except psycopg.Error as error:
        if session.closed:
            raise
        return said(error)
    return "" if candidate.ddl else "nothing is known that mends it"

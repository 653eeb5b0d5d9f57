"""Gates: what a third session holds, so that two statements meet inside of themselves.

A gate is a row, or an advisory lock that a statement was seen to take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.contract.model import RowTarget
from vrss_contract.database.scratch import Database
from vrss_contract.sql.literal import identifier, literal, relation

STRENGTHS = ("update", "no key update")
"""How strongly a row is held. The former stops who refers to the row as well."""
# A key of 64 bits is shown in halves, and all of it as unsigned, which no argument is.
_TAKEN = """
SELECT DISTINCT pg_catalog.format(
    CASE objsubid
        WHEN 1 THEN 'SELECT pg_catalog.pg_advisory_xact_lock(%1$s)'
        ELSE 'SELECT pg_catalog.pg_advisory_xact_lock(%2$s, %3$s)'
    END,
    (classid::bigint::bit(32) || objid::bigint::bit(32))::bit(64)::bigint,
    classid::bigint::bit(32)::integer,
    objid::bigint::bit(32)::integer
)
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is held, as the statement that takes it."""

    sql: str


def row_gate(row: RowTarget, strength: str) -> Gate:
    """A row that is held with some strength."""
    found = " AND ".join(
        f"{identifier(name)} = {literal(value)}" for name, value in row.where.items()
    )
    return Gate(f"SELECT FROM {relation(row.table)} WHERE {found} FOR {strength.upper()}")


def advisory_gates(database: Database, statements: Sequence[str]) -> dict[Gate, list[int]]:
    """Each advisory lock that a statement takes, and the places of those that take it."""
    found: dict[Gate, list[int]] = {}
    with database.connect() as session:
        for place, statement in enumerate(statements):
            for sql in _taken(session, statement):
                found.setdefault(Gate(sql), []).append(place)
    return found


def _taken(session: psycopg.Connection, statement: str) -> Iterator[str]:
    """What takes the same advisory locks as the statement, which is undone."""
    try:
        with session.transaction(force_rollback=True):
            session.execute(statement)
            rows = session.execute(_TAKEN).fetchall()
    except psycopg.Error:
        # Refused, or the session has gone: whoever meets at a row is told so.
        return
    yield from (str(sql) for (sql,) in rows)

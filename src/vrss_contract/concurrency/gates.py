"""Gates: what a third session holds, so that two statements meet inside of themselves.

A gate is a row, or an advisory lock that a statement was seen to take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency.schedule import locks
from vrss_contract.contract.model import RowTarget
from vrss_contract.database.scratch import Database
from vrss_contract.database.session import server_pid
from vrss_contract.sql.literal import identifier, literal, relation

STRENGTHS = ("update", "no key update")
"""How strongly a row is held. The former stops who refers to the row as well."""


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


def _taken(session: psycopg.Connection, statement: str) -> list[str]:
    """What takes the same advisory locks as the statement, which is undone."""
    try:
        with session.transaction(force_rollback=True):
            session.execute(statement)
            keys = locks.advisory_keys(session, server_pid(session))
    except psycopg.Error:
        # Refused, or the session has gone: whoever meets at a row is told so.
        return []
    return [f"SELECT pg_catalog.pg_advisory_xact_lock({key})" for key in keys]

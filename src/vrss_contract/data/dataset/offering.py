"""Rows that the database may refuse: each is written that it takes, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset import Offered, PortionOutcome
from vrss_contract.sql import condition


def offer(connection: psycopg.Connection[Any], offered: Offered) -> int:
    """Write those rows that are taken, and tell which; returns how many were added."""
    outcomes = list(_outcomes(connection, offered, offered.values))
    offered.answer(outcomes)
    return sum(len(one.returned) for one in outcomes)


def _outcomes(
    connection: psycopg.Connection[Any], offered: Offered, values: Sequence[Any]
) -> Iterator[PortionOutcome]:
    """All at once, or each half by itself where that is refused."""
    refusal = _tried(connection, offered, values)
    if not isinstance(refusal, PortionOutcome):
        yield from refusal
    elif len(values) == 1:
        yield refusal
    else:
        middle = len(values) // 2
        yield from _outcomes(connection, offered, values[:middle])
        yield from _outcomes(connection, offered, values[middle:])


def _tried(
    connection: psycopg.Connection[Any], offered: Offered, values: Sequence[Any]
) -> list[PortionOutcome] | PortionOutcome:
    """What came of each, or of all together where they were refused."""
    connection.execute("SAVEPOINT offered")
    try:
        cursor = connection.execute(offered.statement(values).encode(), prepare=False)
        returned = cursor.fetchall() if cursor.description else None
    except psycopg.Error as error:
        if connection.closed or condition.of_environment(error.sqlstate or ""):
            raise
        connection.execute("ROLLBACK TO offered")
        return PortionOutcome(refusal=_reason(error))
    if returned is not None and len(returned) != len(values):
        connection.execute("ROLLBACK TO offered")
        return PortionOutcome(refusal="a trigger or rule puts no row in for it")
    connection.execute("RELEASE offered")
    if returned is None:
        return [PortionOutcome() for _ in values]
    return [PortionOutcome((tuple(row),)) for row in returned]


def _reason(error: psycopg.Error) -> str:
    """The constraint that refused, or what the server said."""
    if error.diag.constraint_name:
        return f"{condition.name(error.sqlstate or '')}: {error.diag.constraint_name}"
    return error.diag.message_primary or condition.name(error.sqlstate or "")

"""What must be out of the way of rows, and back when they are in: triggers, old files, sequences.

All of it is kept or undone as a whole by the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.data.dataset.asking import NAME, ask, home, run
from vrss_contract.sql.literal import identifier, qualified, relation, text

_TRIGGERS = f"""
SELECT
    format('ALTER TABLE %s DISABLE TRIGGER %I', g.tgrelid::regclass, g.tgname),
    format(
        'ALTER TABLE %s ENABLE %s TRIGGER %I',
        g.tgrelid::regclass,
        CASE g.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END,
        g.tgname
    )
FROM pg_trigger AS g
INNER JOIN pg_class AS t ON g.tgrelid = t.oid
WHERE
    {NAME} = ANY($1::text[])
    AND NOT g.tgisinternal AND g.tgenabled <> 'D'
    AND g.tgparentid = 0
ORDER BY g.tgrelid, g.tgname
"""
_REFERRING = f"""
SELECT {NAME}, {NAME.replace("t.rel", "s.rel")}
FROM pg_constraint AS k
INNER JOIN pg_class AS t ON k.confrelid = t.oid
INNER JOIN pg_class AS s ON k.conrelid = s.oid
WHERE k.contype = 'f' AND t.oid <> s.oid
"""
_SEQUENCES = f"""
SELECT {NAME}, a.attname, s.oid::regclass::text, n.seqincrement
FROM pg_depend AS d
INNER JOIN pg_sequence AS n ON d.objid = n.seqrelid
INNER JOIN pg_class AS s ON d.objid = s.oid AND s.relkind = 'S'
INNER JOIN pg_class AS t ON d.refobjid = t.oid
INNER JOIN pg_attribute AS a ON t.oid = a.attrelid AND d.refobjsubid = a.attnum
WHERE
    d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i')
    AND {NAME} = ANY($1::text[])
ORDER BY t.relname
"""


@dataclass(frozen=True, slots=True)
class SequenceStart:
    """A sequence and the column that it counts for."""

    table: str
    column: str
    sequence: str
    """With its schema, as SQL spells it."""
    step: int


def silence(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    """Disable the triggers of the schema; returns the statements that put each back as it was."""
    switches = ask(connection, _TRIGGERS, list(tables))
    run(connection, ";\n".join(off for off, _ in switches))
    return [on for _, on in switches]


def enable(connection: psycopg.Connection[Any], switches: Iterable[str]) -> None:
    """Put triggers back, by what ``silence`` returned."""
    run(connection, ";\n".join(switches))


def begin_files(connection: psycopg.Connection[Any], empty: Iterable[str]) -> None:
    """Give empty tables new files, which vanish where the transaction is undone.

    Rows in new files need no log under wal_level=minimal. A table that another one refers to, which
    is not among them, keeps its file: PostgreSQL would not empty it.
    """
    chosen = truncatable(empty, ask(connection, _REFERRING))
    if chosen:
        run(connection, f"TRUNCATE {', '.join(relation(table) for table in chosen)}")


def truncatable(
    empty: Iterable[str], referring: Iterable[tuple[str, str | None]]
) -> tuple[str, ...]:
    """The tables that can be truncated together.

    Args:
        empty: the candidates.
        referring: a table, and one that refers to it or None for one that can't be emptied.
    """
    chosen = list(empty)
    pairs = list(referring)
    while held := {table for table, by in pairs if by not in chosen} & set(chosen):
        chosen = [table for table in chosen if table not in held]
    return tuple(chosen)


def counters(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[SequenceStart]:
    """The sequences that columns of the tables own, set to where they are by a restart.

    nextval outlives a transaction that is undone; a restart does not, nor does what follows it.
    """
    found = [SequenceStart(*row) for row in ask(connection, _SEQUENCES, list(tables))]
    nexts = (
        f"SELECT {text(counter.sequence)}, last_value"
        f" + CASE WHEN is_called THEN {counter.step} ELSE 0 END FROM {counter.sequence}"
        for counter in found
    )
    _restart(connection, nexts)
    return found


def advance(connection: psycopg.Connection[Any], found: Iterable[SequenceStart]) -> None:
    """Set each sequence to what follows the highest value of its column."""
    first = home(connection)
    nexts = (
        f"SELECT {text(counter.sequence)}, max({identifier(counter.column)}) + 1"
        f" FROM {qualified(counter.table, first)}"
        for counter in found
    )
    _restart(connection, nexts)


def _restart(connection: psycopg.Connection[Any], nexts: Iterable[str]) -> None:
    if query := " UNION ALL ".join(nexts):
        values = [(name, value) for name, value in ask(connection, query) if value is not None]
        restarts = (f"ALTER SEQUENCE {name} RESTART WITH {value}" for name, value in values)
        run(connection, ";\n".join(restarts))

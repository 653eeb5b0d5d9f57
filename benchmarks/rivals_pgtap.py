"""A pgTAP suite against mutants, each in a transaction that is undone or in a copy.

The assertions that name the mutant's table are made first, and no more once one has failed: whether
any fails does not depend on their order.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import psycopg

from benchmarks.script import SCHEMA
from benchmarks.sides import prepared
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.spoiling import opened, spoil
from vrss_contract.sql.literal import text
from vrss_contract.target import Target

_AT_ONCE = 50
"""Assertions in one statement."""


def killed_by_pgtap(
    mutants: Sequence[Mutant],
    asserted: Sequence[str],
    target: Target,
    extension: str,
    databases: Databases,
) -> Iterator[str]:
    """The ids of the mutants that an assertion fails on, or that it can't be made on.

    Raises:
        ValueError: an assertion fails without any mutant.
    """
    template = prepared(databases, target, extension)
    with _copied(template, databases) as copy, copy.connect() as session:
        if told := _failed(session, asserted):
            raise ValueError(f"without any mutant: {told}")
        for one in mutants:
            if _killed(one, asserted, session, template, databases):
                yield one.id


def nearest(mutant: Mutant, asserted: Sequence[str]) -> Sequence[str]:
    """The assertions, those first that name a table of the mutant."""
    names = tuple(text(one) for one in mutant.tables)
    return sorted(asserted, key=lambda one: not any(name in one for name in names))


def _killed(
    mutant: Mutant,
    asserted: Sequence[str],
    session: psycopg.Connection,
    template: Database,
    databases: Databases,
) -> bool:
    """Whether the suite fails with the mutant, in this session or else in a copy."""
    ordered = nearest(mutant, asserted)
    if not mutant.committed:
        with contextlib.suppress(psycopg.Error):
            return bool(_failed(session, ordered, mutant.ddl))
    with _copied(template, databases) as copy:
        with opened(copy, mutant) as other:
            spoil(other, copy, mutant)
        with copy.connect() as other:
            return bool(_failed(other, ordered))


def _failed(session: psycopg.Connection, asserted: Sequence[str], ddl: Sequence[str] = ()) -> str:
    """What the first assertion that fails says, or why it can't be made; nothing if none does.

    Raises:
        psycopg.Error: the server refuses the DDL.
    """
    with session.transaction(force_rollback=True):
        session.execute(f"SET LOCAL search_path = public, {SCHEMA}".encode())
        session.execute(f"SELECT plan({len(asserted)})".encode())
        session.execute(";\n".join(ddl).encode())
        for start in range(0, len(asserted), _AT_ONCE):
            listed = ",\n".join(asserted[start : start + _AT_ONCE])
            try:
                lines = session.execute(f"SELECT unnest(ARRAY[{listed}])".encode()).fetchall()
            except psycopg.Error as error:
                return str(error)
            failed = (str(line) for (line,) in lines if str(line).startswith("not ok"))
            if told := next(failed, ""):
                return told
    return ""


@contextlib.contextmanager
def _copied(template: Database, databases: Databases) -> Iterator[Database]:
    copy = databases.create(template)
    try:
        yield copy
    finally:
        databases.drop(copy)

"""Two rows, sessions that count them up, and how an order is spelt: for the tests of schedules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vrss_contract.concurrency.schedule.program import Level, Program, Script
from vrss_contract.database.scratch import Database, Databases

_SCHEMA = """
CREATE TABLE t (id integer PRIMARY KEY, v integer NOT NULL);
CREATE TABLE late (v integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
"""
_ROWS = "TRUNCATE t, late; INSERT INTO t VALUES (1, 0), (2, 0)"
Reset = Callable[[], None]


def add(row: int) -> str:
    return f"UPDATE t SET v = v + 1 WHERE id = {row}"


def rc(*statements: str) -> Script:
    return Script(Level.RC, statements)


OPPOSITE: Program = (rc(add(1), add(2)), rc(add(2), add(1)))


def letters(order: str) -> Sequence[int]:
    return ["abcd".index(letter) for letter in order]


def made(databases: Databases) -> Database:
    database = databases.create()
    with database.connect() as session:
        session.execute(_SCHEMA)
    return database


def put_back(database: Database) -> None:
    with database.connect() as session:
        session.execute(_ROWS)


def values(database: Database) -> list[int]:
    with database.connect() as session:
        return [row[0] for row in session.execute("SELECT v FROM t ORDER BY id").fetchall()]

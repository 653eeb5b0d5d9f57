"""Sessions of other people: they write or read while a migration is under way."""

from __future__ import annotations

import contextlib
import select
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from vrss_contract.database.scratch import Database
from vrss_contract.database.session import server_pid
from vrss_contract.migrating.sight import WatchedTable

_MOMENT = 0.002
_HOLDERS = "SELECT pg_blocking_pids(%s)"


class Bystander:
    """One session, which never waits for its own answers."""

    def __init__(self, session: psycopg.Connection, admin: psycopg.Connection) -> None:
        self._session, self._admin = session, admin
        self._pgconn = session.pgconn
        self.pid = server_pid(session)
        """The server's number for it."""

    def send(self, sql: str) -> None:
        """Begin something, one statement or several."""
        self._pgconn.send_query(sql.encode())
        self._pgconn.flush()

    def done(self) -> bool:
        """Whether it has ended by now."""
        self._pgconn.consume_input()
        return not self._pgconn.is_busy()

    def waits_for(self, others: Iterable[int]) -> bool:
        """Whether it comes to wait for one of these; False once it has ended.

        Raises:
            psycopg.Error: a session is gone.
        """
        wanted = set(others)
        while not self.done():
            row = self._admin.execute(_HOLDERS, [self.pid]).fetchone()
            if row and wanted & set(row[0]):
                return True
            select.select([self._pgconn.socket], [], [], _MOMENT)
        return False

    def end(self) -> psycopg.pq.abc.PGresult | None:
        """Wait until it has ended; returns the last result, which may be an error."""
        last = None
        while not self.done():
            select.select([self._pgconn.socket], [], [], 1)
        while result := self._pgconn.get_result():
            last = result
            self.done()
        return last

    def leave(self) -> None:
        """Undo what it has begun, and be ready for more."""
        self.end()
        if self._session.info.transaction_status is not TransactionStatus.IDLE:
            self._pgconn.exec_(b"ROLLBACK")


def enter(table: WatchedTable) -> str:
    """What takes the lock of a writer, and no row's."""
    return f"DELETE FROM {table.spelt} WHERE FALSE"


def touch(table: WatchedTable) -> str:
    """A write to one row that changes nothing."""
    if not table.column:
        return enter(table)
    return (
        f"UPDATE {table.spelt} SET {table.column} = {table.column}"
        f" WHERE ctid = (SELECT ctid FROM {table.spelt} LIMIT 1)"
    )


def read(table: WatchedTable) -> str:
    """A read of one row."""
    return f"SELECT FROM {table.spelt} LIMIT 1"


class Bystanders:
    """Sessions that are opened when they are wanted, and used again."""

    def __init__(self, database: Database, admin: psycopg.Connection) -> None:
        self._database, self._admin = database, admin
        self._open = contextlib.ExitStack()
        self._free: list[Bystander] = []

    def close(self) -> None:
        """End all of their sessions."""
        self._open.close()

    @contextlib.contextmanager
    def one(self) -> Iterator[Bystander]:
        """One of them, which has left whatever it began when the context ends."""
        found = self._free.pop() if self._free else self._new()
        try:
            yield found
        finally:
            found.leave()
            self._free.append(found)

    def _new(self) -> Bystander:
        session: psycopg.Connection[Any] = self._open.enter_context(self._database.connect())
        session.execute("SET lock_timeout = 0")
        return Bystander(session, self._admin)

"""A session whose statements are sent without waiting for what becomes of them.

It uses libpq's asynchronous calls, and reads what the server tells a session that waits for a lock.
"""

from __future__ import annotations

import contextlib
import re
import selectors
from dataclasses import dataclass

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from vrss_contract.database.session import server_pid

_TOLD = re.compile(r"process \d+ (still waiting for|acquired) (.+) after [\d.]+ ms")
_WAITS = re.compile(r"^Process (\d+) waits for (.+); blocked by process \d+\.$", re.MULTILINE)
_COPIES = (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH)


class GoneError(Exception):
    """The session can't be used any more; says why, and whether for the server's own reasons."""

    def __init__(self, reason: str, *, by_server: bool = False) -> None:
        super().__init__(reason)
        self.by_server = by_server


@dataclass(frozen=True, slots=True)
class Reply:
    """What a statement ended in; ``sqlstate`` is empty where it was done."""

    rows: int = 0
    sqlstate: str = ""
    message: str = ""
    detail: str = ""
    context: str = ""
    """Where the statement was, such as at which row of which table."""
    rollbacks: int = 0
    """How many transactions were rolled back by what was sent, before any of it failed."""
    counts: tuple[int, ...] = ()
    """The rows of each statement that was done, where several were sent."""

    @property
    def cycle(self) -> dict[int, str]:
        """Of a deadlock: the process id of each member, and the lock that it waits for."""
        return {int(pid): lock for pid, lock in _WAITS.findall(self.detail)}


class SteppedSession:
    """A connection with at most one statement under way.

    ``tells``: whether the server tells the session of each of its waits, once the wait has lasted
    for deadlock_timeout and the check for a deadlock, which is done once in a wait, found none.
    """

    def __init__(
        self, connection: psycopg.Connection, resources: contextlib.ExitStack, *, tells: bool
    ) -> None:
        self._connection = connection
        self._resources = resources
        self._pgconn = connection.pgconn
        self._results: list[PGresult] = []
        self._last_words = ""
        self.tells = tells
        self.pid = server_pid(connection)
        self.flying = False
        self.waiting_for = ""
        """The lock that the server last said it waits for, and has not said it got."""
        self.checked: set[str] = set()
        """All locks it was said to wait for; whoever sends a statement begins anew."""
        connection.add_notice_handler(self._on_notice)

    def fileno(self) -> int:
        """The socket, for a selector."""
        return self._pgconn.socket

    @property
    def idle(self) -> bool:
        """Whether no transaction is open."""
        return self._pgconn.transaction_status == TransactionStatus.IDLE

    def send(self, statement: str) -> None:
        """Send a statement.

        Raises:
            GoneError: the session has ended.
        """
        self.waiting_for = ""
        try:
            self._pgconn.send_query(statement.encode())
            self.flying = True
            while self._pgconn.flush():
                with selectors.DefaultSelector() as selector:
                    selector.register(self, selectors.EVENT_WRITE)
                    selector.select()
        except psycopg.OperationalError as error:
            raise GoneError(self._reason(error)) from error

    def poll(self) -> Reply | None:
        """What the statement ended in; None while it is under way, and where there is none.

        Raises:
            GoneError: the session has ended.
        """
        try:
            self._pgconn.consume_input()
            # Asked of an idle session as well: this is what hands over notices.
            while not self._pgconn.is_busy() and self.flying:
                result = self._pgconn.get_result()
                if result is None:
                    return self._reply()
                if result.status in _COPIES:
                    raise GoneError("it began a COPY, which takes its rows from no step")
                self._results.append(result)
        except psycopg.OperationalError as error:
            raise GoneError(self._reason(error)) from error
        return None

    def close(self) -> None:
        """End it, with whatever is open in it."""
        # First, or leaving the connection's context would try to commit.
        self._connection.close()
        self._resources.close()

    def _reply(self) -> Reply:
        results, self._results, self.flying = self._results, [], False
        failed = next((result for result in results if _state(result)), None)
        if self._pgconn.status == ConnStatus.BAD:
            raise GoneError(_message(failed) if failed else "the server ended the session")
        rollbacks = sum(one.command_status == b"ROLLBACK" for one in results)
        counts = tuple(one.command_tuples or 0 for one in results if one is not failed)
        if failed is None:
            return Reply(counts[-1] if counts else 0, rollbacks=rollbacks, counts=counts)
        fields = (DiagnosticField.MESSAGE_DETAIL, DiagnosticField.CONTEXT)
        detail, context = (
            (failed.error_field(one) or b"").decode("utf-8", "replace") for one in fields
        )
        return Reply(0, _state(failed), _message(failed), detail, context, rollbacks, counts)

    def _reason(self, error: psycopg.OperationalError) -> str:
        failed = next((result for result in self._results if _state(result)), None)
        return (_message(failed) if failed else "") or self._last_words or str(error).strip()

    def _on_notice(self, notice: psycopg.errors.Diagnostic) -> None:
        message = notice.message_primary or ""
        if notice.severity_nonlocalized == "FATAL":
            self._last_words = message
        # By its source, for a target may raise a notice of the same words.
        told = _TOLD.fullmatch(message) if notice.source_file == "proc.c" else None
        if told:
            waits = told[1] != "acquired"
            self.waiting_for = told[2] if waits else ""
            self.checked.update([told[2]] if waits else [])


def _state(result: PGresult) -> str:
    return (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()


def _message(result: PGresult) -> str:
    field = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b""
    return field.decode("utf-8", "replace")

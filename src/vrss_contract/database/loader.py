"""Running a target's statements, and telling why one failed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import psycopg
from psycopg.pq import TransactionStatus

from vrss_contract.database.failed_statements import FailedStatements
from vrss_contract.database.passed_over import PassedOver
from vrss_contract.database.session import limit
from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.sql.split import LineCounter
from vrss_contract.target import Statement
from vrss_contract.target.errors import (
    LOAD_FAILED,
    LOAD_HANGS,
    LOAD_LIMITED,
    LOAD_NAMES_ROLE,
    LOAD_REFUSED,
    NO_EXTENSION,
    SESSION_ENDED,
    shortened,
    unloaded,
)

_EXTENSION = re.compile(
    r"create\s+extension\s+(?:if\s+not\s+exists\s+)?(\"[^\"]+\"|[^\s;]+)", re.IGNORECASE
)
_ROLE = re.compile(r'role ".*" does not exist')
_ABSENT = (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile)
_RESETS = re.compile(r"(reset|discard)\s+all\b", re.IGNORECASE)
"""What would leave a session as the server's owner has it."""
_LIMITS = ("53", "54001")
"""Conditions that a server's settings bring about: too little of something, or of the stack."""
_SAID = 1000
"""Characters kept of each part of a server's message: a statement can raise any length."""


SERVER_DIED = Trouble(
    "server-died",
    "The server stopped answering midway.",
    says="the server is gone",
    tried="{tried}",
    found="no response, even on a new connection",
    do="look at the server's log, and at the machine's memory and disk; then run again",
)
NO_SESSION = Trouble(
    "no-session",
    "The server lives, and a session on it can't be had or does not last.",
    says="the server lives, and its sessions fail",
    tried="{tried}",
    found="{reason}",
    do=(
        "see whether the server lets few in (--jobs 1 needs fewest), and whether the\n"
        "target ends sessions or changes what its role may do"
    ),
)
DISK_FULL = Trouble(
    "disk-full",
    "The server has no room left.",
    says="the server has no room left",
    tried="{tried}",
    found="{reason}",
    do=(
        "free some space where the server keeps its data; an embedded server takes\n"
        "another folder from VRSS_CONTRACT_RUN_DIR"
    ),
)


class Loader:
    """Runs steps one at a time, each under a time limit that the steps before can't lift."""

    def __init__(
        self,
        target: str,
        connection: psycopg.Connection,
        timeout: float,
        alive: Callable[[], bool],
    ) -> None:
        self._target = target
        self._connection = connection
        self._timeout = timeout
        self._alive = alive
        self.passed_over = PassedOver()
        """What was let go, since it says nothing of the schema."""

    def load(self, steps: Iterable[Statement]) -> None:
        """Run the steps in order, those after one that failed too, to tell all at once.

        Raises:
            TroubleError: with the line and phase of each that failed, and what the server said.
        """
        failed = FailedStatements(self._target)
        # Again for each: a dump begins by lifting the limit and naming an encoding of its own,
        # and the target was read as text, whatever it says of itself.
        reset = f"SET statement_timeout = {int(self._timeout * 1000)};SET client_encoding = 'UTF8'"
        for step in steps:
            began = time.monotonic()
            try:
                with self.passed_over.try_(self._connection, step):
                    self._connection.execute(reset)
                    run(self._connection, step)
                if _RESETS.match(step.sql):
                    limit(self._connection, self._timeout)
            except psycopg.Error as error:
                trouble = self._trouble(step, error, time.monotonic() - began)
                if not self._goes_on(error):
                    raise trouble from error
                failed.add(step, error, trouble)
        failed.require_none()

    def _goes_on(self, error: psycopg.Error) -> bool:
        """Whether statements after it can be tried: not in a transaction, nor where all hangs."""
        ended = isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.DiskFull)
        if ended or self._connection.closed:
            return False
        return self._connection.info.transaction_status is TransactionStatus.IDLE

    def _trouble(self, step: Statement, error: psycopg.Error, seconds: float) -> TroubleError:
        at = replace(step, fault=_lines_in(step.sql, error))
        if self._connection.closed:
            return self._ended(at, seconds)
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return unloaded(LOAD_REFUSED, self._target, at, reason=said(error))
        if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable):
            return unloaded(LOAD_HANGS, self._target, at, seconds=self._timeout)
        if isinstance(error, psycopg.errors.DiskFull):
            return DISK_FULL(tried=f"to load {self._target}, line {step.line}", reason=said(error))
        if (asked := _EXTENSION.match(step.sql)) and isinstance(error, _ABSENT):
            name = asked[1].strip('"')
            return unloaded(NO_EXTENSION, self._target, at, reason=said(error), extension=name)
        return unloaded(_failed(error), self._target, at, reason=said(error))

    def _ended(self, step: Statement, seconds: float) -> TroubleError:
        if not self._alive():
            return SERVER_DIED(tried=f"to load {self._target}, line {step.line}")
        if seconds > self._timeout:  # it caught the cancellation, so the session itself was ended
            return unloaded(LOAD_HANGS, self._target, step, seconds=self._timeout)
        return unloaded(SESSION_ENDED, self._target, step)


def _failed(error: psycopg.Error) -> Trouble:
    """The trouble that an error means; dumps are known for one kind."""
    if (error.sqlstate or "").startswith(_LIMITS):
        return LOAD_LIMITED
    of_a_role = isinstance(error, psycopg.errors.UndefinedObject) and _ROLE.search(str(error))
    return LOAD_NAMES_ROLE if of_a_role else LOAD_FAILED


def said(error: psycopg.Error) -> str:
    """What the server said: code, message, detail and hint; the driver's words where it did not."""
    diag = error.diag
    if not diag.message_primary:
        return shortened(str(error).strip() or type(error).__name__, _SAID)
    parts = [f"{diag.sqlstate} {diag.message_primary}", diag.message_detail, diag.message_hint]
    return "\n".join(shortened(part, _SAID) for part in parts if part)


def run(connection: psycopg.Connection, step: Statement) -> None:
    """Run it and let its rows go by: kept, those of a hostile SELECT would fill the memory.

    Raises:
        psycopg.Error: it failed.
    """
    with connection.cursor() as cursor:
        if step.rows is not None:
            with cursor.copy(step.sql) as copy:
                copy.write(step.rows)
            return
        try:
            for _ in cursor.stream(step.sql):
                pass
        except psycopg.ProgrammingError as error:
            if error.sqlstate:  # without one, the driver only misses rows, and there are none
                raise


def _lines_in(sql: str, error: psycopg.Error) -> int:
    """How many lines below the statement's first one the server saw the fault."""
    position = error.diag.statement_position
    return LineCounter(sql).of(int(position) - 1) - 1 if position else 0

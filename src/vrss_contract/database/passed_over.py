"""Statements about the server that a dump was made on: they say nothing of the schema.

Who owns what, which roles may do what, and settings that only another version knows. Where such a
statement fails for that reason alone, the schema lacks nothing without it.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from vrss_contract.target import Statement

_NAME = r'(?:[^\s"(]|"[^"]*")+'
_OWNER = re.compile(
    rf"ALTER\s+[A-Z ]+?\s+{_NAME}\s*(?:\(.*\))?\s+OWNER\s+TO\s+{_NAME}\s*$",
    re.IGNORECASE | re.DOTALL,
)
_RIGHTS = re.compile(r"GRANT\b|REVOKE\b|ALTER\s+DEFAULT\s+PRIVILEGES\b", re.IGNORECASE)
_COMMENT = re.compile(r"COMMENT\s+ON\s+(?:SCHEMA|EXTENSION|DATABASE|LANGUAGE)\b", re.IGNORECASE)
_SETTING = re.compile(r"SET\b(?!\s+(?:ROLE|SESSION\s+AUTHORIZATION|LOCAL\s+ROLE)\b)", re.IGNORECASE)
_SCHEMA = re.compile(r'CREATE\s+SCHEMA\s+"?public"?(?:\s+AUTHORIZATION\s+\S+)?\s*$', re.IGNORECASE)
_ROLE = re.compile(
    r"(?:CREATE|ALTER)\s+(?:ROLE|GROUP|USER(?!\s+MAPPING))\b(?!.*\bSUPERUSER\b)",
    re.IGNORECASE | re.DOTALL,
)
"""A role that is to be superuser is no server's matter alone: whoever writes that is told."""
_NO_ROLE = re.compile(r'role ".*" does not exist', re.DOTALL)


def _names_no_role(error: psycopg.Error) -> bool:
    return isinstance(error, errors.UndefinedObject) and bool(_NO_ROLE.search(str(error)))


def _names_other_role(error: psycopg.Error) -> bool:
    return isinstance(error, errors.InsufficientPrivilege) or _names_no_role(error)


def _is_not_ours(error: psycopg.Error) -> bool:
    return isinstance(error, errors.InsufficientPrivilege)


def _is_unknown(error: psycopg.Error) -> bool:
    return isinstance(error, errors.UndefinedObject)


def _is_there(error: psycopg.Error) -> bool:
    return isinstance(error, errors.DuplicateSchema | errors.InsufficientPrivilege)


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[psycopg.Error], bool]], ...] = (
    ("OWNER TO", _OWNER, _names_other_role),
    ("CREATE and ALTER ROLE", _ROLE, _names_other_role),
    ("GRANT and REVOKE", _RIGHTS, _names_no_role),
    ("COMMENT ON what is the server's", _COMMENT, _is_not_ours),
    ("SET", _SETTING, _is_unknown),
    ("CREATE SCHEMA public", _SCHEMA, _is_there),
)


def _kind(sql: str) -> tuple[str, Callable[[psycopg.Error], bool]] | None:
    """What the statement is called in a note, and which failures of it are let go."""
    found = ((name, passes) for name, form, passes in _KINDS if form.match(sql))
    return next(found, None)


@dataclass(slots=True)
class PassedOver:
    """What of a target was passed over, and how to run a statement that may be."""

    counts: Counter[str] = field(default_factory=Counter)
    first: int = 0
    """The line of the first."""

    @contextlib.contextmanager
    def try_(self, connection: psycopg.Connection, step: Statement) -> Iterator[None]:
        """Inside, the statement runs; its failure is let go if it is about the server alone.

        Raises:
            psycopg.Error: it failed for another reason.
        """
        kind = _kind(step.sql)
        if kind is None:
            yield
            return
        name, passes = kind
        open_ = connection.info.transaction_status is TransactionStatus.INTRANS
        if open_:
            connection.execute("SAVEPOINT vrss_contract_step")
        try:
            yield
        except psycopg.Error as error:
            if connection.closed or not passes(error):
                raise
            if open_:
                connection.execute("ROLLBACK TO vrss_contract_step")
            self.counts[name] += 1
            self.first = self.first or step.line
        if open_:
            connection.execute("RELEASE vrss_contract_step")

    @property
    def note(self) -> str:
        """What a reader has to know of it; nothing where nothing was passed over."""
        if not self.counts:
            return ""
        count = self.counts.total()
        listed = ", ".join(f"{number:,} {name}" for name, number in self.counts.most_common())
        return (
            f"passed over {count:,} statement{'s' if count > 1 else ''} about roles and settings"
            f" of another server, from line {self.first} on: {listed}"
        )

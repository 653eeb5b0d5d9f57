"""What operations that succeeded must have left behind.

Each statement changes a number of rows or a sum, which is counted when it commits. For operations
that take rows of one table only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency.workload.call import Operations

_PART = r'(?:"(?:[^"]|"")+"|[a-z_]\w*)'
_TABLE = rf"({_PART}(?:\.{_PART})?)"
_TAKEN = re.compile(rf"\bDELETE FROM {_TABLE}")
_PUT = re.compile(rf"\bINSERT INTO {_TABLE}")
_ADDED = re.compile(rf"\bUPDATE {_TABLE} SET ({_PART}) = \2 \+ 1\b")

_WRITES = re.compile(rf"\b(?:DELETE FROM|INSERT INTO) {_TABLE}|\bUPDATE {_TABLE} SET\b")


@dataclass(frozen=True, slots=True)
class Lost:
    """An account that does not agree: what it is about, what it should be and what it is."""

    account: str
    expected: int
    found: int


def entry(sql: str) -> tuple[str, int] | None:
    """The account that a statement of an operation changes, and by how much for each row."""
    if match := _PUT.search(sql):
        return f"SELECT count(*) FROM {match[1]}", 1
    if match := _TAKEN.search(sql):
        return f"SELECT count(*) FROM {match[1]}", -1
    if match := _ADDED.search(sql):
        return f"SELECT COALESCE(sum({match[2]}), 0) FROM {match[1]}", 1
    return None


def counted(sql: str) -> bool:
    """Whether the server says of a statement how many rows it changed on its account.

    Of a WITH that writes in several parts it says the rows of the last part alone.
    """
    return entry(sql) is None or len(_WRITES.findall(sql)) == 1


def accounts(operations: Operations) -> tuple[str, ...]:
    """The questions that are asked before and after; none where a delete takes other rows too."""
    if any(operation.deletes for operation in operations.values()):
        return ()
    entries = (entry(operation.sql) for operation in operations.values())
    return tuple(dict.fromkeys(found[0] for found in entries if found))


def balances(connection: psycopg.Connection, questions: Iterable[str]) -> dict[str, int]:
    """What each account is now."""
    return {question: _number(connection, question) for question in questions}


def lost(
    before: Mapping[str, int], changes: Counter[str], after: Mapping[str, int]
) -> Iterator[Lost]:
    """The accounts that are not what they were, and what was done to them."""
    for account, balance in before.items():
        expected = balance + changes[account]
        if after[account] != expected:
            yield Lost(account, expected, after[account])


def _number(connection: psycopg.Connection, question: str) -> int:
    (number,) = connection.execute(question).fetchone() or (0,)
    return int(number)

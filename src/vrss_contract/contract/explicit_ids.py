"""Promises whose SQL says the numbers that the server would make, so that rows can be named.

Only what a contract plays is told so; what an application runs stays as it is.
"""

from __future__ import annotations

from functools import cache

from vrss_contract.contract.model import Contract, Promise
from vrss_contract.contract.statements import rewritten, statements
from vrss_contract.sql.overriding import Numbered, overriding


def numbered(contract: Contract) -> Numbered:
    """The columns of each table whose numbers the server makes unless they are said.

    One that is declared to refuse them is left out: whoever says it means to.
    """
    return {
        table.name: frozenset(
            column.name
            for column in table.columns
            if column.numbered and column.identity != "always"
        )
        for table in contract.tables.values()
    }


def played(promise: Promise, contract: Contract) -> Promise:
    """The promise with statements that also a server takes which makes the numbers always."""
    if not statements(promise):  # most have none
        return promise
    known = frozenset(numbered(contract).items())
    return rewritten(promise, lambda statement: _overriding(statement, known))


@cache
def _overriding(sql: str, known: frozenset[tuple[str, frozenset[str]]]) -> str:
    """As ``overriding``; a contract says little, and is judged again and again."""
    return overriding(sql, dict(known))

"""What a server's error during a fill means."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg

from vrss_contract.data.dataset.errors import (
    CONNECTION_LOST,
    DATA_REFUSED,
    DISK_FULL,
    FILL_FAILED,
)
from vrss_contract.database.loader import said
from vrss_contract.errors import TroubleError
from vrss_contract.target.errors import shortened

_OF_THE_DATA = ("0A", "22", "23", "42", "P0", "54", "55000")
"""What SQLSTATE begins with where a row, or a key over rows, is not taken: the statement is not
supported, a value or a constraint is against it, a column or type is not as declared, a function
raised, a value is too large for an index."""
_CONTEXT = 300
"""Characters kept of where in the data the server was: a row can have any length."""


class Failing:
    """Turns a server's error into the trouble it means, told with what was being done."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.doing("look at the tables")

    def doing(self, what: str) -> None:
        """From here on this is done, in which no row is written."""
        self._what, self._table = what, ""

    def writing(self, table: str) -> None:
        """From here on rows of this table come, or a key over them."""
        self._what, self._table = f"fill {table}", table

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Raises TroubleError for every psycopg.Error of the block, which is its cause."""
        try:
            yield
        except psycopg.Error as error:
            raise self._trouble(error) from error

    def _trouble(self, error: psycopg.Error) -> TroubleError:
        context = shortened(error.diag.context or "", _CONTEXT)
        reason = "\n".join(part for part in (said(error), context) if part)
        if self._connection.closed:
            return CONNECTION_LOST(what=self._what, reason=reason)
        if isinstance(error, psycopg.errors.DiskFull):
            return DISK_FULL(what=self._what, reason=reason)
        if self._table and (error.sqlstate or "").startswith(_OF_THE_DATA):
            return DATA_REFUSED(table=self._table, reason=reason)
        return FILL_FAILED(what=self._what, reason=reason)

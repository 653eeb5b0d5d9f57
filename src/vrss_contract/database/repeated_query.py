"""A query that is asked again and again on one session, and planned once.

psycopg would prepare it too, but forgets all that it has prepared when a savepoint is undone.
"""

from __future__ import annotations

import itertools
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

_NUMBERS = itertools.count()


class RepeatedQuery:
    """The query, prepared when it is asked for the second time."""

    def __init__(self, connection: psycopg.Connection, query: str) -> None:
        # Else psycopg would end our prepared statements with its own.
        connection.prepare_threshold = None
        self._connection = connection
        self._query = query.encode()
        self._name = f"vrss_contract_{next(_NUMBERS)}".encode()
        self._asked = self._prepared = False

    def rows(self) -> list[tuple[Any, ...]]:
        """What it returns now.

        Raises:
            psycopg.Error: it can't be asked.
        """
        if not self._asked:
            self._asked = True
            return self._connection.execute(self._query).fetchall()
        try:
            if not self._prepared:
                self._connection.execute(b"PREPARE %b AS %b" % (self._name, self._query))
                self._prepared = True
            return self._executed()
        except psycopg.errors.InvalidSqlStatementName:
            self._prepared = False  # somebody ended it; it can be prepared when it is asked next
            raise

    def _executed(self) -> list[tuple[Any, ...]]:
        """On libpq's own call: a cursor takes longer than the server does to find nothing."""
        result = self._connection.pgconn.exec_prepared(self._name, [])
        if self._connection.closed:
            raise psycopg.OperationalError(result.get_error_message())
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
        if not result.ntuples:
            return []
        loading = Transformer(self._connection)
        loading.set_pgresult(result)
        return loading.load_rows(0, result.ntuples, tuple)

"""Queries that are asked again and again on one session, and planned once; several in one trip.

psycopg would prepare them too, but forgets all that it has prepared when a savepoint is undone, and
a cursor takes longer than the server does to find nothing: libpq is called by itself.
"""

from __future__ import annotations

import itertools
import select
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

_NUMBERS = itertools.count()
Rows = list[tuple[Any, ...]]


class RepeatedQuery:
    """The query, prepared when it is asked for the second time."""

    def __init__(self, connection: psycopg.Connection, query: str) -> None:
        # Else psycopg would end our prepared statements with its own.
        connection.prepare_threshold = None
        self.connection = connection
        self._query = query.encode()
        self._name = b""
        self._asked = self._prepared = False

    def rows(self) -> Rows:
        """What it returns now.

        Raises:
            psycopg.Error: it can't be asked.
        """
        return together([self])[0]

    def statements(self) -> list[bytes]:
        """What asks it now: each has one result, the last the rows."""
        if not self._asked:
            self._asked = True
            return [self._query]
        if self._prepared:
            return [b"EXECUTE " + self._name]
        self._name = f"vrss_contract_{next(_NUMBERS)}".encode()
        self._prepared = True
        return [b"PREPARE %b AS %b" % (self._name, self._query), b"EXECUTE " + self._name]

    def forget(self) -> None:
        """Prepare it anew when it is asked next: nobody knows how far the server came."""
        self._prepared = False


def together(queries: Sequence[RepeatedQuery]) -> list[Rows]:
    """What several queries of one session return now, asked in one trip.

    Raises:
        psycopg.Error: one of them can't be asked.
    """
    if not queries:
        return []
    connection = queries[0].connection
    asking = [query.statements() for query in queries]
    try:
        # As one simple query: a cursor of the extended protocol's would stand in pg_cursors.
        text = b";\n".join(statement for one in asking for statement in one)
        results = _results(connection.pgconn, text)
        if failed := next((one for one in results if one.status == ExecStatus.FATAL_ERROR), None):
            if connection.closed:
                raise psycopg.OperationalError(failed.get_error_message())
            raise psycopg.errors.error_from_result(failed)
    except psycopg.Error:
        for query in queries:
            query.forget()
        raise
    ends = itertools.accumulate(map(len, asking))
    return [_loaded(connection, results[end - 1]) for end in ends]


def _results(pgconn: PGconn, text: bytes) -> list[PGresult]:
    """What comes of each statement, as far as the server came."""
    pgconn.send_query(text)
    ready = select.poll()
    while pgconn.flush():
        ready.register(pgconn.socket, select.POLLIN | select.POLLOUT)
        ready.poll()
        pgconn.consume_input()
    ready.register(pgconn.socket, select.POLLIN)
    found: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            ready.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            return found
        found.append(result)


def _loaded(connection: psycopg.Connection, result: PGresult) -> Rows:
    if not result.ntuples:
        return []
    loading = Transformer(connection)
    loading.set_pgresult(result)
    return loading.load_rows(0, result.ntuples, tuple)

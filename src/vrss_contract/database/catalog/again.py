"""The catalog of a database, read again after a change that bore on a few tables alone.

Each part is asked for when somebody looks at it. The session keeps the questions prepared, since
planning them takes longer than answering.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg

from vrss_contract.database.catalog.answers import Answers
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.database.catalog.later import LaterByName
from vrss_contract.database.catalog.questions import FIRST, asked, query, value
from vrss_contract.sql import literal

_PREPARED = "SELECT name FROM pg_catalog.pg_prepared_statements"


class CatalogAgain:
    """What a session sees, which must stay as it is until the last look at it."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        schemas: Sequence[str],
        known: Catalog,
        changed: Collection[str],
        ahead: Collection[str] = (),
    ) -> None:
        """A catalog of which nothing is asked yet.

        Args:
            connection: the session that sees the change.
            schemas: the schemas, the first one's names are bare.
            known: what was there before.
            changed: the names of the tables that may be others now, as ``known`` has them.
            ahead: parts that will be looked at, so that they are asked for in the first trip.
        """
        self._connection = connection
        self._schemas = tuple(schemas)
        self._kept = {
            name: one
            for name, one in known.tables.items()
            if name not in changed and literal.identifier(name) == name
        }
        self._ahead = ahead
        self._prepared = set[str]()
        self._said: dict[str, Any] = {}
        self.looked: set[str] = set()
        """The parts that somebody has looked at."""
        found = Answers(self._ask, schemas[0]).catalog()
        self.catalog = replace(found, tables=LaterByName(lambda: self._tables(found)))
        """All facts of the schemas that no extension owns.

        Raises:
            psycopg.Error: when it is looked at: the connection is gone, or its transaction has
                failed.
        """

    def _tables(self, found: Catalog) -> dict[str, CatalogTable]:
        return dict(sorted({**self._kept, **found.tables}.items()))

    def _ask(self, part: str) -> Any:
        self.looked.add(part)
        if part not in self._said:
            parts = [part] if self._said else [*dict.fromkeys((part, FIRST, *self._ahead))]
            statements = [one for name in parts for one in self._executed(name)]
            answers = asked(self._connection, self._schemas, (*self._kept,), statements)
            self._said |= zip(parts, answers, strict=True)
        return self._said[part]

    def _executed(self, part: str) -> Iterator[str]:
        name = f"vrss_contract_{part}"
        if name not in self._prepared:  # it may be so by now
            with self._connection.cursor() as cursor:
                self._prepared = {value(row) for row in cursor.execute(_PREPARED)}
        if name not in self._prepared:
            self._prepared.add(name)
            yield f"PREPARE {name} AS {query(part)}"
        yield f"EXECUTE {name}"

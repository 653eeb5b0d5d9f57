"""The catalog of a database, read in one round trip.

Needs no right but to connect, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from vrss_contract.database.catalog.answers import Answers, whole
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.questions import PARTS, asked, query


def read(connection: psycopg.Connection[Any], schemas: Sequence[str] = ("public",)) -> Catalog:
    """All facts of these schemas that no extension owns; the first one's names are bare.

    Works inside a transaction, or outside one, and sees what the session sees.

    Raises:
        psycopg.Error: the connection is gone, or its transaction has failed.
    """
    answers = asked(connection, schemas, (), [query(part) for part in PARTS])
    said = dict(zip(PARTS, answers, strict=True))
    return whole(Answers(said.__getitem__, schemas[0]).catalog())


def schemas_of(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The schemas of a database that are neither the server's nor an extension's, public first."""
    rows = connection.execute(
        "SELECT nspname FROM pg_catalog.pg_namespace AS n"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS ("
        "SELECT FROM pg_catalog.pg_depend AS d"
        " WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"
        " AND d.objid = n.oid AND d.deptype = 'e')"
        " ORDER BY nspname <> 'public', nspname COLLATE \"C\""
    ).fetchall()
    return tuple(name for (name,) in rows)

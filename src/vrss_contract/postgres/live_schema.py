"""The schema of a live database, as pg_dump reads it: nothing is written there.

Source: the manual's page on pg_dump, which reads in one transaction, REPEATABLE READ, READ ONLY.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import psycopg

from vrss_contract.postgres import dsn
from vrss_contract.postgres.errors import NOT_DUMPED, NOT_READ
from vrss_contract.postgres.find_programs import local
from vrss_contract.postgres.readiness import ServerAddress, shown
from vrss_contract.target import Target, sqlfile

_WAIT = "--lock-wait-timeout=10s"
"""Whoever stands behind us in a lock's queue waits as well."""
_KNOWN = """
SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relname = ANY(%s::text[])
AND n.nspname = %s
"""


def dumped(address: ServerAddress, reference: Sequence[str], schema: str = "public") -> Target:
    """The live database's schema, with the rows of the reference tables.

    Args:
        address: the way in; the role needs to read.
        reference: tables whose rows belong to a schema.
        schema: where they are.

    Raises:
        TroubleError: no way in, or pg_dump refuses, or there is none for the server's version.
    """
    with dsn.connect(address) as connection:
        label, name = dsn.label(connection), connection.info.dbname
        version = connection.info.server_version
        found = connection.execute(_KNOWN, [list(reference), schema]).fetchall()
    programs = local(version // 10_000, NOT_READ)
    try:
        script = programs.text(address.conninfo, "--schema-only", _WAIT)
        if found:
            # A pattern, in which a quoted name is that name.
            flags = [f'--table="{schema}"."{table}"' for schema, table in found]
            script += programs.text(address.conninfo, "--data-only", _WAIT, *flags)
    except (ValueError, OSError, psycopg.Error) as error:
        raise NOT_DUMPED(where=shown(address), reason=error) from error
    target = sqlfile.parse(script, name=f"database {name}")
    note = f"read from {label} by pg_dump, which wrote nothing there; a copy of it is judged"
    words = (dsn.without_secrets(address),)
    return replace(target, notes=(note, *target.notes), words=words, live=True)

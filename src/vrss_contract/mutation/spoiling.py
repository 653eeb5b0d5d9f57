"""How a mutant is made in a database: by the target's role, or by an administrator."""

from __future__ import annotations

import contextlib

import psycopg

from vrss_contract.checks.scripted_steps import STRANGER
from vrss_contract.database.scratch import Database
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.sql.literal import identifier


def opened(
    database: Database, mutant: Mutant
) -> contextlib.AbstractContextManager[psycopg.Connection]:
    """A session of who can make it. An administrator's runs nothing of the target's."""
    return database.administer() if mutant.administered else database.connect()


def spoil(session: psycopg.Connection, database: Database, mutant: Mutant) -> None:
    """Make it.

    Raises:
        psycopg.Error: the server refuses its DDL.
    """
    ddl = ";\n".join(mutant.ddl)
    if mutant.administered:
        ddl = ddl.replace(STRANGER, identifier(database.stranger))
    session.execute(ddl.encode())

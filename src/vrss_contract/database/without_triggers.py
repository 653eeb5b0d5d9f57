"""Sessions of the target's role in which neither triggers nor foreign keys are at work."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.database.scratch import Database

_REPLICA = "ALTER ROLE {} IN DATABASE {} {} session_replication_role {}"

_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND datname = %s"


@contextlib.contextmanager
def without_triggers(database: Database, *, alone: bool = False) -> Iterator[bool]:
    """What logs in as the target's role while this is open begins without triggers.

    False where the administrator may not have it so: then sessions are as ever.

    Args:
        database: where they log in.
        alone: whether nobody of ours is in it. A pooler may keep a session that began before, and
            hand it on; it is ended.
    """
    role = str(conninfo_to_dict(database.user)["user"])
    names = (sql.Identifier(role), sql.Identifier(database.name))
    with database.administer() as admin:
        try:
            admin.execute(sql.SQL(_REPLICA).format(*names, sql.SQL("SET"), sql.SQL("= replica")))
        except psycopg.errors.InsufficientPrivilege:
            yield False
            return
        if alone:
            admin.execute(_END, [role, database.name])
        try:
            yield True
        finally:
            admin.execute(sql.SQL(_REPLICA).format(*names, sql.SQL("RESET"), sql.SQL("")))

"""Sessions for which the victim of a deadlock is settled beforehand.

This needs an administrator who may change these settings.

A session that waits looks for a deadlock once, deadlock_timeout after its wait began, and is the
victim if it finds one. With the shortest timeout, and nothing chosen before each waiting session
has looked, it is the session that closed the cycle. The server says when a session has looked, if
log_lock_waits is on. Where one step lets two sessions go and they close a cycle together, the
timeouts' order decides.
"""

from __future__ import annotations

import contextlib

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.concurrency.schedule.wire import SteppedSession
from vrss_contract.database.scratch import Database

_RUNG = 1
"""Milliseconds between the timeouts of two sessions, and the shortest the server takes."""
_TELLS = {
    "log_lock_waits": "on",
    "client_min_messages": "log",
    "lc_messages": "C",
    # Told to the session alone: a line in the server's log for each wait is nobody's interest.
    "log_min_messages": "fatal",
}


def open_session(database: Database, admin: psycopg.Connection, place: int) -> SteppedSession:
    """A session of the target's role; the lower its place, the sooner it is a victim.

    What was set for the role is reset before this returns. An administrator who may not set it
    gets a session with the server's own timeout.
    """
    role = str(conninfo_to_dict(database.user)["user"])
    settings = _TELLS | {"deadlock_timeout": f"{_RUNG * (place + 1)}ms"}
    sets = [sql.SQL("SET {} = {}").format(sql.Identifier(k), v) for k, v in settings.items()]
    resets = [sql.SQL("RESET {}").format(sql.Identifier(name)) for name in settings]
    try:
        admin.execute(_altered(role, database.name, sets))
    except psycopg.errors.InsufficientPrivilege:
        return _open(database, tells=False)
    try:
        return _open(database, tells=True)
    finally:
        admin.execute(_altered(role, database.name, resets))


def _open(database: Database, *, tells: bool) -> SteppedSession:
    with contextlib.ExitStack() as resources:
        connection = resources.enter_context(database.connect())
        return SteppedSession(connection, resources.pop_all(), tells=tells)


def _altered(role: str, name: str, changes: list[sql.Composed]) -> sql.Composed:
    alter = sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(
        sql.Identifier(role), sql.Identifier(name)
    )
    return sql.SQL("; ").join(alter + change for change in changes)

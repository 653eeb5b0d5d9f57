"""Whether a server that is not ours is one to judge on, asked before a target runs there.

What its sessions are is looked at in one of the role's own; what is set otherwise than it has to be
is set for the role, by its administrator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import psycopg
from psycopg import sql

from vrss_contract.database.errors import FIXED_SETTINGS, SHARED_SESSIONS
from vrss_contract.postgres.pinned_settings import OF_ROLE, REQUIRED, names

Connect = Callable[[], contextlib.AbstractContextManager[psycopg.Connection]]
"""Opens a session of the role."""
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


def admit(connect: Connect, admin: psycopg.Connection, role: str) -> None:
    """See that sessions of the role are its own, and set as they have to be.

    Args:
        connect: opens one, in a database that nobody else uses yet.
        admin: the administrator's session, who made the role.
        role: its name.

    Raises:
        TroubleError: a pooler shares sessions out, or a setting can't be changed.
    """
    with connect() as session:
        _require_own(session, connect)
        other = _differing(session)
    if not other:
        return
    for name in other:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            statement = sql.SQL("ALTER ROLE {} SET {} = {}")
            value = sql.Literal(OF_ROLE[name])
            admin.execute(statement.format(sql.Identifier(role), _spelt(name), value))
    with connect() as session:
        left = {name: is_ for name, is_ in _differing(session).items() if name in REQUIRED}
        if left:
            found = [f"{name} is {is_!r}, not {REQUIRED[name]!r}" for name, is_ in left.items()]
            (me,) = admin.execute("SELECT current_user::text").fetchone() or ("",)
            raise FIXED_SETTINGS(found=found, role=me)


def _require_own(session: psycopg.Connection, connect: Connect) -> None:
    """See that the session stays the same process of the server while another works."""
    one = _pid(session)
    if one == session.info.backend_pid:
        return  # nobody stands between: a pooler has process ids of its own
    with connect() as second, second.transaction():
        second.execute("SELECT 1")
        if (other := _pid(session)) != one:
            raise SHARED_SESSIONS(one=one, other=other)


def _pid(session: psycopg.Connection) -> int:
    (pid,) = session.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return int(pid)


def _differing(session: psycopg.Connection) -> dict[str, str]:
    """The settings of the role that are not as they have to be."""
    rows = session.execute(_SETTINGS, [[*names(session.info.server_version, OF_ROLE)]])
    return {name: value for name, value in rows if value != OF_ROLE[name]}


def _spelt(name: str) -> sql.Composable:
    """A setting's name, each part of it quoted."""
    return sql.SQL(".").join(map(sql.Identifier, name.split(".")))

"""Whether a server that is not ours is one to judge on, asked before a target runs there.

What its sessions are is looked at in one of the role's own; what is set otherwise than it has to be
is set for the role, by its administrator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import psycopg

from vrss_contract.database import role
from vrss_contract.database.errors import FIXED_SETTINGS, SHARED_SESSIONS
from vrss_contract.database.session import server_pid
from vrss_contract.postgres.pinned_settings import OF_ROLE, REQUIRED, names

Connect = Callable[[], contextlib.AbstractContextManager[psycopg.Connection]]
"""Opens a session of the role."""
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


def admit(connect: Connect, admin: psycopg.Connection, name: str) -> dict[str, str]:
    """See that sessions of the role are its own, and set as they have to be.

    Returns what was set for the role.

    Args:
        connect: opens one, in a database that nobody else uses yet.
        admin: the administrator's session, who made the role.
        name: the role's.

    Raises:
        TroubleError: a pooler shares sessions out, or a setting can't be changed.
    """
    with connect() as session:
        require_own(session, connect)
        other = _differing(session)
    if not other:
        return {}
    done = {}
    for setting in other:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            role.settle(admin, name, setting, OF_ROLE[setting])
            done[setting] = OF_ROLE[setting]
    with connect() as session:
        left = {one: is_ for one, is_ in _differing(session).items() if one in REQUIRED}
        if left:
            found = [f"{one} is {is_!r}, not {REQUIRED[one]!r}" for one, is_ in left.items()]
            (me,) = admin.execute("SELECT current_user::text").fetchone() or ("",)
            raise FIXED_SETTINGS(found=found, role=me)
    return done


def require_own(session: psycopg.Connection, connect: Connect) -> None:
    """See that the session stays the same process of the server while another works.

    Raises:
        TroubleError: a pooler shares sessions out.
    """
    one = server_pid(session)
    if one == session.info.backend_pid:
        return  # nobody stands between: a pooler has process ids of its own
    with connect() as second, second.transaction():
        second.execute("SELECT 1")
        if (other := server_pid(session)) != one:
            raise SHARED_SESSIONS(one=one, other=other)


def _differing(session: psycopg.Connection) -> dict[str, str]:
    """The settings of the role that are not as they have to be."""
    rows = session.execute(_SETTINGS, [[*names(session.info.server_version, OF_ROLE)]])
    return {name: value for name, value in rows if value != OF_ROLE[name]}

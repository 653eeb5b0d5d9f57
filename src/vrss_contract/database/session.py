"""How a session that judges begins: as whom, under which limits, with which settings."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from vrss_contract.database.errors import OTHER_ROLE
from vrss_contract.postgres.pinned_settings import session_sql
from vrss_contract.sql.literal import identifier

PUBLIC = ("public",)
TIME_ZONE = "<+0545>-05:45"
"""What sessions judge in: far from UTC, and not by whole hours, so that a time that was meant for
another zone shows. Spelt as POSIX has it, which needs no data of the server's."""
_WHO = """
SELECT current_user::text, session_user::text, rolsuper, ARRAY(
    SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid
)
FROM pg_roles WHERE rolname = current_user
"""


def server_pid(connection: psycopg.Connection) -> int:
    """The process id of the session on the server; a pooler before it tells ids of its own."""
    (pid,) = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone() or (0,)
    return int(pid)


def limit(connection: psycopg.Connection, seconds: float, schemas: Sequence[str] = PUBLIC) -> None:
    """Bound what one statement may take, and settle what it means, whatever was set before.

    Temporary tables are looked up last, for one that a trigger makes must hide none of the schema.
    """
    milliseconds = int(seconds * 1000)
    path = ", ".join([*map(identifier, schemas), "pg_temp"])
    connection.execute(
        f"{session_sql(connection.info.server_version)};"
        f"SET statement_timeout = {milliseconds}; SET lock_timeout = {milliseconds};"
        f"SET search_path = {path}; SET TimeZone = '{TIME_ZONE}'".encode()
    )


def require_role(connection: psycopg.Connection, name: str, stranger: str) -> None:
    """See that untrusted SQL would run as nobody else here than the role made for it.

    A connection pooler may log in as whom it likes.

    Args:
        connection: whose session is asked, before anything of a target ran in it.
        name: the role that was asked for.
        stranger: the one role that it may be a member of.

    Raises:
        TroubleError: it is another, or may do more than was meant.
    """
    row = connection.execute(_WHO).fetchone()
    current, session, superuser, roles = row or ("nobody", "nobody", False, [])
    if (current, session, superuser) == (name, name, False) and {*roles} <= {stranger}:
        return
    rights = ", a superuser" if superuser else ""
    member = f", a member of {', '.join(sorted(roles))}" if roles else ""
    found = f"the session is {current}'s{rights}{member}; it was logged in as {session}"
    raise OTHER_ROLE(role=name, found=found)

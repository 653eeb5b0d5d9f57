"""The role that a target's SQL runs as, and the stranger that it may act as.

The role is no superuser, reads no files, runs no programs, and owns nothing but what it makes.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_SETTING = re.compile(r"-c\s*(?:\\.|[^\s\\])*|--\S*|-\w(?=\s|$)")
"""A setting in libpq's ``options``, as flags of the ``postgres`` command are written."""
STRANGER = "_stranger"
"""What the second role's name ends in."""


_SET = """
SELECT unnest(s.setconfig)
FROM pg_db_role_setting AS s
INNER JOIN pg_roles AS r ON s.setrole = r.oid
LEFT JOIN pg_database AS d ON s.setdatabase = d.oid
WHERE r.rolname = %s AND (s.setdatabase = 0 OR d.datname = %s)
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Role:
    """The role, and the way in as it, which holds its password and is not shown."""

    name: str
    user: str = field(repr=False)
    secret: str = field(repr=False)
    """The password as the server stores it."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the administrator has set for its sessions."""

    @property
    def stranger(self) -> str:
        """A role that owns nothing and is member of nothing."""
        return self.name + STRANGER


def make(admin: psycopg.Connection, conninfo: str, name: str) -> Role:
    """Make both roles: whatever else the administrator owns is not theirs.

    Args:
        admin: the administrator's session.
        conninfo: the administrator's way in.
        name: of the role.
    """
    password = secrets.token_urlsafe(16)
    secret = admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    user = make_conninfo(conninfo, user=name, password=password, options=_routing(conninfo))
    role = Role(name, user, secret.decode())
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    admin.execute(statement.format(sql.Identifier(name), sql.Literal(role.secret)))
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    (superuser,) = admin.execute(query).fetchone() or (False,)
    if not superuser:  # who may end the role's sessions and drop what is its own
        run(admin, "GRANT {} TO CURRENT_USER", name)
    # Whom the target's role may act as, to try what a caller with few rights can do.
    run(admin, "CREATE ROLE {}", role.stranger)
    run(admin, "GRANT {} TO {}", role.stranger, name)
    return role


def _routing(conninfo: str) -> str:
    """What the administrator's ``options`` say to whoever finds the server for a hosting company.

    Settings in them are the administrator's own: another role may not even be allowed to have them.
    """
    # A server of ours is asked with none, and then the variable has no say in it.
    given = str(conninfo_to_dict(conninfo).get("options", os.environ.get("PGOPTIONS", "")))
    return " ".join(_SETTING.sub("", given).split())


def settings(admin: psycopg.Connection, role: Role, database: str) -> tuple[str, ...]:
    """What is set for sessions of the role in that database, as ``name=value``, by name."""
    return tuple(str(setting) for (setting,) in admin.execute(_SET, [role.name, database]))


def restore(admin: psycopg.Connection, role: Role, database: str) -> None:
    """Undo what a target did to its own role: every role may change password and settings."""
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    admin.execute(statement.format(sql.Identifier(role.name), sql.Literal(role.secret)))
    run(admin, "ALTER ROLE {} RESET ALL", role.name)
    run(admin, "ALTER ROLE {} IN DATABASE {} RESET ALL", role.name, database)
    for name, value in role.settings.items():
        settle(admin, role.name, name, value)


def open_to_stranger(admin: psycopg.Connection, role: Role, schema: str) -> None:
    """Let the stranger look into a schema, if it is there, as everybody may into ``public``."""
    with contextlib.suppress(psycopg.errors.InvalidSchemaName):
        run(admin, "GRANT USAGE ON SCHEMA {} TO {}", schema, role.stranger)


def settle(admin: psycopg.Connection, role: str, name: str, value: str) -> None:
    """Set it for the role's sessions. Raises psycopg.Error where the administrator may not."""
    setting = sql.SQL(".").join(map(sql.Identifier, name.split(".")))
    statement = sql.SQL("ALTER ROLE {} SET {} = {}")
    admin.execute(statement.format(sql.Identifier(role), setting, sql.Literal(value)))


def bequeath(admin: psycopg.Connection, role: Role, heirloom: str) -> None:
    """Give both roles, with all that they own, names that the next run knows."""
    run(admin, "ALTER ROLE {} RENAME TO {}", role.stranger, heirloom + STRANGER)
    run(admin, "ALTER ROLE {} RENAME TO {}", role.name, heirloom)


def inherit(admin: psycopg.Connection, role: Role, heirloom: str) -> None:
    """Take the place of the roles that an earlier run bequeathed.

    They are renamed: so what they own stays as it is, byte by byte.
    """
    run(admin, "DROP ROLE {}, {}", role.stranger, role.name)
    run(admin, "ALTER ROLE {} RENAME TO {}", heirloom + STRANGER, role.stranger)
    run(admin, "ALTER ROLE {} RENAME TO {}", heirloom, role.name)


def run(admin: psycopg.Connection, statement: str, *names: str) -> None:
    """Run a statement on these names."""
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

"""How a person opens a database that was kept, without any secret that is not made for it."""

from __future__ import annotations

import shlex

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres.readiness import ServerAddress

_SHOWN = ("host", "hostaddr", "port", "user", "dbname")
"""What may be shown of a conninfo: any other part may be a secret."""


def invitation(address: ServerAddress, *, throwaway: bool) -> str:
    """The command that opens it; with the password only where that was made for a server's life."""
    given = conninfo_to_dict(address.conninfo)
    shown = (*_SHOWN, "password") if throwaway else _SHOWN
    parts = {key: str(given[key]) for key in shown if given.get(key)}
    return f"psql {shlex.quote(make_conninfo('', **parts))}"

"""The URL of a server that somebody else runs, read so that its password stays inside.

It is stricter than libpq where that would take a part of a password for a host or a port, and name
it in an error.
"""

from __future__ import annotations

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres.errors import BAD_URL
from vrss_contract.postgres.readiness import ServerAddress

_SHAPE = re.compile(
    r"postgres(ql)?://"
    r"([^/@?#\s]*@)?"  # user and password
    r"((\[[0-9a-fA-F:.%]+\]|[^/@?#:\s\[\]]*)(:\d*)?(,|(?=[/?])|$))*"  # hosts, each with its port
    r"(/[^/@?#\s]*)?"  # database
    r"(\?[^@#\s]*)?"  # options
)
_CONNECT_SECONDS = 10


def read(url: ServerAddress) -> ServerAddress:
    """The URL as a conninfo, with a bound on how long a connection may take.

    Raises TroubleError, which does not show it.
    """
    if not _SHAPE.fullmatch(url.conninfo):
        raise BAD_URL()
    try:
        asked = conninfo_to_dict(url.conninfo)
        asked.setdefault("connect_timeout", _CONNECT_SECONDS)
        return ServerAddress(make_conninfo("", **asked))
    except psycopg.ProgrammingError:
        raise BAD_URL() from None  # libpq's words quote what it can't read


def shown(address: ServerAddress) -> str:
    """A conninfo as a URL of user, host, port and database, and of nothing else."""
    asked = conninfo_to_dict(address.conninfo)
    user = f"{asked['user']}@" if asked.get("user") else ""
    port = f":{asked['port']}" if asked.get("port") else ""
    database = f"/{asked['dbname']}" if asked.get("dbname") else ""
    return f"postgresql://{user}{asked.get('host') or ''}{port}{database}"

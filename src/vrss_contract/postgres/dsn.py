"""A database of somebody's own, by its DSN.

The password comes from the DSN, PGPASSWORD or ~/.pgpass.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres import OLDEST_MAJOR
from vrss_contract.postgres.dsn_text import read
from vrss_contract.postgres.errors import OLD_SERVER
from vrss_contract.postgres.external import left_out, refusal
from vrss_contract.postgres.readiness import ServerAddress, shown
from vrss_contract.postgres.version import spelt

__all__ = ["address", "connect", "label", "left_out", "notes", "read"]

_SHOWN = (
    *("host", "hostaddr", "port", "user", "dbname", "service"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "passfile"),
)
"""What may be shown of a conninfo: any other part may be a secret."""


def connect(address: ServerAddress) -> psycopg.Connection:
    """A session, autocommit, that a connection pooler can carry as well.

    Raises:
        TroubleError: it is not let in, or its catalog is one that is not read.
    """
    try:
        # Without prepared statements, which belong to a session that a pooler shares out.
        connection = psycopg.connect(address.conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        said = str(error)
    else:
        version = connection.info.server_version
        if version // 10000 < OLDEST_MAJOR:
            connection.close()
            raise OLD_SERVER(where=shown(address), found=spelt(version), oldest=OLDEST_MAJOR)
        return connection
    raise refusal(address, said)  # here, so that no traceback holds the driver's error


def address(address: ServerAddress) -> str:
    """The DSN as one word for a shell, such as ``'host=db dbname=app'``, without any secret."""
    return shlex.quote(without_secrets(address))


def without_secrets(address: ServerAddress) -> str:
    """The DSN as KEY=VALUE pairs, of which none may be a secret."""
    asked = conninfo_to_dict(address.conninfo)
    return make_conninfo("", **{key: asked[key] for key in _SHOWN if asked.get(key)})


def notes(address: ServerAddress, schemas: tuple[str, ...]) -> Iterator[str]:
    """What a reader should know of the DSN: which of its parameters did nothing.

    Args:
        address: what was read of it.
        schemas: those that are looked at.
    """
    return left_out(address, schema=address.schema not in schemas)


def label(connection: psycopg.Connection) -> str:
    """What people call the server, such as ``PostgreSQL 16.11 at localhost:5432``."""
    info = connection.info
    return f"PostgreSQL {spelt(info.server_version)} at {info.host}:{info.port}"

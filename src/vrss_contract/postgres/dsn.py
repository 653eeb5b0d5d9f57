"""A database of somebody's own, by its DSN.

A URL or KEY=VALUE pairs, as libpq takes them. The password comes from the DSN, PGPASSWORD or
~/.pgpass.
"""

from __future__ import annotations

import shlex

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import OLDEST_MAJOR, url
from vrss_contract.postgres.errors import BAD_DSN, OLD_SERVER
from vrss_contract.postgres.external import refusal
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.postgres.version import spelt

_CONNECT_SECONDS = 10
_SHOWN = (
    *("host", "hostaddr", "port", "user", "dbname", "service"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "passfile"),
)
"""What may be shown of a conninfo: any other part may be a secret."""


def read(text: str) -> ServerAddress:
    """The way in, with a bound on how long a connection may take.

    Raises:
        TroubleError: it is neither; the words do not show it.
    """
    try:
        if "://" in text.split("=", 1)[0]:
            asked = conninfo_to_dict(url.read(ServerAddress(text)).conninfo)
        else:
            asked = conninfo_to_dict(text)
            if not asked:
                raise BAD_DSN()
        asked.setdefault("connect_timeout", _CONNECT_SECONDS)
        asked.setdefault("fallback_application_name", "vrss-contract")
        return ServerAddress(make_conninfo("", **asked))
    except (psycopg.ProgrammingError, TroubleError):
        raise BAD_DSN() from None  # libpq's words quote what it can't read


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
            raise OLD_SERVER(where=url.shown(address), found=spelt(version), oldest=OLDEST_MAJOR)
        return connection
    raise refusal(address, said)  # here, so that no traceback holds the driver's error


def address(address: ServerAddress) -> str:
    """The DSN as one word for a shell, such as ``'host=db dbname=app'``, without any secret."""
    asked = conninfo_to_dict(address.conninfo)
    return shlex.quote(make_conninfo("", **{key: asked[key] for key in _SHOWN if asked.get(key)}))


def label(connection: psycopg.Connection) -> str:
    """What people call the server, such as ``PostgreSQL 16.11 at localhost:5432``."""
    info = connection.info
    return f"PostgreSQL {spelt(info.server_version)} at {info.host}:{info.port}"

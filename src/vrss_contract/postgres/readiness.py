"""Asks a server who it is, and waits until one that was started answers."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from vrss_contract.postgres.errors import BAD_ENVIRONMENT

_QUESTION = """
select current_setting('server_version_num')::int, current_user::text,
    rolcreatedb or rolsuper, rolcreaterole or rolsuper, pg_is_in_recovery(),
    (select setting from pg_settings where name = 'shared_preload_libraries'),
    (
        select array_to_string(spcoptions, ', ') from pg_database
        join pg_tablespace on dattablespace = pg_tablespace.oid where datname = 'template0'
    ),
    version() ~ 'PGlite'
from pg_roles where rolname = current_user
"""

_OWN = {
    "client_encoding": "UTF8",
    "connect_timeout": "60",
    "sslcertmode": "allow",
    "require_auth": "scram-sha-256,none",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
}
"""What undoes a variable for which libpq has no value of its own, and takes no empty one."""
_OF_SESSION = ("PGTZ", "PGDATESTYLE", "PGGEQO", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR")
"""Variables of libpq's that no conninfo can undo. What we need is set in each session; a value that
is none lets no session begin."""
_UNUSABLE = re.compile(r'invalid value for parameter|parameter "geqo"|service (file|")|servicefile')
_FIXED = frozenset({"service"})
"""What can't be undone: a service fills in what is not said otherwise, and all of it is."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A conninfo that shows itself to nobody: an argument's repr ends in tracebacks and reports."""

    conninfo: str = field(repr=False)
    schema: str = ""
    """The schema that a DSN names, as those of some tools do; libpq knows no such thing."""
    left_out: tuple[str, ...] = ()
    """What else such a DSN says and libpq has no use for: the names of its parameters."""


def own_address(**given: Any) -> ServerAddress:
    """The way into a server of ours, on which no environment variable of libpq's has a say."""
    settled: dict[str, Any] = {"client_encoding": "UTF8", "hostaddr": "", "options": ""}
    for option in Conninfo.get_defaults():
        name, variable = option.keyword.decode(), (option.envvar or b"").decode()
        if variable in os.environ and name not in _FIXED:
            settled[name] = _OWN.get(name, (option.compiled or b"").decode())
    return ServerAddress(make_conninfo("", **settled | given))


def shown(address: ServerAddress) -> str:
    """A conninfo as a URL of user, host, port and database, and of nothing else."""
    asked = conninfo_to_dict(address.conninfo)
    user = f"{asked['user']}@" if asked.get("user") else ""
    port = f":{asked['port']}" if asked.get("port") else ""
    database = f"/{asked['dbname']}" if asked.get("dbname") else ""
    return f"postgresql://{user}{asked.get('host') or ''}{port}{database}"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server says of itself."""

    version: int
    """``server_version_num``."""
    role: str
    creates: bool
    """Whether the role may create databases."""
    creates_roles: bool
    """Whether the role may create roles."""
    standby: bool
    """Whether it only follows another server."""
    libraries: str
    """What is loaded into every session, as far as the role may know."""
    costs: str
    """What its tablespace says of the cost of pages."""
    host: str
    """A host name, or the folder of a Unix socket."""
    port: int
    single: bool = False
    """Whether it has one session for everybody, in one database, as PGlite has."""


def ask(address: ServerAddress) -> ServerInfo:
    """Connect and ask. Raises psycopg.OperationalError where that fails."""
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        row = connection.execute(_QUESTION).fetchone()
        info = connection.info
        nobody = (info.server_version, info.user, False, False, False, "", "", False)
        version, role, creates, roles, standby, libraries, costs, single = row or nobody
        return ServerInfo(
            version=version,
            role=role,
            creates=creates,
            creates_roles=roles,
            standby=standby,
            libraries=libraries or "",
            costs=costs or "",
            host=info.host,
            port=info.port,
            single=single,
        )


def await_answer(
    address: ServerAddress,
    *,
    still: Callable[[], None],
    silent: Callable[[str], Exception],
    pause: float,
) -> ServerInfo:
    """Ask until there is an answer.

    Args:
        address: the way in.
        still: called before each try; raises where the server is known to be gone.
        silent: makes the error for a minute without an answer from the driver's last message.
        pause: seconds between two tries.
    """
    end = time.monotonic() + 60
    while True:
        still()
        try:
            return ask(address)
        except psycopg.OperationalError as error:
            last = str(error)
            _require_usable(last)
        if time.monotonic() > end:
            raise silent(last)
        time.sleep(pause)


def _require_usable(said: str) -> None:
    """See that it was not the caller's environment that kept us out. Raises TroubleError."""
    given = [name for name in _OF_SESSION if name in os.environ]
    if given and _UNUSABLE.search(said):
        raise BAD_ENVIRONMENT(said=said, names=given)

"""Asks a server who it is, and waits until one that was started answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

_QUESTION = """
select current_setting('server_version_num')::int, current_user::text,
    rolcreatedb or rolsuper, rolcreaterole or rolsuper
from pg_roles where rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A conninfo that shows itself to nobody: an argument's repr ends in tracebacks and reports."""

    conninfo: str = field(repr=False)


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
    host: str
    """A host name, or the folder of a Unix socket."""
    port: int


def ask(address: ServerAddress) -> ServerInfo:
    """Connect and ask. Raises psycopg.OperationalError where that fails."""
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        row = connection.execute(_QUESTION).fetchone()
        info = connection.info
        version, role, databases, roles = row or (info.server_version, info.user, False, False)
        return ServerInfo(version, role, databases, roles, info.host, info.port)


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
        if time.monotonic() > end:
            raise silent(last)
        time.sleep(pause)

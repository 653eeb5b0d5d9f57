"""One scratch database, and how it is entered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.database.session import PUBLIC, limit, require_role

DEFAULT_TIMEOUT = 10.0
"""Seconds that one statement of a target may take."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database, and the two ways into it. Both may hold a password, so neither is shown."""

    name: str
    admin: str = field(repr=False)
    user: str = field(repr=False)
    timeout: float = DEFAULT_TIMEOUT
    stranger: str = ""
    """A role that owns nothing and is member of nothing; the target's role may act as it."""
    schemas: tuple[str, ...] = PUBLIC
    """Where names are looked for that say no schema."""
    note: str = ""
    """What of the target was passed over; nothing where nothing was."""
    settings: tuple[str, ...] = ()
    """What the target set for its own role, which is undone once it is loaded."""

    @contextlib.contextmanager
    def connect(self) -> Iterator[psycopg.Connection]:
        """A session as the role that targets run as, autocommit, limits and settings set.

        Raises TroubleError where it is another role's after all.
        """
        with psycopg.connect(self.user, autocommit=True) as connection:
            name = str(conninfo_to_dict(self.user)["user"])
            require_role(connection, name, self.stranger)
            limit(connection, self.timeout, self.schemas)
            yield connection

    @contextlib.contextmanager
    def administer(self) -> Iterator[psycopg.Connection]:
        """A session as the administrator, autocommit; never where a target could answer."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            limit(connection, self.timeout, self.schemas)
            yield connection

"""Where databases are made: one protocol, three small modules, chosen by a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, Self

OLDEST_MAJOR = 13
"""The oldest PostgreSQL whose catalog the harness reads."""


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """What the programs that copy a database complained of; nothing where they did not."""

    dump: str = ""
    restore: str = ""


class DumpPrograms(Protocol):
    """A pg_dump and a pg_restore that fit a server."""

    def copy(self, source: str, goal: str, *flags: str) -> CopyOutcome:
        """Dump the database of one conninfo with these flags, and restore it into the other's."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """The way into a running server.

    ``admin`` is a libpq conninfo string of a role that may create databases and, where it can,
    roles. It may hold a password, so it is never shown: neither by repr nor in a message.
    """

    admin: str = field(repr=False)
    label: str
    """What people call it, such as ``embedded PostgreSQL 16.11``. Holds no password."""
    version: int
    """``server_version_num``, such as 160011."""
    throwaway: bool
    """Whether the whole server goes at the end, so that nothing on it needs dropping."""
    ours: bool = False
    """Whether it runs on files of ours, so that what is in it can be kept for a later run."""
    notes: tuple[str, ...] = ()
    """What a reader of verdicts has to know of it. Holds no password."""
    database: str = ""
    """The database of somebody's that the way in leads through; none where the server is ours."""
    programs: DumpPrograms | None = field(default=None, repr=False)
    """Its own pg_dump and pg_restore, where it comes with them."""


class Server(Protocol):
    """A server that runs while the context is open."""

    def __enter__(self) -> Self:
        """Start it, or reach it. Raises TroubleError with the reason where that fails."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Stop it and remove all that it left, unless ``keep`` was called."""
        ...

    @property
    def access(self) -> Access:
        """The way in, while the context is open."""
        ...

    def keep(self) -> str:
        """Leave the server running after exit; returns one line on how to end it, or nothing."""
        ...

"""CREATE DATABASE, with one encoding and locale whatever the server was laid out with.

Text is UTF-8, it sorts by code point, and letters are those of Unicode.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from vrss_contract.database import role
from vrss_contract.postgres import Access
from vrss_contract.postgres.cluster import CTYPES

_STRATEGIES = 150000
"""The version since which CREATE DATABASE can copy otherwise than by files."""
_BUILTIN, _PROVIDERS = 170000, 150000
"""The versions since which a server has such a locale of its own, and more than one kind of it."""


class Creation:
    """Makes databases on one server."""

    def __init__(self, access: Access) -> None:
        # Copying files takes a third of the time, and checkpoints, which are free on our servers.
        files = access.throwaway and access.version >= _STRATEGIES
        self._way = "STRATEGY FILE_COPY" if files else ""
        # A server on files of ours was laid out so.
        self._locales = [""] if access.ours else [*locales(access.version)]

    def copy(self, admin: psycopg.Connection, name: str, source: str, also: str = "") -> None:
        """A copy of another database, in which nobody is."""
        role.run(admin, f"CREATE DATABASE {{}} TEMPLATE {{}} {self._way} {also}", name, source)

    def make(self, admin: psycopg.Connection, name: str) -> None:
        """An empty database, of the best locale that the server takes."""
        try:
            self.copy(admin, name, "template0", self._locales[0])
        except (psycopg.errors.WrongObjectType, psycopg.errors.InvalidParameterValue):
            if len(self._locales) == 1:
                raise
            del self._locales[0]  # the server's system has none of that name
            self.make(admin, name)


def locales(version: int) -> Iterator[str]:
    """What CREATE DATABASE is to be told, the best first; the last is taken by every server.

    Args:
        version: ``server_version_num``.
    """
    if version >= _BUILTIN:
        # LOCALE is for what asks the C library nevertheless.
        yield "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    provider = " LOCALE_PROVIDER libc" if version >= _PROVIDERS else ""
    for ctype in (*CTYPES, "C"):
        yield f"ENCODING 'UTF8'{provider} LC_COLLATE 'C' LC_CTYPE '{ctype}'"

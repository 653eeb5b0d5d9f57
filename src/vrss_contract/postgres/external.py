"""A server that somebody else runs.

It starts and stops nothing. The password comes from the URL, PGPASSWORD or ~/.pgpass, as libpq has
it, and is never shown.
"""

from __future__ import annotations

import re
from typing import Self

import psycopg

from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres import Access, url
from vrss_contract.postgres.errors import (
    CONNECTION_REFUSED,
    NO_CONNECTION,
    NO_CREATEDB,
    NO_CREATEROLE,
    NO_DATABASE,
    UNKNOWN_HOST,
    WRONG_PASSWORD,
)
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo, ask
from vrss_contract.postgres.version import require, spelt

_SAID: tuple[tuple[str, Trouble], ...] = (
    (r"password authentication failed|no password supplied", WRONG_PASSWORD),
    (r"could not translate host name|failed to resolve host", UNKNOWN_HOST),
    (r"Connection refused|No such file or directory", CONNECTION_REFUSED),
    (r'database ".*" does not exist', NO_DATABASE),
)
"""A connection that fails has no SQLSTATE, so words are all there is to tell the cases apart."""


class ExternalServer:
    """The server at ``door``, a URL; refuses any major version but ``major``."""

    def __init__(self, address: ServerAddress, *, major: int) -> None:
        self._address = address
        self._major = major

    def __enter__(self) -> Self:
        address = url.read(self._address)
        answer = _answer(address)
        label = f"PostgreSQL {spelt(answer.version)} at {_address(answer)}"
        require(answer.version, major=self._major, where=url.shown(address))
        if not answer.creates:
            raise NO_CREATEDB(where=url.shown(address), role=answer.role)
        if not answer.creates_roles:
            raise NO_CREATEROLE(where=url.shown(address), role=answer.role)
        self._access = Access(address.conninfo, label, answer.version, throwaway=False)
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing to stop: it is somebody else's."""

    @property
    def access(self) -> Access:
        """The way in, while the context is open."""
        return self._access

    def keep(self) -> str:
        """Nothing to say: the server stays anyhow."""
        return ""


def _answer(address: ServerAddress) -> ServerInfo:
    try:
        return ask(address)
    except psycopg.Error as error:
        said = str(error)
    raise refusal(address, said)


def refusal(address: ServerAddress, said: str) -> TroubleError:
    """The error for a connection that failed with these words of the driver's."""
    trouble = next((one for words, one in _SAID if re.search(words, said)), NO_CONNECTION)
    return trouble(where=url.shown(address), said=said)


def _address(answer: ServerInfo) -> str:
    return f"{answer.host}:{answer.port}"

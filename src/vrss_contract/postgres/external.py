"""A server that somebody else runs.

Knows how to get in and what to say where that fails; starts and stops nothing. The password comes
from the URL, PGPASSWORD or ~/.pgpass, as libpq has it, and is never shown.
"""

from __future__ import annotations

import re
from typing import Self

import psycopg

from vrss_contract.postgres import Access, url
from vrss_contract.postgres.errors import (
    ConnectError,
    NobodyListensError,
    NoCreatedbError,
    NoCreateroleError,
    NoDatabaseError,
    UnknownHostError,
    WrongPasswordError,
)
from vrss_contract.postgres.readiness import Answer, ServerAddress, ask
from vrss_contract.postgres.version import require, spelt

_SAID: tuple[tuple[str, type[ConnectError]], ...] = (
    (r"password authentication failed|no password supplied", WrongPasswordError),
    (r"could not translate host name|failed to resolve host", UnknownHostError),
    (r"Connection refused|No such file or directory", NobodyListensError),
    (r'database ".*" does not exist', NoDatabaseError),
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
            raise NoCreatedbError(url.shown(address), answer.role)
        if not answer.creates_roles:
            raise NoCreateroleError(url.shown(address), answer.role)
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


def _answer(address: ServerAddress) -> Answer:
    try:
        return ask(address)
    except psycopg.Error as error:
        said = str(error)
    raise refusal(address, said)


def refusal(address: ServerAddress, said: str) -> ConnectError:
    """The error for a connection that failed with these words of the driver's."""
    kind = next((kind for words, kind in _SAID if re.search(words, said)), ConnectError)
    return kind(url.shown(address), said)


def _address(answer: Answer) -> str:
    return f"{answer.host}:{answer.port}"

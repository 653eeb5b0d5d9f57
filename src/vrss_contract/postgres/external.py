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
from vrss_contract.postgres.readiness import Answer, Door, ask
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

    def __init__(self, door: Door, *, major: int) -> None:
        self._door = door
        self._major = major

    def __enter__(self) -> Self:
        door = url.read(self._door)
        answer = _answer(door)
        label = f"PostgreSQL {spelt(answer.version)} at {_address(answer)}"
        require(answer.version, major=self._major, where=url.shown(door))
        if not answer.creates:
            raise NoCreatedbError(url.shown(door), answer.role)
        if not answer.creates_roles:
            raise NoCreateroleError(url.shown(door), answer.role)
        self._access = Access(door.conninfo, label, answer.version, throwaway=False)
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


def _answer(door: Door) -> Answer:
    try:
        return ask(door)
    except psycopg.Error as error:
        said = str(error)
    raise refusal(door, said)


def refusal(door: Door, said: str) -> ConnectError:
    """The error for a connection that failed with these words of the driver's."""
    kind = next((kind for words, kind in _SAID if re.search(words, said)), ConnectError)
    return kind(url.shown(door), said)


def _address(answer: Answer) -> str:
    return f"{answer.host}:{answer.port}"

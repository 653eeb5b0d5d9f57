"""A server that somebody else runs.

It starts and stops nothing. The password comes from the URL, PGPASSWORD or ~/.pgpass, as libpq has
it, and is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres import Access
from vrss_contract.postgres.dsn_text import read
from vrss_contract.postgres.errors import (
    CONNECTION_REFUSED,
    NO_CONNECTION,
    NO_CREATEDB,
    NO_CREATEROLE,
    NO_DATABASE,
    ONE_SESSION,
    STANDBY,
    UNKNOWN_HOST,
    WRONG_PASSWORD,
)
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo, ask, shown
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
        address = read(self._address.conninfo)
        answer = _answer(address)
        label = f"PostgreSQL {spelt(answer.version)} at {_address(answer)}"
        require(answer.version, major=self._major, where=shown(address))
        if answer.single:
            raise ONE_SESSION(where=shown(address))
        if answer.standby:
            raise STANDBY(where=shown(address))
        if not answer.creates:
            needed = "CREATEDB" if answer.creates_roles else "CREATEDB CREATEROLE"
            raise NO_CREATEDB(where=shown(address), role=answer.role, needed=needed)
        if not answer.creates_roles:
            raise NO_CREATEROLE(where=shown(address), role=answer.role)
        # Where several hosts are named, every session is to be on the one that answered.
        conninfo = make_conninfo(address.conninfo, **_one(address, answer))
        notes = tuple(_notes(address, answer))
        self._access = Access(
            conninfo,
            label,
            answer.version,
            throwaway=False,
            notes=notes,
            database=str(conninfo_to_dict(address.conninfo).get("dbname") or answer.role),
        )
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
    return trouble(where=shown(address), said=said)


def _notes(address: ServerAddress, answer: ServerInfo) -> Iterator[str]:
    yield from left_out(address)
    if answer.libraries:
        yield f"every session there loads libraries, for better or worse: {answer.libraries}"
    if answer.costs:
        yield f"its tablespace has costs of its own, which no session can set: {answer.costs}"


def left_out(address: ServerAddress, *, schema: bool = True) -> Iterator[str]:
    """A note on what a DSN says that did nothing; also ``schema``, where that is so."""
    names = list(address.left_out)
    if schema and address.schema:
        names.append("schema")
    if names:
        yield f"left out of the DSN, for PostgreSQL has no use for it: {', '.join(names)}"


def _one(address: ServerAddress, answer: ServerInfo) -> dict[str, str]:
    """Host and port of the server that answered, where others were named beside it."""
    asked = conninfo_to_dict(address.conninfo)
    if "," not in f"{asked.get('host') or ''}{asked.get('hostaddr') or ''}":
        return {}
    return {"host": answer.host, "hostaddr": "", "port": str(answer.port)}


def _address(answer: ServerInfo) -> str:
    return f"{answer.host}:{answer.port}"

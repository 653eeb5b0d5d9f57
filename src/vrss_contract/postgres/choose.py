"""A server by its word."""

from __future__ import annotations

from collections.abc import Callable

from vrss_contract.postgres import Server
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.errors import UNKNOWN_SERVER
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.target.dsn import looks_like

MAJOR = 16
"""The PostgreSQL that the contract speaks of."""


def _embedded(rest: str, major: int) -> Server | None:
    return None if rest else EmbeddedServer(major=major)


def _container(image: str, major: int) -> Server:
    from vrss_contract.postgres.container import ContainerServer  # noqa: PLC0415 - seldom wanted

    return ContainerServer(image or f"postgres:{major}", major=major)


_WORDS: dict[str, Callable[[str, int], Server | None]] = {
    "embedded": _embedded,
    "container": _container,
}


def choose(word: str, *, major: int = MAJOR) -> Server:
    """The server that ``word`` names, not yet started.

    Args:
        word: ``embedded``, ``container``, ``container:IMAGE`` or the DSN of a running server.
        major: the major version it has to have.

    Raises:
        TroubleError: the word names none.
    """
    head, _, rest = word.partition(":")
    if looks_like(word) or "=" in head:
        from vrss_contract.postgres.external import ExternalServer  # noqa: PLC0415 - seldom wanted

        return ExternalServer(ServerAddress(word), major=major)
    server = _WORDS[head](rest, major) if head in _WORDS else None
    if server is None:
        raise UNKNOWN_SERVER(word=f"{head}:…" if rest else head)
    return server

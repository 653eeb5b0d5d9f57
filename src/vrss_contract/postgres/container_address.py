"""The address at which a container's server answers us.

Where an engine runs, and from where it is used, is not to be told for certain: the port that it
lends may be open on this machine, on the engine's or on neither, and then only the container's own
address can be reached. Each is tried.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from vrss_contract.errors import TroubleError
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo, ask

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

_INSIDE = "host.docker.internal"
"""What Docker Desktop calls its machine within containers."""
_START_SECONDS, _REACH_SECONDS = 60, 5
"""How long a server may take to start, and to be reached once its log says that it has."""
_PAUSE = 0.05
Where = tuple[str, int]


@dataclass(frozen=True, slots=True)
class AnsweringAddress:
    """An address that answered, and what the server there says of itself."""

    address: ServerAddress
    answer: ServerInfo


@dataclass(frozen=True, slots=True)
class AddressTrial:
    """How addresses are tried: what is asked in between, and what is said in the end."""

    way_in: Callable[[Where], ServerAddress]
    """What we connect by at an address."""
    still: Callable[[], None]
    """Called before each round; raises where the container is known to be gone."""
    ready: Callable[[], bool]
    """Whether the server says in its log that it takes connections."""
    silent: Callable[[Mapping[str, str]], TroubleError]
    """Makes the error where none answers, from the last words at each address."""


def candidates(container: DockerContainer, port: int) -> list[Where]:
    """Every address that the server may have, as seen from here; the likeliest first.

    Args:
        container: has been started.
        port: what the server listens on in it.
    """
    return list(dict.fromkeys(_candidates(container, port)))


def _candidates(container: DockerContainer, port: int) -> Iterator[Where]:
    lent = int(container.get_exposed_port(port))
    yield container.get_container_host_ip(), lent
    client = container.get_docker_client()
    yield client.host(), lent
    yield "127.0.0.1", lent
    networks = _networks(container)
    yield from ((str(one["IPAddress"]), port) for one in networks if one.get("IPAddress"))
    yield from ((str(one["Gateway"]), lent) for one in networks if one.get("Gateway"))
    with contextlib.suppress(OSError):
        socket.getaddrinfo(_INSIDE, lent)
        yield _INSIDE, lent


def _networks(container: DockerContainer) -> list[dict[str, Any]]:
    attributes = container.get_wrapped_container().attrs
    return list(attributes["NetworkSettings"]["Networks"].values())


def reach(places: list[Where], trial: AddressTrial) -> AnsweringAddress:
    """The first address that answers. Raises TroubleError, with what was said at each."""
    end = time.monotonic() + _START_SECONDS
    started = False
    while True:
        trial.still()
        said: dict[str, str] = {}
        for host, port in places:
            address = trial.way_in((host, port))
            try:
                return AnsweringAddress(address, ask(address))
            except psycopg.OperationalError as error:
                said[f"{host}:{port}"] = " ".join(str(error).rpartition("failed: ")[2].split())
        now = time.monotonic()
        if not started and trial.ready():
            started, end = True, min(end, now + _REACH_SECONDS)
        if now > end:
            raise trial.silent(said)
        time.sleep(_PAUSE)

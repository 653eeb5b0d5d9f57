"""A server in a container, thrown away with it.

The image's own start is two starts: one on a socket only, to set up, and then the one that listens.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access, leftovers, run_directory
from vrss_contract.postgres.container_address import (
    AddressTrial,
    AnsweringAddress,
    Where,
    candidates,
    reach,
)
from vrss_contract.postgres.container_programs import ContainerPrograms
from vrss_contract.postgres.errors import CONTAINER_UNREACHED, NO_START
from vrss_contract.postgres.readiness import ServerAddress, own_address
from vrss_contract.postgres.run_folder import RunFolder
from vrss_contract.postgres.settings import ADMIN, flags
from vrss_contract.postgres.version import require, spelt

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

_PORT = 5432
_DATA = "/var/lib/vrss-contract"
"""A folder no image declares as a volume, so that the RAM disk mounted there is what is used."""
_TAIL = 2000
_LISTENS, _READY = "listening on IPv4", "ready to accept connections"
"""What a server's log says of a port of its own, and of having started."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


class ContainerServer:
    """PostgreSQL from ``image``; refuses any major version but ``major``."""

    def __init__(self, image: str, *, major: int) -> None:
        self._image = image
        self._major = major
        self._running = ExitStack()

    def __enter__(self) -> Self:
        leftovers.sweep_folders()
        with ExitStack() as starting:
            self._access = self._start(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._running.close()

    @property
    def access(self) -> Access:
        """The way in, while the context is open."""
        return self._access

    def keep(self) -> str:
        """Leave the container running after exit."""
        self._folder.keep()
        return leftovers.HOW_TO_END

    def _start(self, starting: ExitStack) -> Access:
        from vrss_contract.postgres import container_engine  # noqa: PLC0415 - its imports cost 0.15 s

        self._folder = starting.enter_context(RunFolder(run_directory.parent(executable=False)))
        password = secrets.token_urlsafe(24)
        with container_engine.reached() as client:
            container_engine.sweep(client)
            self._container = _described(self._image, password)
            starting.callback(self._stop)
            container_engine.require_image(client, self._container.image)
            container_engine.do_without_reaper()
        self._container.with_name(self._folder.path.name)
        self._container.with_kwargs(labels=container_engine.labels(self._folder.path))
        self._folder.watchdog.watch_container(self._folder.path.name)
        try:
            self._container.start()
            reached = self._reach(password)
        except container_engine.ENDINGS as error:
            raise self._trouble(str(error)) from error
        version = reached.answer.version
        require(version, major=self._major, where=self._image)
        label = f"PostgreSQL {spelt(version)} in {self._image}"
        programs = ContainerPrograms(self._container.get_wrapped_container())
        return Access(reached.address.conninfo, label, version, throwaway=True, programs=programs)

    def _reach(self, password: str) -> AnsweringAddress:
        def way_in(where: Where) -> ServerAddress:
            host, port = where
            return own_address(
                host=host,
                port=port,
                user=ADMIN,
                password=password,
                dbname="postgres",
                connect_timeout=5,
            )

        trial = AddressTrial(way_in, self._require_life, self._says_ready, self._unreached)
        return reach(candidates(self._container, _PORT), trial)

    def _says_ready(self) -> bool:
        """Whether the second start's log says so; the first one listens on a socket alone."""
        from vrss_contract.postgres import container_engine  # noqa: PLC0415 - as above

        listening = container_engine.log(self._container).rpartition(_LISTENS)
        return bool(listening[1]) and _READY in listening[2]

    def _unreached(self, said: Mapping[str, str]) -> TroubleError:
        """The error for a server that answers at none of these addresses."""
        if not self._says_ready():
            return self._trouble(next(iter(said.values())))
        found = [f"{where}: {words}" for where, words in said.items()]
        return CONTAINER_UNREACHED(what=f"PostgreSQL in {self._image}", found=found)

    def _require_life(self) -> None:
        self._container.reload()
        if self._container.status in {"exited", "dead"}:
            raise self._trouble("the container has stopped")

    def _trouble(self, why: str) -> TroubleError:
        from vrss_contract.postgres import container_engine  # noqa: PLC0415 - as above

        said = container_engine.log(self._container)[-_TAIL:]
        return NO_START(what=f"PostgreSQL in {self._image}", why=why, said=said)

    def _stop(self) -> None:
        if not self._folder.kept:
            self._container.stop()
            return
        from testcontainers.core.container import Reaper  # noqa: PLC0415 - as engine

        self._container.get_docker_client().client.close()
        Reaper.delete_instance()  # or it would end with this process what is to be kept


def _described(image: str, password: str) -> DockerContainer:
    """The container to be: a throw-away cluster in memory, its port on a free one of the host."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - as engine

    container = (
        DockerContainer(image)
        .with_envs(POSTGRES_USER=ADMIN, POSTGRES_DB="postgres", POSTGRES_PASSWORD=password)
        .with_envs(PGDATA=_DATA, POSTGRES_INITDB_ARGS="--encoding=UTF8 --locale=C --no-sync")
        .with_tmpfs_mount(_DATA)
        .with_exposed_ports(_PORT)
        .with_command(["postgres", *flags()])
    )
    if container.get_docker_client().host() in _LOOPBACK:
        ports: dict[str, Any] = container.ports
        ports[str(_PORT)] = ("127.0.0.1", None)  # not on every address of this machine
    return container

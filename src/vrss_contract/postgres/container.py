"""A server in a container, thrown away with it.

The image's own start is two starts: one on a socket only, to set up, and then the one that listens.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from psycopg.conninfo import make_conninfo

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access, leftovers, run_directory
from vrss_contract.postgres.errors import NO_START
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo, await_answer
from vrss_contract.postgres.run_folder import RunFolder
from vrss_contract.postgres.settings import ADMIN, flags
from vrss_contract.postgres.version import require, spelt

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

_PORT = 5432
_DATA = "/var/lib/vrss-contract"
"""A folder no image declares as a volume, so that the RAM disk mounted there is what is used."""
_TAIL = 2000
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
            address = ServerAddress(_conninfo(self._container, password))
            answer = self._answer(address)
        except container_engine.ENDINGS as error:
            raise self._trouble(str(error)) from error
        require(answer.version, major=self._major, where=self._image)
        label = f"PostgreSQL {spelt(answer.version)} in {self._image}"
        return Access(address.conninfo, label, answer.version, throwaway=True)

    def _answer(self, address: ServerAddress) -> ServerInfo:
        return await_answer(address, still=self._require_life, silent=self._trouble, pause=0.05)

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


def _conninfo(container: DockerContainer, password: str) -> str:
    return make_conninfo(
        host=container.get_container_host_ip(),
        port=container.get_exposed_port(_PORT),
        user=ADMIN,
        password=password,
        dbname="postgres",
        connect_timeout=5,
        hostaddr="",
        options="",
    )

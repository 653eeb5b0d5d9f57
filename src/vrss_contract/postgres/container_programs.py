"""pg_dump and pg_restore as the image of a container has them, of the server's own version."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres import CopyOutcome
from vrss_contract.postgres.dump_programs import DUMP, RESTORE, apart, complaints

_FROM_OUTSIDE = ("host", "hostaddr", "port")


@dataclass(frozen=True, slots=True)
class ContainerPrograms:
    """The two programs inside of a running container."""

    container: Any
    """The driver's container."""

    def __reduce__(self) -> tuple[type[ContainerPrograms], tuple[_ById]]:
        """The driver's object holds a connection, which no other process can have."""
        return ContainerPrograms, (_ById(self.container.id),)

    def copy(self, source: str, goal: str, *flags: str) -> CopyOutcome:
        """Dump ``source`` with these flags of pg_dump, and restore it into ``goal``.

        The archive is a file of the container's, which goes with it if we are killed.
        """
        archive = f"/tmp/vrss-contract-{secrets.token_hex(4)}.dump"  # noqa: S108 - the container's
        try:
            code, said = self._run(DUMP, source, f"--file={archive}", *flags)
            if code != 0:
                return CopyOutcome(dump=said)
            code, said = self._run(RESTORE, goal, archive)
            return CopyOutcome(restore=complaints(said) if code != 0 else "")
        finally:
            self.container.exec_run(["rm", "-f", archive])

    def _run(self, program: tuple[str, ...], conninfo: str, *words: str) -> tuple[int, str]:
        address, secret = apart(_inside(conninfo))
        command = [*program, f"--dbname={address}", *words]
        ended = self.container.exec_run(command, environment={**secret, "LC_ALL": "C"}, demux=True)
        _, said = ended.output
        return ended.exit_code, (said or b"").decode(errors="replace").strip()


@dataclass(frozen=True, slots=True)
class _ById:
    """A container that another process has started; each program has a connection of its own."""

    id: str

    def exec_run(self, command: Sequence[str], **options: Any) -> Any:
        from vrss_contract.postgres import container_engine  # noqa: PLC0415 - its imports cost 0.15 s

        with container_engine.reached() as client:
            return client.containers.get(self.id).exec_run(command, **options)


def _inside(conninfo: str) -> str:
    """The way in from within the container: an image's programs may look for another socket."""
    words = conninfo_to_dict(conninfo)
    kept = {k: v for k, v in words.items() if k not in _FROM_OUTSIDE}
    return make_conninfo("", **kept, host="127.0.0.1")

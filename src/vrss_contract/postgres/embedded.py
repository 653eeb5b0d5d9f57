"""The embedded server: PostgreSQL out of a wheel, on a RAM disk, gone when the run is over."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access, leftovers, run_directory
from vrss_contract.postgres.account import Account, limit
from vrss_contract.postgres.binaries import Binaries, copy, locate, reach
from vrss_contract.postgres.cluster import lay_out
from vrss_contract.postgres.errors import BAD_RUN_FOLDER
from vrss_contract.postgres.postmaster import Postmaster
from vrss_contract.postgres.run_folder import RunFolder
from vrss_contract.postgres.version import require, spelt

_HOME = "pg"
Cluster = Callable[[Path, Binaries], None]
"""Makes the cluster in a folder that is not there yet."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A cluster whose server is stopped for a while."""

    data: Path
    account: Account


class EmbeddedServer:
    """A server on a private socket; it refuses any major version but the one it has.

    Args:
        major: the major version asked for.
        cluster: makes the cluster that it runs on; an empty one by itself.
        room: the bytes that it will need where it runs.
    """

    def __init__(
        self, *, major: int, cluster: Cluster = lay_out, room: int = run_directory.NEEDED
    ) -> None:
        self._major = major
        self._cluster = cluster
        self._room = room
        self._running = ExitStack()

    def __enter__(self) -> Self:
        leftovers.sweep_folders()
        with ExitStack() as starting:
            try:
                self._access = self._start(starting)
            except OSError as error:
                raise _refusal(error) from error
            self._running = starting.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._running.close()

    @property
    def access(self) -> Access:
        """The way in, while the context is open."""
        return self._access

    def keep(self) -> str:
        """Leave the server running after exit."""
        self._folder.keep()
        self._postmaster.kept = True
        return leftovers.HOW_TO_END

    def watch_file(self, path: Path | None) -> None:
        """See that this file, or none, goes with the server should we be killed."""
        self._folder.watchdog.watch_file(path)

    @contextlib.contextmanager
    def at_rest(self) -> Iterator[Resting]:
        """Stop the server in order, for its files to be copied, and start it again afterwards.

        Nobody is connected. Raises TroubleError.
        """
        home = self._folder.path / _HOME
        self._postmaster.rest()
        self._folder.watchdog.forget_server()
        yield Resting(home / "data", self._binaries.account)
        self._run(home, self._running)

    def _start(self, starting: ExitStack) -> Access:
        account, install = Account.for_postgres(), locate()
        binaries = reach(install, account)
        if binaries:
            self._require_major(binaries)
        parent = run_directory.parent(executable=binaries is None, room=self._room)
        run_directory.require_room(parent, self._room)
        self._folder = starting.enter_context(RunFolder(parent))
        if account.uid is not None:
            self._folder.path.chmod(0o711)  # for another user to reach his folder in it
        home = self._home(account)
        self._binaries = binaries or copy(install, account, self._folder.path / "install")
        self._require_major(self._binaries)
        self._cluster(home / "data", self._binaries)
        return self._run(home, starting)

    def _run(self, home: Path, running: ExitStack) -> Access:
        """Run a server on the cluster, until what is running ends."""
        self._postmaster = running.enter_context(Postmaster(self._binaries, home))
        self._folder.watchdog.watch_server(self._postmaster.pid, self._postmaster.pid_file)
        answer = self._postmaster.answer()
        label = f"embedded PostgreSQL {spelt(answer.version)}"
        address = self._postmaster.address.conninfo
        return Access(
            address,
            label,
            answer.version,
            throwaway=True,
            ours=True,
            programs=self._binaries.programs,
        )

    def _require_major(self, binaries: Binaries) -> None:
        require(binaries.version, major=self._major, where="the embedded server")

    def _home(self, account: Account) -> Path:
        """A folder of PostgreSQL's user's, in which that user can write."""
        home = self._folder.path / _HOME
        account.folder(home)
        if account.run("/bin/sh", "-c", 'test -w "$1"', "sh", home).returncode != 0:
            raise BAD_RUN_FOLDER(
                parent=str(self._folder.path.parent), why="PostgreSQL's user can't enter it"
            )
        return home


def _refusal(error: OSError) -> TroubleError:
    """What to say where the system refuses what a server needs."""
    if trouble := limit(error):
        return trouble
    where = Path(error.filename) if error.filename else run_directory.parent(executable=True)
    parent = where if run_directory.is_there(where) else where.parent
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return run_directory.no_room(parent)
    return BAD_RUN_FOLDER(parent=str(parent), why=f"{where.name}: {error.strerror}")

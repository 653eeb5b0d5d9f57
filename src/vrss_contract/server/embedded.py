"""The embedded server: PostgreSQL out of a wheel, on a RAM disk, gone when the run is over.

Knows in which order a server comes up; the steps are known by the modules it calls.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from vrss_contract.server import Access, leftovers, place
from vrss_contract.server.account import Account
from vrss_contract.server.binaries import Binaries, copy, locate, reach
from vrss_contract.server.cluster import lay_out
from vrss_contract.server.errors import BadRunFolderError
from vrss_contract.server.folder import RunFolder
from vrss_contract.server.postmaster import Postmaster
from vrss_contract.server.version import require, spelt


class EmbeddedServer:
    """A server on a private socket; it refuses any major version but the one it has."""

    def __init__(self, *, major: int) -> None:
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
        """Leave the server running after exit."""
        self._folder.keep()
        self._postmaster.kept = True
        return leftovers.HOW_TO_END

    def _start(self, starting: ExitStack) -> Access:
        account, install = Account.for_postgres(), locate()
        binaries = reach(install, account)
        if binaries:
            self._require_major(binaries)
        parent = place.parent(executable=binaries is None)
        place.require_room(parent)
        self._folder = starting.enter_context(RunFolder(parent))
        if account.uid is not None:
            self._folder.path.chmod(0o711)  # for another user to reach his folder in it
        home = self._home(account)
        binaries = binaries or copy(install, account, self._folder.path / "install")
        self._require_major(binaries)
        lay_out(home / "data", binaries)
        self._postmaster = starting.enter_context(Postmaster(binaries, home))
        self._folder.keeper.watch_server(self._postmaster.pid, self._postmaster.pid_file)
        answer = self._postmaster.answer()
        label = f"embedded PostgreSQL {spelt(answer.version)}"
        return Access(self._postmaster.door.conninfo, label, answer.version, throwaway=True)

    def _require_major(self, binaries: Binaries) -> None:
        require(binaries.version, major=self._major, where="the embedded server")

    def _home(self, account: Account) -> Path:
        """A folder of PostgreSQL's user's, in which that user can write."""
        home = self._folder.path / "pg"
        account.folder(home)
        if account.run("test", "-w", home).returncode != 0:
            raise BadRunFolderError(
                str(self._folder.path.parent), "PostgreSQL's user can't enter it"
            )
        return home

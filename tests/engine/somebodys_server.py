"""A server that somebody else runs: on a socket in a folder, by rules of its own.

It goes when this process goes, however that happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vrss_contract.postgres import run_directory
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.binaries import copy, locate, reach
from vrss_contract.postgres.cluster import lay_out
from vrss_contract.postgres.postmaster import Postmaster
from vrss_contract.postgres.run_folder import RunFolder


@contextmanager
def served(rules: str, parent: Path | None = None) -> Iterator[Path]:
    """The folder of its socket, with its files in ``data``.

    Args:
        rules: its pg_hba.conf.
        parent: where its folder is made; where run folders are, if nowhere else.
    """
    account = Account.for_postgres()
    with RunFolder(parent or run_directory.parent(executable=True)) as folder:
        folder.path.chmod(0o711)
        binaries = reach(locate(), account) or copy(locate(), account, folder.path / "install")
        home = folder.path / "pg"
        account.folder(home)
        lay_out(home / "data", binaries)
        (home / "data" / "pg_hba.conf").write_text(rules)
        with Postmaster(binaries, home) as postmaster:
            folder.watchdog.watch_server(postmaster.pid, home / "data" / "postmaster.pid")
            postmaster.answer()
            yield home

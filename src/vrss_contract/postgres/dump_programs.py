"""pg_dump and pg_restore, by which one database of a server is copied into another.

A password goes by the environment, never on a command line.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres import CopyOutcome
from vrss_contract.postgres.pinned_settings import PINNED

DUMP = ("pg_dump", "--format=custom", "--compress=0", "--no-password")
RESTORE = ("pg_restore", "--no-password")
_SETTLED = (
    "exit_on_error",
    "client_min_messages",
    "default_transaction_read_only",
    "default_transaction_deferrable",
    "idle_in_transaction_session_timeout",
)
"""What neither program sets for itself, and a server's owner may have set otherwise."""
_READ_ONLY = "-c default_transaction_read_only=on"
_ERROR = re.compile(r"^(?=pg_restore: error:)", re.MULTILINE)
_SETTING = re.compile(r"^Command was: SET \w+ = .*;$", re.MULTILINE)
_TRAILER = re.compile(r"^pg_restore: warning: errors ignored on restore: \d+\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LocalPrograms:
    """The two programs in a folder of this machine."""

    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Keyword arguments of subprocess, such as the user that they run as."""

    def copy(self, source: str, goal: str, *flags: str) -> CopyOutcome:
        """Dump ``source`` with these flags of pg_dump, and restore it into ``goal``.

        The archive is never a file, and both programs end when we do.
        """
        dumped = self._run(DUMP, source, *flags)
        if dumped.returncode != 0:
            return CopyOutcome(dump=_text(dumped.stderr))
        restored = self._run(RESTORE, goal, archive=dumped.stdout)
        return CopyOutcome(
            restore=complaints(_text(restored.stderr)) if restored.returncode else ""
        )

    def text(self, source: str, *flags: str) -> str:
        """What pg_dump writes of ``source`` with these flags, as SQL; it reads and never writes.

        Raises:
            ValueError: with what it says where it fails.
        """
        read_only = make_conninfo(source, options=f"{_options(source)} {_READ_ONLY}".strip())
        done = self._run((DUMP[0], "--no-password"), read_only, *flags)
        if done.returncode != 0:
            raise ValueError(_text(done.stderr))
        return done.stdout.decode()

    def _run(
        self, program: tuple[str, ...], conninfo: str, *flags: str, archive: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        name, *given = program
        address, secrets = apart(settled(conninfo))
        options = {"env": dict(os.environ), **self.options}
        options["env"] = {**options["env"], **secrets, "LC_ALL": "C"}
        return subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [self.folder / name, *given, f"--dbname={address}", *flags],
            input=archive,
            capture_output=True,
            check=False,
            **options,
        )


def settled(conninfo: str) -> str:
    """The same, with settings of its own for what a server's owner may have set otherwise."""
    given = _options(conninfo)
    pinned = (f"-c {name}={PINNED[name]}" for name in _SETTLED)
    return make_conninfo(conninfo, options=" ".join((*pinned, given)).strip())


def _options(conninfo: str) -> str:
    """The settings that are asked for with the connection."""
    return str(conninfo_to_dict(conninfo).get("options") or os.environ.get("PGOPTIONS", ""))


def apart(conninfo: str) -> tuple[str, dict[str, str]]:
    """What may stand on a command line, and the environment that says the rest."""
    words = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    secrets = {"PGPASSWORD": words.pop("password")} if "password" in words else {}
    return make_conninfo("", **words), secrets


def complaints(said: str) -> str:
    """What pg_restore could not do, but for settings that a newer one than the server has."""
    parts = _ERROR.split(_TRAILER.sub("", said))
    return "".join(part for part in parts if not _SETTING.search(part)).strip()


def _text(said: bytes) -> str:
    return said.decode(errors="replace").strip()

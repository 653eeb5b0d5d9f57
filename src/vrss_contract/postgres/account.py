"""Whom the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root, so root lends it an account that may do little.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vrss_contract.postgres.errors import NO_ACCOUNT

UNPRIVILEGED = ("postgres", "nobody")
"""The users that root lends, the preferred one first."""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """A user to run programs as: another one by its ids, or whoever we are."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_postgres(cls) -> Account:
        """Whoever we are, or an unprivileged user where that is root. Raises TroubleError."""
        if os.geteuid() != 0:
            return cls()
        for name in UNPRIVILEGED:
            with contextlib.suppress(KeyError):
                user = pwd.getpwnam(name)
                return cls(user.pw_uid, user.pw_gid)
        raise NO_ACCOUNT(names=UNPRIVILEGED)

    def folder(self, path: Path) -> None:
        """Make a folder of this user that nobody else may enter."""
        path.mkdir(mode=0o700)
        self.own(path)

    def own(self, path: Path) -> None:
        """Make this user the owner of a file or folder of ours."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    @property
    def options(self) -> dict[str, Any]:
        """The keyword arguments of subprocess that make a program run as this user.

        It gets none of our environment that it does not need, and no working folder of ours.
        """
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"LC_ALL": "C", "TZ": "UTC", "COPYFILE_DISABLE": "1"}
        options: dict[str, Any] = {"env": environment, "cwd": "/"}
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def run(
        self, *command: str | Path, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end; what it says goes to ``stdout`` or into the result."""
        return subprocess.run(  # noqa: S603 - our own commands, no shell
            command,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
            **self.options,
        )

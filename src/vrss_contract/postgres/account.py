"""Whom the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root, so root lends it an account that may do little.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vrss_contract.errors import TroubleError
from vrss_contract.postgres.errors import MACHINE_LIMIT, NO_ACCOUNT

UNPRIVILEGED = ("postgres", "nobody")
"""The users that root lends, the preferred one first."""
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_EFFECTIVE = os.access in os.supports_effective_ids
_LIMITS = {errno.EAGAIN, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""What the system answers where a limit is reached: processes, bytes of a file, files, memory."""


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
        raise NO_ACCOUNT(why=f"none of the users {', '.join(UNPRIVILEGED)} on this machine")

    def require_lent(self) -> None:
        """See that programs can be run as this user. Raises TroubleError."""
        try:
            self.run("/bin/sh", "-c", ":")
        except PermissionError as error:
            raise NO_ACCOUNT(why=f"{self._name} can't be lent: {error.strerror}") from error

    def folder(self, path: Path) -> None:
        """Make a folder of this user that nobody else may enter. Raises TroubleError."""
        path.mkdir(mode=0o700)
        self.own(path)
        if not os.access(path, os.W_OK | os.X_OK, effective_ids=_EFFECTIVE):
            path.rmdir()
            raise NO_ACCOUNT(why=f"root may not enter a folder of {self._name}")

    def own(self, path: Path) -> None:
        """Make this user the owner of a file or folder of ours. Raises TroubleError."""
        if self.uid is not None and self.gid is not None:
            try:
                os.chown(path, self.uid, self.gid)
            except OSError as error:
                why = f"{self._name} can't own a file: {error.strerror}"
                raise NO_ACCOUNT(why=why) from error

    @property
    def _name(self) -> str:
        return f"the user with the id {self.uid}"

    @property
    def options(self) -> dict[str, Any]:
        """The keyword arguments of subprocess that make a program run as this user.

        It gets none of our environment that it does not need, and no working folder of ours.
        """
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"LC_ALL": "C", "TZ": "UTC", "COPYFILE_DISABLE": "1"}
        # Ours may hold nothing, or no system's programs.
        environment["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), os.defpath]).strip(":")
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


def limit(error: OSError) -> TroubleError | None:
    """The error to raise where it is a limit of the machine's that was met."""
    return MACHINE_LIMIT(why=error.strerror) if error.errno in _LIMITS else None

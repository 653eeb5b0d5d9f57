"""A PostgreSQL server process of ours: started, awaited, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from vrss_contract.errors import TroubleError
from vrss_contract.postgres.binaries import Binaries
from vrss_contract.postgres.errors import BAD_RUN_FOLDER, NO_REST, NO_START
from vrss_contract.postgres.readiness import ServerInfo, await_answer, own_address
from vrss_contract.postgres.run_directory import no_room, says_no_room
from vrss_contract.postgres.settings import ADMIN, flags
from vrss_contract.postgres.version import spelt

_PORT = 5432
_LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
_TAIL = 2000
_STOP_SECONDS = 10
_REST_SECONDS = 300


class Postmaster:
    """A server on the cluster ``home/data``, its socket and its log in ``home``.

    ``home`` is a folder that only the server's user may enter, so nobody else can connect.
    """

    def __init__(self, binaries: Binaries, home: Path) -> None:
        socket = home / f".s.PGSQL.{_PORT}"
        if len(os.fsencode(socket)) > _LONGEST_SOCKET:
            why = f"{socket} is longer than a socket's path may be ({_LONGEST_SOCKET} bytes)"
            raise BAD_RUN_FOLDER(parent=str(home.parent.parent), why=why)
        self._home = home
        self._log = home / "log"
        self._label = f"embedded PostgreSQL {spelt(binaries.version)}"
        self._account = binaries.account
        self.kept = False
        self.address = own_address(host=str(home), port=_PORT, user=ADMIN, dbname="postgres")
        self._process = self._start(binaries)

    def _start(self, binaries: Binaries) -> subprocess.Popen[bytes]:
        settings = flags(
            listen_addresses="", unix_socket_directories=str(self._home), port=str(_PORT)
        )
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own command, no shell
                [binaries.postgres, "-D", self._home / "data", *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us, who then stop it in order
                **binaries.account.options,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def pid_file(self) -> Path:
        """The file that the server makes when it starts and removes when it ends."""
        return self._home / "data" / "postmaster.pid"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.kept:
            self._process.returncode = 0  # disowned: it is meant to outlive this process
            return
        self._signal(signal.SIGQUIT)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def rest(self) -> None:
        """Stop it in order, so that its files are whole. Raises TroubleError."""
        self._signal(signal.SIGINT)
        try:
            self._process.wait(_REST_SECONDS)
        except subprocess.TimeoutExpired as error:
            said = self._said()
            raise NO_REST(what=self._label, seconds=_REST_SECONDS, said=said) from error

    def answer(self) -> ServerInfo:
        """Wait until it answers. Raises TroubleError: with the tail of its log, or no room."""
        return await_answer(
            self.address, still=self._require_life, silent=self._trouble, pause=0.003
        )

    def _signal(self, which: signal.Signals) -> None:
        try:
            self._process.send_signal(which)
        except PermissionError:  # a root without the right to signal others
            words = ("-c", 'kill -s "$1" "$2"', "sh", str(int(which)), str(self.pid))
            self._account.run("/bin/sh", *words)

    def _require_life(self) -> None:
        if self._process.poll() is not None:
            raise self._trouble(f"it ended with {self._process.returncode}")

    def _trouble(self, why: str) -> TroubleError:
        said = self._said()
        if says_no_room(said.encode()):
            return no_room(self._home)
        return NO_START(what=self._label, why=why, said=said)

    def _said(self) -> str:
        return self._log.read_bytes()[-_TAIL:].decode(errors="replace")

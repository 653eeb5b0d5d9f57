"""A process that ends a server when its owner has died without ending it.

It reads a pipe that the owner holds. The kernel closes the owner's end however the owner dies, and
at that end of file the script tidies up.
"""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

KEPT = "kept"
"""The file in a run folder that says: leave this server running."""

_SCRIPT = f"""
trap '' HUP INT TERM
server= container= extra=
while read -r word name file; do
  case $word in
    server) server=$name pid_file=$file ;;
    container) container=$name ;;
    file) extra=$file ;;
    rest) exit 0 ;;
  esac
done
[ -n "$extra" ] && rm -f "$extra"
[ -e "$1/{KEPT}" ] && exit 0
[ -n "$container" ] && docker rm --force --volumes "$container"
if [ -n "$server" ] && kill -QUIT "$server"; then
  tries=0
  while kill -0 "$server" && [ -e "$pid_file" ] && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1)); sleep 0.1
  done
fi
tries=0
while
  rm -rf "$1"
  [ -e "$1" ] && [ "$tries" -lt 100 ]
do
  tries=$((tries + 1)); sleep 0.1
done
"""


class Watchdog:
    """The keeper of one run folder and of what it is told to watch.

    It lives in a session of its own, so that Ctrl-C and a closed terminal spare it.
    """

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a fixed script, its argument ours
            ["/bin/sh", "-c", _SCRIPT, "vrss-contract-keeper", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            start_new_session=True,
        )

    def watch_server(self, pid: int, pid_file: Path) -> None:
        """Name the postmaster to end: SIGQUIT stops it, and its last act is to remove the file."""
        self._say(f"server {pid} {pid_file}")

    def forget_server(self) -> None:
        """The postmaster was stopped: its id may be another's soon."""
        self._say("server")

    def watch_file(self, path: Path | None) -> None:
        """Name a file outside of the folder that goes with it, or that none does any more."""
        named = "" if path is None or "\n" in str(path) else path  # what it hears ends with a line
        self._say(f"file at {named}")

    def watch_container(self, name: str) -> None:
        """Name the container to remove, where there is a docker command to do it with."""
        self._say(f"container {name}")

    def rest(self) -> None:
        """End the keeper: there is nothing left to tidy up."""
        self._say("rest")
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _say(self, word: str) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):  # somebody killed it: sweeps remain
                self._process.stdin.write(f"{word}\n".encode())

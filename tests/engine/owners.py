"""Processes that own a server and then die, and what is left of them.

Knows how to start an owner as a person would, and to wait for a condition; does not know what a
test expects.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

import vrss_contract

PATHS = [str(Path(module.__file__ or "").parent.parent) for module in (vrss_contract, psycopg)]
"""Where the product and what it depends on are imported from."""
_SCRIPT = """
import sys
from vrss_contract.postgres.choose import choose
with choose(sys.argv[1]) as server:
    print(server._folder.path, flush=True)
    sys.stdin.read()
print("ended", flush=True)
"""


@dataclass(frozen=True)
class Owner:
    process: subprocess.Popen[str]
    folder: Path

    @property
    def watchdog(self) -> psutil.Process:
        (watchdog,) = [p for p in self.children if p.name() in {"sh", "dash", "bash", "busybox"}]
        return watchdog

    @property
    def postmaster(self) -> psutil.Process:
        (postmaster,) = [p for p in self.children if p.name() == "postgres"]
        return postmaster

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


@contextlib.contextmanager
def owner(
    word: str = "embedded", *, env: dict[str, str], python: str = sys.executable, **options: Any
) -> Iterator[Owner]:
    """A process with a server that runs; it ends as the test has it, or with the block."""
    with subprocess.Popen(
        [python, "-W", "error", "-c", _SCRIPT, word],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(PATHS)} | env,
        **options,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, f"the owner ended with {process.wait()}"
            yield Owner(process, Path(line.strip()))
        finally:
            process.kill()


def working_in(folder: Path) -> list[psutil.Process]:
    """The processes whose working folder is the folder's cluster, be it gone by now."""
    found = psutil.process_iter(["cwd"])
    return [p for p in found if (p.info["cwd"] or "").startswith(str(folder))]


def wait_until(condition: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait until something is so; AssertionError where it never is."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be so in time"
        time.sleep(0.01)


def vanished(folder: Path) -> bool:
    """Whether neither the run folder nor a process of it is left."""
    return not folder.exists() and not working_in(folder)

"""What the product takes from its machine, each broken: the rows of machine.yaml, and their runs.

Knows how a row is run as a person would; does not know what else a test expects of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.engine.owners import PATHS
from tests.paths import root

TABLE = Path(__file__).with_name("machine.yaml")
_LIBRARY = ("--contract", str(root() / "fixtures" / "contracts" / "library"))
_ONE = (*_LIBRARY, "--only", "enum.genre")
COMMANDS = {
    "cache": ("cache",),
    "clean": ("clean",),
    "compare": ("compare", "HEAD", "x.sql", *_LIBRARY),
    "container": ("verify", "--server", "container", *_ONE),
    "export": ("export", *_LIBRARY),
    "help": ("verify", "--help"),
    "list": ("list", *_ONE),
    "list nope": ("list", *_LIBRARY, "--only", "nope"),
    "plain list": ("list",),
    "verify": ("verify", *_ONE),
    "verify to /dev/full": ("verify", "--output", "/dev/full", *_ONE),
    "verify to /proc/x": ("verify", "--output", "/proc/x", *_ONE),
    "verify to x": ("verify", "--output", "x", *_ONE),
    "verify x.sql": ("verify", "x.sql", *_ONE),
}
"""What is run, by the word that a row has for it."""


@dataclass(frozen=True)
class Broken:
    """A row: what is taken, how it is broken, and what a run ends in then."""

    taken: str
    broken: str
    run: str
    sh: str
    code: int
    error: str = ""
    root: bool = False
    needs: str = ""

    @property
    def lacks(self) -> str:
        """Why it can't be tried here; nothing where it can."""
        if self.root and os.geteuid() != 0:
            return "mounts or lends ids, which takes root"
        if self.needs and shutil.which(self.needs) is None:
            return f"no program {self.needs}"
        return ""


def rows() -> Iterator[Broken]:
    """The table."""
    for group in yaml.safe_load(TABLE.read_text("utf-8")):
        for row in group["rows"]:
            yield Broken(group["taken"], **row)


def ran(row: Broken, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """What comes of the row's run, in an empty folder."""
    program = (sys.executable, "-m", "vrss_contract")
    own = {"T": str(folder), "PYTHONPATH": os.pathsep.join(PATHS)}
    try:
        return subprocess.run(
            ["/bin/sh", "-c", row.sh, "sh", *program, *COMMANDS[row.run]],
            capture_output=True,
            check=False,
            cwd=folder,
            env=dict(os.environ) | own,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
    finally:
        if row.needs == "mount":
            subprocess.run(["umount", "-q", folder], check=False)

"""Programs that a workflow's steps call and that would install things: each does the rest of it.

``python -m tests.lint.stand_ins tox run -e gate -- words`` runs what tox.ini has for the
environment, in this one. ``pip`` installs nothing, and ``make`` says what it would do.
"""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_SCRIPT = '#!/bin/sh\nexec "{python}" -m tests.lint.stand_ins {name} "$@"\n'
NAMES = ("make", "python", "tox")


def put(folder: Path) -> None:
    """Write a script for each into the folder, which then goes to the front of a PATH."""
    for name in NAMES:
        script = folder / name
        script.write_text(_SCRIPT.format(python=sys.executable, name=name), "utf-8")
        script.chmod(0o755)


def commands(ini: Path, environment: str, words: Sequence[str]) -> list[list[str]]:
    """What tox would run for the environment."""
    read = configparser.ConfigParser(interpolation=None)
    read.read_string(ini.read_text("utf-8"))
    lines = read[f"testenv:{environment}"]["commands"].strip().splitlines()
    said = shlex.join(words)
    return [
        shlex.split(re.sub(r"\{posargs(?::([^}]*))?\}", lambda one: said or one[1] or "", line))
        for line in lines
    ]


def _tox(words: Sequence[str]) -> int:
    run, option, environment, *rest = words
    assert (run, option) == ("run", "-e"), words
    for command in commands(Path("tox.ini"), environment, rest[1:]):
        code = subprocess.run(command, check=False).returncode
        if code:
            return code
    return 0


def main(name: str, words: Sequence[str]) -> int:
    """Stand in for the program of that name."""
    if name == "tox":
        return _tox(words)
    if name == "make":
        return subprocess.run(["/usr/bin/make", "--dry-run", *words], check=False).returncode
    if words[:3] == ["-m", "pip", "install"]:
        return 0
    return subprocess.run([sys.executable, *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

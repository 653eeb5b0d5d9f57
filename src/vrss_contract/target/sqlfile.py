"""A target in a .sql file.

Knows files, encodings and the phase marker (a comment line ``-- phase N: name``); does not know
what the statements do.
"""

from __future__ import annotations

import re
from pathlib import Path

from vrss_contract.sql.split import statements
from vrss_contract.target import Step, Target
from vrss_contract.target.errors import (
    NoSuchFileError,
    NotAFileError,
    NotReadableError,
    NotUtf8Error,
    PsqlCommandError,
)

_MARKER = re.compile(r"^-- phase (\d+)\b", re.MULTILINE | re.IGNORECASE)
# pg_dump writes this pair around its output since the minor releases of August 2025; it guards
# psql against the dump and means nothing to a server.
_GUARD = re.compile(r"^\\(?:un)?restrict\b[^\n]*$", re.MULTILINE)
_BOM = "\ufeff"


def read(path: Path) -> Target:
    """Read a .sql file.

    Raises:
        TroubleError: no such file, not a file, not readable, not UTF-8, psql commands in it.
    """
    return parse(_text(path), name=str(path))


def parse(script: str, *, name: str) -> Target:
    """A target from the script's text."""
    script = _GUARD.sub("", script.removeprefix(_BOM))
    starts = [(script.count("\n", 0, m.start()) + 1, int(m[1])) for m in _MARKER.finditer(script)]
    steps = []
    for statement in statements(script):
        if statement.text.startswith("\\"):
            raise PsqlCommandError(name, statement.line, statement.text.splitlines()[0])
        phase = next((n for line, n in reversed(starts) if line <= statement.line), 0)
        steps.append(Step(statement.text, statement.line, phase))
    return Target(name, tuple(steps))


def _text(path: Path) -> str:
    if not path.exists():
        raise NoSuchFileError(path)
    if not path.is_file():
        raise NotAFileError(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotReadableError(path, error.strerror or str(error)) from error
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(path, line, raw[error.start]) from error

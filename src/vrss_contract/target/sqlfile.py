"""A target in a .sql file: files and their encodings."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from vrss_contract.target import Statement, Target, dsn
from vrss_contract.target.errors import (
    NO_STATEMENT,
    NO_SUCH_FILE,
    NOT_A_FILE,
    NOT_READABLE,
    NOT_UTF8,
    NUL_BYTE,
)
from vrss_contract.target.script import ScriptReader, SqlScript

_OPEN = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Where the files that we were started with have names."""
_UTF_16 = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
_MARKS = (0xFE, 0xFF)
"""What a file in UTF-16 begins with; in LATIN1 both are letters that few words have."""


def read(path: Path) -> Target:
    """Read a .sql file.

    Raises:
        TroubleError: no such file, not a file, not readable, not UTF-8, nothing in it, or lines
            that are for psql alone.
    """
    dsn.refuse(path)
    target = parse(text(path), name=str(path), folder=path.parent)
    if not target.steps:
        raise NO_STATEMENT(path=path)
    return target


def of_bytes(raw: bytes, name: str) -> Target:
    """A target from what somebody hands on. Raises TroubleError."""
    target = parse(_decoded(raw, name), name=name)
    if not target.steps:
        raise NO_STATEMENT(path=name)
    return target


def parse(script: str, *, name: str, folder: Path | None = None) -> Target:
    """A target from the script's text.

    Args:
        script: the text.
        name: what errors call it.
        folder: what the paths of included files begin at.

    Raises:
        TroubleError: lines that are for psql alone, or an included file that can't be read.
    """
    reader = ScriptReader(text, own=name)
    reader.read(SqlScript(script, name, folder))
    return Target(name, tuple(reader.steps), notes=tuple(reader.notes))


def written(target: Target) -> str:
    """The target's statements as one script, wherever they come from."""
    return "".join(f"{_closed(step)}\n" for step in target.steps)


def _closed(step: Statement) -> str:
    sql = step.sql.rstrip().removesuffix(";")
    return f"{sql};" if step.rows is None else f"{sql};\n{step.rows}\\."


def text(path: Path) -> str:
    """What the file holds.

    Raises:
        TroubleError: no such file, not a file, not readable, not UTF-8.
    """
    try:
        if not path.exists():
            raise NO_SUCH_FILE(path=path)
        if not _is_readable(path):
            what = "a folder" if path.is_dir() else "not a regular file"
            raise NOT_A_FILE(path=path, what=what)
        raw = path.read_bytes()
    except OSError as error:
        raise NOT_READABLE(path=path, reason=error.strerror or str(error)) from error
    return _decoded(raw, str(path))


def _is_readable(path: Path) -> bool:
    """Whether it is a file, or a pipe that is open already, such as a shell's ``<(command)``.

    One by a name of its own may have nobody who writes to it.
    """
    mode = path.stat().st_mode
    return stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and str(path).startswith(_OPEN))


def _decoded(raw: bytes, path: str) -> str:
    if b"\0" in raw and not raw.startswith(_UTF_16):
        raise NUL_BYTE(path=path, line=raw.count(b"\n", 0, raw.index(b"\0")) + 1)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        likely = "UTF-16" if byte in _MARKS else "LATIN1"
        raise NOT_UTF8(path=path, line=line, byte=byte, likely=likely) from error

"""A target in a .sql file.

Knows files, encodings and the phase marker (a comment line ``-- phase N: name``); does not know
what the statements do.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from vrss_contract.sql.split import statements, tokens
from vrss_contract.target import Step, Target
from vrss_contract.target.errors import (
    CopyDataError,
    NoStatementError,
    NoSuchFileError,
    NotAFileError,
    NotReadableError,
    NotUtf8Error,
    NulByteError,
    PsqlCommandError,
    excerpt,
)

_MARKER = re.compile(r"-- phase (\d+)\b", re.IGNORECASE)
# pg_dump writes this pair around its output since the minor releases of August 2025; it guards
# psql against the dump and means nothing to a server.
_GUARD = re.compile(r"^\\(?:un)?restrict\b[^\n]*$", re.MULTILINE)
_BOM = "\ufeff"
_UTF_16 = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def read(path: Path) -> Target:
    """Read a .sql file.

    Raises:
        TroubleError: no such file, not a file, not readable, not UTF-8, nothing in it, or lines
            that are for psql alone.
    """
    target = parse(_text(path), name=str(path))
    if not target.steps:
        raise NoStatementError(path)
    return target


def parse(script: str, *, name: str) -> Target:
    """A target from the script's text."""
    script = _GUARD.sub("", script.removeprefix(_BOM))
    starts = list(_markers(script))
    steps = []
    for statement in statements(script):
        if statement.text.startswith("\\"):
            raise PsqlCommandError(name, statement.line, _first_line(statement.text))
        if _copies_through_psql(statement.text):
            raise CopyDataError(name, statement.line, _first_line(statement.text))
        phase = next((n for line, n in reversed(starts) if line <= statement.line), 0)
        steps.append(Step(statement.text, statement.line, phase))
    return Target(name, tuple(steps))


def _markers(script: str) -> Iterator[tuple[int, int]]:
    """Line and number of each phase; what looks like a marker inside a body is none."""
    if not _MARKER.search(script):
        return  # most scripts have none, and a search is faster than tokens
    for token in tokens(script):
        if token.kind == "comment" and (marker := _MARKER.match(token.text)):
            yield script.count("\n", 0, token.start) + 1, int(marker[1])


def _first_line(text: str) -> str:
    return excerpt(text.splitlines()[0])


def _copies_through_psql(statement: str) -> bool:
    """Whether it is COPY from or to psql, whose rows are lines in between that are no SQL."""
    if statement[:4].lower() != "copy":
        return False
    words = {token.text.lower() for token in tokens(statement) if token.kind == "word"}
    return "copy" in words and not words.isdisjoint(("stdin", "stdout"))


def _text(path: Path) -> str:
    try:
        if not path.exists():
            raise NoSuchFileError(path)
        if not path.is_file():
            raise NotAFileError(path)
        raw = path.read_bytes()
    except OSError as error:
        raise NotReadableError(path, error.strerror or str(error)) from error
    if b"\0" in raw and not raw.startswith(_UTF_16):
        raise NulByteError(path, raw.count(b"\n", 0, raw.index(b"\0")) + 1)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(path, line, raw[error.start]) from error

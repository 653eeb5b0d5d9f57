"""A target in a .sql file.

Files, encodings, and what of a script is the schema: the way back of a migration is not.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from vrss_contract.sql.split import SplitStatement, each_statement, tokens
from vrss_contract.target import Statement, Target, dsn
from vrss_contract.target.errors import (
    COPY_DATA,
    NO_STATEMENT,
    NO_SUCH_FILE,
    NOT_A_FILE,
    NOT_READABLE,
    NOT_UTF8,
    NUL_BYTE,
    PSQL_COMMAND,
    excerpt,
)
from vrss_contract.target.markers import Markers

# pg_dump writes this pair around its output since the minor releases of August 2025; it guards
# psql against the dump and means nothing to a server.
_GUARD = re.compile(r"\\(?:un)?restrict\b")
_END_OF_ROWS = "\\."
_BOM = "\ufeff"
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
    target = parse(_text(path), name=str(path))
    if not target.steps:
        raise NO_STATEMENT(path=path)
    return target


def parse(script: str, *, name: str) -> Target:
    """A target from the script's text.

    Raises:
        TroubleError: lines that are for psql alone.
    """
    script = script.removeprefix(_BOM)
    markers, steps, back = Markers(script), list[Statement](), _WayBack()
    for statement in _without_empty_copies(each_statement(script)):
        markers.at(statement.line)
        if back.holds(markers.down, statement.line):
            continue
        if _GUARD.match(statement.text):
            continue
        if statement.text.startswith("\\"):
            raise PSQL_COMMAND(target=name, line=statement.line, text=_first_line(statement.text))
        if _copies_through_psql(statement.text):
            raise COPY_DATA(target=name, line=statement.line, text=_first_line(statement.text))
        steps.append(Statement(statement.text, statement.line, markers.phase))
    return Target(name, tuple(steps), notes=back.notes)


class _WayBack:
    """The statements of a migration that take it back, which are no part of the schema."""

    def __init__(self) -> None:
        self._marker, self._first, self._count = "", 0, 0

    def holds(self, marker: str, line: int) -> bool:
        """Whether a statement on that line is one of them."""
        if marker and not self._count:
            self._marker, self._first = marker, line
        self._count += bool(marker)
        return bool(marker)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out; nothing where nothing was."""
        if not self._count:
            return ()
        many = "statement" if self._count == 1 else "statements"
        below = f"below `{self._marker}`, from line {self._first} on"
        return (f"left out {self._count:,} {many} {below}: they take the schema back",)


def _first_line(text: str) -> str:
    return excerpt(text.splitlines()[0])


def _without_empty_copies(statements: Iterable[SplitStatement]) -> Iterator[SplitStatement]:
    """The statements but for COPY of no rows, of which a dump has one for each empty table."""
    copy: SplitStatement | None = None
    for statement in statements:
        if copy and statement.text == _END_OF_ROWS and statement.line == _line_after(copy):
            copy = None
            continue
        if copy:
            yield copy
        copy = statement if _copies_through_psql(statement.text) else None
        if not copy:
            yield statement
    if copy:
        yield copy


def _line_after(statement: SplitStatement) -> int:
    return statement.line + statement.text.count("\n") + 1


def _copies_through_psql(statement: str) -> bool:
    """Whether it is COPY from or to psql, whose rows are lines in between that are no SQL."""
    if statement[:4].lower() != "copy":
        return False
    words = {token.text.lower() for token in tokens(statement) if token.kind == "word"}
    return "copy" in words and not words.isdisjoint(("stdin", "stdout"))


def _text(path: Path) -> str:
    try:
        if not path.exists():
            raise NO_SUCH_FILE(path=path)
        if not path.is_file():
            what = "a folder" if path.is_dir() else "not a regular file"
            raise NOT_A_FILE(path=path, what=what)
        raw = path.read_bytes()
    except OSError as error:
        raise NOT_READABLE(path=path, reason=error.strerror or str(error)) from error
    if b"\0" in raw and not raw.startswith(_UTF_16):
        raise NUL_BYTE(path=path, line=raw.count(b"\n", 0, raw.index(b"\0")) + 1)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        likely = "UTF-16" if byte in _MARKS else "LATIN1"
        raise NOT_UTF8(path=path, line=line, byte=byte, likely=likely) from error

"""A script's statements, as psql would send them.

Files that it includes are read in their place, values that it sets stand where it names them, rows
below a COPY are kept with it, and the way back of a migration is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vrss_contract.sql.split import SplitStatement, each_statement, tokens
from vrss_contract.target import Statement, psql
from vrss_contract.target.errors import (
    COPY_DATA,
    INCLUDED_FILE,
    PSQL_COMMAND,
    excerpt,
)
from vrss_contract.target.markers import Markers

_BOM = "\ufeff"
_END_OF_ROWS = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
_DEEP = 50
"""Files within each other, from where on it is taken for a circle."""


@dataclass(frozen=True, slots=True)
class SqlScript:
    """A text, and where it is from."""

    text: str
    file: str
    """As an error names it."""
    folder: Path | None = None
    """What relative includes begin at; None where there is no file."""


@dataclass(slots=True)
class ScriptReader:
    """Reads scripts one after the other, as one session of psql would."""

    text_of: Callable[[Path], str]
    """Reads a file that a script includes. Raises TroubleError."""
    own: str = ""
    """The script that the target is named by: its statements need not name their file."""
    values: dict[str, str] = field(default_factory=dict)
    """What ``\\set`` has set, by name."""
    steps: list[Statement] = field(default_factory=list)
    back: list[Statement] = field(default_factory=list)
    """The ways back of the scripts, below their markers."""
    notes: list[str] = field(default_factory=list)
    phase: int = 0
    """The last one that was marked."""

    def read(self, script: SqlScript, depth: int = 0) -> None:
        """Take the statements of one more script.

        Raises:
            TroubleError: a line is for psql alone, or an included file can't be read.
        """
        text = script.text.removeprefix(_BOM)
        markers, back = Markers(text, self.phase), _WayBack()
        for statement, rows in _with_rows(text):
            markers.at(statement.line)
            self.phase = markers.phase
            if back.holds(markers.down, statement.line):
                self.back.append(self._statement(statement, rows, script))
                continue
            if statement.text.startswith("\\"):
                self._obey(statement, script, depth)
            elif rows != "":  # a dump has a COPY of no rows for each empty table
                self._take(statement, rows, script)
        if told := back.note:
            self.notes.append(told if self._named(script) == "" else f"{script.file}: {told}")

    def _named(self, script: SqlScript) -> str:
        return "" if script.file == self.own else script.file

    def _take(self, statement: SplitStatement, rows: str | None, script: SqlScript) -> None:
        if rows is None and _copies(statement.text):
            raise COPY_DATA(
                target=script.file, line=statement.line, text=_first_line(statement.text)
            )
        self.steps.append(self._statement(statement, rows, script))

    def _statement(
        self, statement: SplitStatement, rows: str | None, script: SqlScript
    ) -> Statement:
        sql = psql.with_values(statement.text, self.values)
        named = self._named(script)
        return Statement(sql, statement.line, self.phase, file=named, rows=rows)

    def _obey(self, line: SplitStatement, script: SqlScript, depth: int) -> None:
        name, words = psql.command(line.text)
        if name in psql.GUARDS or name in psql.PRINTS:
            return
        if name == "set":
            self._set(words)
        elif name in psql.INCLUDES and words:
            self._include(words[0], line, script, depth)
        elif name in psql.CONNECTS and len(words) == 1 and not self.steps:
            told = f"{script.file}:{line.line}: `{line.text.strip()}` was passed over"
            self.notes.append(f"{told}: all is loaded into one database")
        else:
            raise PSQL_COMMAND(target=script.file, line=line.line, text=_first_line(line.text))

    def _set(self, words: tuple[str, ...]) -> None:
        if words:
            name, *value = words
            self.values[name] = psql.with_values("".join(value), self.values)

    def _include(self, word: str, line: SplitStatement, script: SqlScript, depth: int) -> None:
        """Read a file in the place of the line that names it."""
        beside = psql.INCLUDES[psql.command(line.text)[0]]
        path = Path(psql.with_values(word, self.values))
        here = script.folder or Path()
        # Who runs psql in the script's folder writes \i for what is beside it.
        places = [here / path] if beside else [path, here / path]
        found = next((place for place in places if place.is_file()), None)
        if found is None or depth > _DEEP:
            reason = "files include each other in a circle" if found else "no file of that name"
            looked = " and ".join({place.resolve(): str(place) for place in places}.values())
            raise INCLUDED_FILE(
                target=script.file, line=line.line, path=path, looked=looked, reason=reason
            )
        self.read(SqlScript(self.text_of(found), str(found), found.parent), depth + 1)


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
    def note(self) -> str:
        """What was left out; nothing where nothing was."""
        if not self._count:
            return ""
        many = "statement" if self._count == 1 else "statements"
        below = f"below `{self._marker}`, from line {self._first} on"
        return f"left out {self._count:,} {many} {below}: they take the schema back"


def _with_rows(text: str) -> Iterator[tuple[SplitStatement, str | None]]:
    """Each statement, and the rows below it where it copies rows from psql; else None."""
    begin, above = 0, 0
    while True:
        for one in each_statement(text[begin:]):
            statement = SplitStatement(one.text, one.line + above)
            found = _rows(text, statement) if _copies(statement.text) else None
            if found is None:
                yield statement, None
                continue
            rows, begin = found
            yield statement, rows
            above = text.count("\n", 0, begin)
            break
        else:
            return


def _rows(text: str, statement: SplitStatement) -> tuple[str, int] | None:
    """The lines below a COPY up to the mark that ends them, and where the script goes on."""
    last = statement.line + statement.text.count("\n")
    begin = _position_of_line(text, last + 1)
    end = _END_OF_ROWS.search(text, begin)
    if not end or not _from_stdin(statement.text):
        return None
    return text[begin : end.start()], min(len(text), end.end() + 1)


def _position_of_line(text: str, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = text.find("\n", position) + 1 or len(text)
    return position


def _words(statement: str) -> set[str]:
    return {token.text.lower() for token in tokens(statement) if token.kind == "word"}


def _copies(statement: str) -> bool:
    """Whether it is COPY from or to psql, whose rows are lines in between that are no SQL."""
    if statement[:4].lower() != "copy":
        return False
    words = _words(statement)
    return "copy" in words and not words.isdisjoint(("stdin", "stdout"))


def _from_stdin(statement: str) -> bool:
    return "stdin" in _words(statement)


def _first_line(text: str) -> str:
    return excerpt(text.splitlines()[0])


def with_placeholders(text: str, values: Mapping[str, str]) -> str:
    """The text with ``${name}`` replaced, where it is known; names in any case."""
    if "${" not in text:
        return text
    lower = {name.lower(): value for name, value in values.items()}
    return re.sub(
        r"\$\{([^}\s]+)\}",
        lambda found: lower.get(found[1].lower(), found[0]),
        text,
    )

"""Where a target makes or changes each of its objects: the file and the line.

Read from the words of its statements: a person who has to mend an object wants to know where it
stands in their own files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.sql.split import Token, tokens
from vrss_contract.target import Rename, Statement, Target

_PASSED = frozenset(
    {
        *("or", "replace", "unique", "constraint", "temp", "temporary", "unlogged", "global"),
        *("local", "concurrently", "if", "not", "exists", "only", "materialized", "recursive"),
    }
)
"""Words between what a statement does and the name it does it to."""
_MADE = frozenset(
    {
        *("table", "index", "type", "domain", "sequence", "view", "function", "procedure"),
        *("trigger", "schema", "extension", "policy", "rule"),
    }
)
_UNNAMED = frozenset({"primary", "unique", "check", "foreign", "exclude", "like"})
"""What an item of CREATE TABLE begins with that is no column's name."""
_OPENS, _CLOSES = frozenset("(["), frozenset(")]")


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A file, and a line of it."""

    file: str
    line: int

    def __str__(self) -> str:
        """As editors and terminals have it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class TargetLines:
    """The places of a target's objects, by their names: ``t``, ``t.column``, ``index_name``."""

    by_name: Mapping[str, TargetLine]

    @classmethod
    def of(cls, target: Target) -> TargetLines:
        """Those that the target's statements name; of several, the last that changes it."""
        found: dict[str, TargetLine] = {}
        for step in target.steps:
            for name, line in _named(step):
                found[name] = TargetLine(step.file or target.name, line)
        return cls(_by_contract(found, target.renames))

    def find(self, names: Sequence[str]) -> TargetLine | None:
        """The place of the first that is known; else of the table that one is a part of."""
        for name in names:
            if place := self.by_name.get(name):
                return place
        return next(filter(None, map(self._of_table, names)), None)

    def _of_table(self, name: str) -> TargetLine | None:
        """The table of a column, or of a constraint or index that bears the table's name."""
        table, dot, _ = name.partition(".")
        if dot:
            return self.by_name.get(table)
        parts = name.split("_")
        longest_first = ("_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
        return next(filter(None, map(self.by_name.get, longest_first)), None)


def _by_contract(
    found: Mapping[str, TargetLine], renames: Sequence[Rename]
) -> Mapping[str, TargetLine]:
    """The places by the names that were found for the target, beside its own."""
    called = {one.found: one.wanted for one in renames if not one.table}
    columns = {(one.table, one.found): one.wanted for one in renames if one.table}
    known = dict(found)
    for name, place in found.items():
        table, _, column = name.partition(".")
        table = called.get(table, table)
        column = columns.get((table, column), column)
        known[f"{table}.{column}" if column else table] = place
    return known


def _named(step: Statement) -> Iterator[tuple[str, int]]:
    """The names that a statement makes or changes, with their lines."""
    words = [token for token in tokens(step.sql) if not token.silent]
    if not words:
        return
    reading = _Reading(step, words)
    verb = reading.word()
    if verb == "create":
        yield from _created(reading)
    elif verb == "alter":
        yield from _altered(reading)


@dataclass(slots=True)
class _Reading:
    """A statement's words, and how far they are read."""

    step: Statement
    words: Sequence[Token]
    place: int = 0

    def peek(self, ahead: int = 0) -> str:
        """The word that comes, in lower case; nothing at the end."""
        at = self.place + ahead
        return self.words[at].text.lower() if at < len(self.words) else ""

    def word(self) -> str:
        """The word that comes, which is read with that."""
        found = self.peek()
        self.place += 1
        return found

    def skip(self, *words: str) -> None:
        """Read on as long as one of these comes."""
        while self.peek() in (words or _PASSED):
            self.place += 1

    @property
    def line(self) -> int:
        """The line of the word that comes."""
        start = self.words[min(self.place, len(self.words) - 1)].start
        return self.step.line + self.step.sql.count("\n", 0, start)

    def name(self) -> str:
        """The name that comes, without its schema."""
        found = ""
        while self.place < len(self.words):
            token = self.words[self.place]
            self.place += 1
            found = (
                token.text[1:-1].replace('""', '"') if token.text[0] == '"' else token.text.lower()
            )
            if self.peek() != ".":
                break
            self.place += 1
        return found


def _created(reading: _Reading) -> Iterator[tuple[str, int]]:
    line = reading.line
    reading.skip()
    kind = reading.word()
    if kind not in _MADE:
        return
    reading.skip()
    if kind == "index" and reading.peek() == "on":
        return
    name = reading.name()
    yield name, line
    if kind == "table":
        yield from _items(name, reading)


def _items(table: str, reading: _Reading) -> Iterator[tuple[str, int]]:
    """The columns and named constraints between a table's parentheses."""
    depth, first = 0, False
    while reading.place < len(reading.words):
        text = reading.peek()
        if text in _OPENS:
            depth += 1
            first = first or depth == 1
        elif text in _CLOSES:
            depth -= 1
            if depth <= 0:
                return
        elif text == "," and depth == 1:
            first = True
        elif text == "constraint" and depth == 1:
            reading.place += 1
            line = reading.line
            yield reading.name(), line
            first = False
            continue
        elif first:
            line, first = reading.line, False
            if text not in _UNNAMED:
                yield f"{table}.{reading.name()}", line
                continue
        reading.place += 1


def _altered(reading: _Reading) -> Iterator[tuple[str, int]]:
    kind = reading.word()
    reading.skip()
    name = reading.name()
    if kind == "table":
        yield from _actions(name, reading)
    elif reading.peek() == "rename" and reading.peek(1) == "to":
        reading.place += 2
        line = reading.line
        yield reading.name(), line


def _actions(table: str, reading: _Reading) -> Iterator[tuple[str, int]]:
    """What the actions of ALTER TABLE add, change or rename."""
    while action := reading.word():
        line = reading.line
        if action in {"add", "alter", "rename"}:
            reading.skip("column", "if", "not", "exists")
            if reading.peek() == "constraint":
                reading.place += 1
                yield reading.name(), line
            elif reading.peek() not in _UNNAMED:
                column = reading.name()
                if action == "rename" and reading.peek() == "to":
                    reading.place += 1
                    column = reading.name()
                yield f"{table}.{column}", line
        depth = 0
        while reading.peek() and (depth or reading.peek() != ","):
            depth += (reading.peek() in _OPENS) - (reading.peek() in _CLOSES)
            reading.place += 1
        reading.place += 1

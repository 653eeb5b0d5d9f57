"""A target as the migrations that make it: one after the other, with their ways back.

Which of a tool's migrations are one transaction is what its documentation says of it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vrss_contract.target import Statement, dsn, read, sqlfile
from vrss_contract.target.layouts import liquibase, recognise
from vrss_contract.target.script import ScriptReader, SqlScript

_ONE = frozenset({"Drizzle", "Liquibase", "goose", "sql-migrate", "dbmate", "node-pg-migrate"})
"""Tools that begin a transaction for each migration."""
_SENT_AT_ONCE = frozenset({"Prisma", "Supabase", "golang-migrate", "Flyway"})
"""Tools that send a script as it is, which makes one transaction of several statements; Flyway
begins one unless the only statement can't be in it."""
_ALONE = re.compile(
    r"--\s*\+goose\s+no\s+transaction\b|--\s*\+migrate\s+up\s+notransaction\b"
    r"|--\s*migrate:up\s+.*\btransaction:false\b|^\s*--\s*changeset\b.*\brunInTransaction:false\b",
    re.IGNORECASE | re.MULTILINE,
)
"""What a script says where its tool is to begin no transaction."""
_BEGINS = re.compile(r"(begin|start\s+transaction)\b", re.IGNORECASE)
_OF_CHANGE_SETS = "Liquibase"
_TOLD_BY_THEIR_FOLDER = "migration.sql"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema's history."""

    name: str
    steps: tuple[Statement, ...]
    together: bool = False
    """Whether its tool runs it in one transaction; else each statement is its own, unless the
    script begins one."""
    back: tuple[Statement, ...] = ()
    """What takes it back; nothing where it has no way back."""


@dataclass(frozen=True, slots=True)
class Migrations:
    """All of them, in their order."""

    name: str
    """As people call them: a folder, or a file."""
    each: tuple[Migration, ...]
    tool: str = ""
    """Whose layout it is; nothing for files of no tool."""
    notes: tuple[str, ...] = ()

    def since(self, name: str) -> tuple[tuple[Migration, ...], tuple[Migration, ...]]:
        """Those up to the one of that name, and those after it; KeyError where there is none."""
        names = [one.name for one in self.each]
        if name not in names:
            raise KeyError(name)
        first = names.index(name) + 1
        return self.each[:first], self.each[first:]


def of_words(words: Sequence[str]) -> Migrations:
    """The migrations that the words of a command line name, as a target's are.

    Raises:
        TroubleError: a word names nothing that can be read, or a DSN.
    """
    parts = [_of_word(word) for word in words]
    if len(parts) == 1:
        return parts[0]
    name = ", ".join(part.name for part in parts)
    each = tuple(one for part in parts for one in part.each)
    return Migrations(name, each, notes=tuple(note for part in parts for note in part.notes))


def _of_word(word: str) -> Migrations:
    dsn.refuse(word)
    if word == read.STANDARD_INPUT:
        return _of_target(word)
    if not (found := read.in_commit(word)):
        return _of_path(Path(word))
    known, place = found
    with tempfile.TemporaryDirectory(prefix="contract-target-") as folder:
        known.extract(place, Path(folder))
        return _moved(_of_path(Path(folder) / place), f"{folder}/", f"{place} of {known.label}")


def _moved(found: Migrations, top: str, name: str) -> Migrations:
    def at_home(steps: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(replace(step, file=step.file.replace(top, "")) for step in steps)

    each = (replace(one, steps=at_home(one.steps), back=at_home(one.back)) for one in found.each)
    notes = tuple(note.replace(top, "") for note in found.notes)
    return replace(found, name=name, each=tuple(each), notes=notes)


def _of_path(path: Path) -> Migrations:
    return _of_folder(path) if path.is_dir() else _of_target(str(path))


def _of_target(word: str) -> Migrations:
    """A script: each of its phases is a migration, or all of it is one."""
    target = read.read([word])
    steps = tuple(replace(step, file=step.file or target.name) for step in target.steps)
    first = min((step.phase for step in steps if step.phase), default=0)
    phases = dict.fromkeys(step.phase or first for step in steps)
    each = tuple(
        Migration(
            f"phase {phase}" if phase else Path(target.name).stem,
            tuple(step for step in steps if (step.phase or first) == phase),
        )
        for phase in phases
    )
    return Migrations(target.name, each, notes=target.notes)


def _of_folder(folder: Path) -> Migrations:
    tool, home, found = recognise.recognised(folder)
    reader = ScriptReader(sqlfile.text)
    paths = found.files if not found.whole else (Path(tool),)
    each: list[Migration] = []
    for path, script in zip(paths, recognise.scripts(found, tool), strict=True):
        way = found.back.get(path)
        back = SqlScript(sqlfile.text(way), str(way), way.parent) if way else None
        for name, part, down in _parts(tool, path, script, back):
            steps, below = _read(reader, part)
            taken = _read(reader, down)[0] if down else below
            if steps:
                together = _together(tool, part.text, steps)
                each.append(Migration(name, steps, together=together, back=taken))
    notes = tuple(recognise.told(tool, home if home != folder else None, found).splitlines())
    return Migrations(str(folder), tuple(each), tool, notes)


def _parts(
    tool: str, path: Path, script: SqlScript, back: SqlScript | None
) -> Iterator[tuple[str, SqlScript, SqlScript | None]]:
    """The name, the way forth and the way back of each migration of a file: one, or changesets."""
    if tool != _OF_CHANGE_SETS:
        yield _name(path), script, back
        return
    for one in liquibase.change_sets(script.text):
        down = replace(script, text=one.back) if one.back.strip() else None
        yield "::".join(filter(None, (_name(path), one.name))), replace(script, text=one.text), down


def _read(
    reader: ScriptReader, script: SqlScript
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements of one script, and those of its way back."""
    steps, back = len(reader.steps), len(reader.back)
    reader.read(script)
    return tuple(reader.steps[steps:]), tuple(reader.back[back:])


def _name(path: Path) -> str:
    if path.name == _TOLD_BY_THEIR_FOLDER:
        return path.parent.name
    return path.name.removesuffix(".sql").removesuffix(".up")


def _together(tool: str, text: str, steps: Sequence[Statement]) -> bool:
    if any(_begins(steps)) or _ALONE.search(text):
        return False
    return tool in _ONE or (tool in _SENT_AT_ONCE and len(steps) > 1)


def _begins(steps: Sequence[Statement]) -> Iterator[bool]:
    return (bool(_BEGINS.match(step.sql)) for step in steps)

"""Which tool a folder's migrations are of, and the target that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vrss_contract.target import Target, sqlfile
from vrss_contract.target.errors import NO_STATEMENT, SEVERAL_LAYOUTS, UNKNOWN_LAYOUT
from vrss_contract.target.layouts import (
    Found,
    counted,
    drizzle,
    flyway,
    liquibase,
    marked,
    numbered,
    prisma,
    rails,
    rendered,
    sqitch,
    supabase,
    up_and_down,
)
from vrss_contract.target.script import ScriptReader, SqlScript, with_placeholders

LAYOUTS: Mapping[str, Callable[[Path], Found | None]] = {
    "Sqitch": sqitch.find,
    "Prisma": prisma.find,
    "Drizzle": drizzle.find,
    "Supabase": supabase.find,
    "Alembic": rendered.alembic,
    "Django": rendered.django,
    "Rails": rails.find,
    "Liquibase": liquibase.find,
    "Flyway": flyway.find,
    "goose": marked.goose,
    "sql-migrate": marked.sql_migrate,
    "dbmate": marked.dbmate,
    "node-pg-migrate": marked.node_pg_migrate,
    "golang-migrate": up_and_down.find,
    "numbered files": numbered.find,
}
"""What finds the files of each tool; the first that finds any is taken."""
_WITHIN = (
    *("prisma/migrations", "migrations", "drizzle", "supabase", "db/migrations", "db/migration"),
    *("src/main/resources/db/migration", "src/main/resources/db/changelog", "db/changelog", "sql"),
)
"""Where in a project its tools have their migrations."""
_NO_NAME_OF_A_TOOL = "numbered files"


def read(folder: Path) -> Target:
    """The target that the folder's migrations make.

    Raises:
        TroubleError: no layout is known, or more than one; or a file can't be read.
    """
    name, home, found = recognised(folder)
    reader = ScriptReader(sqlfile.text)
    for script in scripts(found, name):
        reader.read(script)
    if not reader.steps:
        raise NO_STATEMENT(path=home)
    said = told(name, home if home != folder else None, found)
    return Target(str(folder), tuple(reader.steps), notes=(said, *found.notes, *reader.notes))


def scripts(found: Found, name: str) -> Iterator[SqlScript]:
    """What the tool would run, in its order. Raises TroubleError where a file can't be read."""
    if found.whole:
        yield SqlScript(found.whole, f"the SQL that {name} makes")
        return
    texts = found.texts or tuple(sqlfile.text(path) for path in found.files)
    for path, text in zip(found.files, texts, strict=True):
        yield SqlScript(with_placeholders(text, found.values), str(path), path.parent)


def told(name: str, home: Path | None, found: Found) -> str:
    """What a folder was taken for."""
    many = counted(len(found.files), found.what)
    layout = "" if name == _NO_NAME_OF_A_TOOL else f", {name}'s layout"
    return f"{many}{layout}" + (f", in {home}" if home else "")


def recognised(folder: Path) -> tuple[str, Path, Found]:
    """The layout's name, the folder that it is in, and what it finds there.

    Raises:
        TroubleError: no layout is known, or more than one.
    """
    tried = list(_found(folder))
    if not tried:
        tried = [one for place in _WITHIN for one in _found(folder / place)]
    if not tried:
        raise UNKNOWN_LAYOUT(path=folder, known=[*LAYOUTS])
    if len(tried) > 1:
        places = [f"{name} in {home}" for name, home, _ in tried]
        raise SEVERAL_LAYOUTS(path=folder, places=places)
    return tried[0]


def _found(folder: Path) -> Iterator[tuple[str, Path, Found]]:
    """What the first layout finds that finds any."""
    if not folder.is_dir():
        return
    for name, find in LAYOUTS.items():
        if found := find(folder):
            yield name, folder, found
            return

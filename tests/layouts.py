"""Folders in the layouts of migration tools, written from the parts of a schema.

Each writer puts the parts into the folder as its tool would have them, with a way back where the
tool has one, and is free to add what a person's folder has and what is no part of the schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

Writer = Callable[[Path, Sequence[str]], None]
_BACK = "DROP TABLE everything;"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _prisma(folder: Path, parts: Sequence[str]) -> None:
    _write(folder / "migration_lock.toml", 'provider = "postgresql"\n')
    for number, part in enumerate(parts):
        _write(folder / f"2025010100000{number}_part" / "migration.sql", part)


def _flyway(folder: Path, parts: Sequence[str]) -> None:
    *before, last = parts
    for number, part in enumerate(before, start=8):
        _write(folder / "sql" / f"V1.{number}__part.sql", part)
        _write(folder / "sql" / f"U1.{number}__part.sql", _BACK)
    _write(folder / "sql" / "R__last.sql", last)
    _write(folder / "sql" / "afterMigrate.sql", "ANALYZE;")


def _golang_migrate(folder: Path, parts: Sequence[str]) -> None:
    for number, part in enumerate(parts, start=8):
        _write(folder / f"{number}_part.up.sql", part)
        _write(folder / f"{number}_part.down.sql", _BACK)


def _marked(up: str, down: str) -> Writer:
    def write(folder: Path, parts: Sequence[str]) -> None:
        for number, part in enumerate(parts, start=8):
            _write(folder / f"{number:014}_part.sql", f"{up}\n{part}\n{down}\n{_BACK}\n")

    return write


def _sqitch(folder: Path, parts: Sequence[str]) -> None:
    plan = ["%syntax-version=1.0.0", "%project=app", ""]
    for number, part in enumerate(parts):
        name = f"z{9 - number}"  # the plan says the order, and not the names
        plan += [f"{name} 2025-01-01T00:00:00Z A <a@example.org> # {number}", f"@v{number}"]
        _write(folder / "deploy" / f"{name}.sql", f"BEGIN;\n{part}\nCOMMIT;\n")
        _write(folder / "revert" / f"{name}.sql", _BACK)
        _write(folder / "verify" / f"{name}.sql", "SELECT 1/0;")
    _write(folder / "sqitch.plan", "\n".join(plan))


def _liquibase(folder: Path, parts: Sequence[str]) -> None:
    includes = []
    for number, part in enumerate(parts):
        name = f"changes/z{9 - number}.sql"
        includes.append(f'<include file="{name}" relativeToChangelogFile="true"/>')
        lines = ["--liquibase formatted sql", f"--changeset a:{number}", part]
        lines += [f"--rollback {_BACK}", f"--changeset a:m{number} dbms:mysql", _BACK]
        _write(folder / name, "\n".join(lines))
    log = f'<databaseChangeLog xmlns="x">{"".join(includes)}</databaseChangeLog>'
    _write(folder / "db.changelog-master.xml", log)


def _rails(folder: Path, parts: Sequence[str]) -> None:
    _write(folder / "db" / "structure.sql", "\n".join(parts))


def _drizzle(folder: Path, parts: Sequence[str]) -> None:
    tags = [f"{9 - number:04}_part" for number in range(len(parts))]
    for tag, part in zip(tags, parts, strict=True):
        _write(folder / f"{tag}.sql", f"{part}\n--> statement-breakpoint\n")
    entries = [{"idx": number, "tag": tag} for number, tag in enumerate(tags)]
    journal = {"dialect": "postgresql", "entries": entries[::-1]}
    _write(folder / "meta" / "_journal.json", json.dumps(journal))


def _supabase(folder: Path, parts: Sequence[str]) -> None:
    _write(folder / "config.toml", 'project_id = "app"\n')
    _write(folder / "seed.sql", _BACK)
    for number, part in enumerate(parts):
        _write(folder / "migrations" / f"2025010100000{number}_part.sql", part)


def _numbered(folder: Path, parts: Sequence[str]) -> None:
    for number, part in enumerate(parts, start=8):
        _write(folder / f"{number}-part.sql", part)


WRITERS: dict[str, Writer] = {
    "Prisma": _prisma,
    "Flyway": _flyway,
    "golang-migrate": _golang_migrate,
    "goose": _marked("-- +goose Up", "-- +goose Down"),
    "sql-migrate": _marked("-- +migrate Up", "-- +migrate Down"),
    "dbmate": _marked("-- migrate:up", "-- migrate:down"),
    "node-pg-migrate": _marked("-- Up Migration", "-- Down Migration"),
    "Sqitch": _sqitch,
    "Liquibase": _liquibase,
    "Rails": _rails,
    "Drizzle": _drizzle,
    "Supabase": _supabase,
    "numbered files": _numbered,
}
"""What writes each layout, by the name that the target's note has."""

"""What came of migrations, as values: who finds it and who tells it agree on these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["hazard", "note"]


@dataclass(frozen=True, slots=True)
class LockHeld:
    """A lock on a table that was there before the migration."""

    table: str
    mode: str
    """As SQL spells it: ``ACCESS EXCLUSIVE``."""
    ms: float
    """From the statement that asked for it to the end of its transaction."""
    rows: int
    blocked: tuple[str, ...] = ()
    """Who was seen to wait for it: ``writer``, ``reader``."""
    passed: tuple[str, ...] = ()
    """Who was seen not to wait, though it was held."""


@dataclass(frozen=True, slots=True)
class MigrationFinding:
    """Something that a migration did, and what a person should do about it."""

    code: str
    level: Level
    migration: str
    file: str
    line: int
    table: str
    """What it befell, or nothing."""
    seen: str
    """What happened here: the lock, the time, the rows."""
    why: str
    """Why it matters where the table is large."""
    instead: str
    """What to write instead."""
    lock: LockHeld | None = None


@dataclass(frozen=True, slots=True)
class LinterFinding:
    """What a linter says of a migration's text, which nobody ran."""

    rule: str
    line: int
    says: str
    seen: str
    """The code of what was seen at that statement; nothing where nothing was."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """One migration, and what came of it."""

    name: str
    file: str
    statements: int
    ms: float
    together: bool
    """Whether it is one transaction."""
    back: str
    """What became of the way back: ``same``, ``differs``, ``fails`` or ``none``."""
    locks: tuple[LockHeld, ...] = ()
    rewritten: tuple[str, ...] = ()
    scanned: tuple[str, ...] = ()
    """Tables all of whose rows were written anew or read."""
    findings: tuple[MigrationFinding, ...] = ()
    linter: tuple[LinterFinding, ...] = ()
    failed: str = ""
    """What the server said where it failed on a full database."""


@dataclass(frozen=True, slots=True)
class MigrationsReport:
    """All migrations."""

    name: str
    tool: str
    profile: str
    server: str
    each: tuple[MigrationReport, ...]
    notes: tuple[str, ...] = ()
    findings: tuple[MigrationFinding, ...] = ()
    """Those that are about no migration alone."""
    stopped: str = ""
    """Why those after the last one were not checked; nothing where all were."""

    @property
    def all_findings(self) -> tuple[MigrationFinding, ...]:
        """In the order of the migrations."""
        return (*(one for each in self.each for one in each.findings), *self.findings)

    @property
    def hazards(self) -> tuple[MigrationFinding, ...]:
        """Those that a gate should stop."""
        return tuple(one for one in self.all_findings if one.level == "hazard")

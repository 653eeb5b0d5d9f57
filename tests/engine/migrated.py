"""A report of migrations, as values."""

from __future__ import annotations

from vrss_contract.migrating.findings import (
    LinterFinding,
    LockHeld,
    MigrationReport,
    MigrationsReport,
)
from vrss_contract.migrating.hazards import finding


def migrated(name: str = "a") -> MigrationsReport:
    """One migration with a hazard, and a note on all."""
    lock = LockHeld(name, "ACCESS EXCLUSIVE", 12.5, 300, ("writer", "reader"))
    rewrite = finding(
        "rewrite",
        name,
        (f"{name}.sql", 3),
        seen="300 rows were written anew",
        table=name,
        lock=lock,
    )
    waits = finding("no-lock-timeout", "", (f"{name}.sql", 3), seen=f"{name} waits")
    linter = (LinterFinding("adding-field-with-default", 3, name, "rewrite"),)
    together = False
    one = MigrationReport(
        name, f"{name}.sql", 1, 12.5, together, "same", (lock,), (name,), (), (rewrite,), linter
    )
    return MigrationsReport(name, "Prisma", "dev", "a server", (one,), (name,), (waits,))

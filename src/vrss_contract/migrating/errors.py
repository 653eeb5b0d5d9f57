"""What can keep migrations from being checked."""

from __future__ import annotations

from vrss_contract.errors import Misuse, Trouble

NO_SUCH_MIGRATION = Misuse(
    "no-such-migration",
    "A migration is named that the folder does not have.",
    says="{target} has no migration {name!r}",
    tried="to begin after the migration {name!r}",
    found="these: {known}",
    do="name one of them, as it is written above",
)
MIGRATION_FAILED = Trouble(
    "migration-failed",
    "A migration fails, on empty tables too.",
    says="{place} does not run",
    tried="{statement}",
    found="{reason}",
    do="mend the statement; what comes after it can't be checked before it runs",
)

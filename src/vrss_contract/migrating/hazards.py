"""From what was seen to findings. Pure: nothing is asked of a server here.

A hazard is work on all rows of a table that was there before, under a lock that stops others; what
is created in the same migration, or has no row, is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.migrating.advice import ADVICE
from vrss_contract.migrating.applied import UNTOLD, Applied, Transaction
from vrss_contract.migrating.findings import LockHeld, MigrationFinding
from vrss_contract.migrating.sight import (
    STOPS_READERS,
    STOPS_WRITERS,
    Sight,
    mode_words,
)
from vrss_contract.migrating.work import (
    SCAN,
    Tables,
    TableWork,
    read_whole,
    rewritten,
    updated_whole,
    works,
)
from vrss_contract.target.migrations import Migration

_OFF = "0"


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """What a migration did, as findings and as figures."""

    findings: tuple[MigrationFinding, ...]
    locks: tuple[LockHeld, ...]
    rewritten: tuple[str, ...]
    scanned: tuple[str, ...]
    quick: bool
    """Whether it took a lock that stops readers, and had no lock_timeout."""


def findings(migration: Migration, applied: Applied, tables: Tables) -> WorkSeen:
    """What is to be told of a migration that ran."""
    found: list[MigrationFinding] = []
    held: list[LockHeld] = []
    for transaction in applied.transactions:
        of_one = _Judged(migration, transaction, tables)
        found += of_one.findings()
        held += (*of_one.locks.values(), *of_one.harmless())
    sights = [sight for one in applied.transactions for sight in one.sights]
    full = {oid: table for oid, table in tables.items() if table.rows}
    return WorkSeen(
        tuple(found),
        _strongest(held),
        tuple(t.name for oid, t in full.items() if any(rewritten(s, oid) for s in sights)),
        tuple(t.name for oid, t in full.items() if any(read_whole(s, t) for s in sights)),
        any(_waits_long(sight, full) for sight in sights),
    )


def held_locks(transaction: Transaction, tables: Tables) -> tuple[LockHeld, ...]:
    """The locks of one transaction that stop writers."""
    return tuple(_Held(transaction, tables).locks.values())


def finding(  # noqa: PLR0913 - one value for each field of a finding
    code: str,
    migration: str,
    place: tuple[str, int],
    *,
    seen: str,
    table: str = "",
    column: str = "",
    lock: LockHeld | None = None,
    **words: str,
) -> MigrationFinding:
    """A finding with the words that go with its code."""
    advice = ADVICE[code]
    filled = {"table": table or "…", "column": column or "…", **words}
    return MigrationFinding(
        code,
        advice.level,
        migration,
        *place,
        table,
        seen,
        advice.why.format(**filled),
        advice.instead.format(**filled),
        lock,
    )


class _Held:
    """The locks of one transaction."""

    def __init__(self, transaction: Transaction, tables: Tables) -> None:
        self._transaction, self._tables = transaction, tables
        self._sights = transaction.sights
        self.locks = {oid: self._lock(oid) for oid in tables if self._first(oid) is not None}
        """Those that stop writers, by the table."""

    def _first(self, oid: int) -> int | None:
        """The place of the statement from which on others are stopped."""
        places = enumerate(self._sights)
        return next((i for i, s in places if s.locks.get(oid, 0) >= STOPS_WRITERS), None)

    def harmless(self) -> Iterator[LockHeld]:
        """Those beside which a writer was seen to write."""
        for sight in self._sights:
            for oid in sight.passed:
                if oid not in self.locks:
                    yield self._lock(oid)

    def _lock(self, oid: int) -> LockHeld:
        first = self._first(oid) or 0
        late = self._sights[first:]
        seconds = sum(sight.seconds for sight in late) + self._transaction.ending
        table = self._tables[oid]
        return LockHeld(
            table.name,
            mode_words(max(sight.locks.get(oid, 0) for sight in late)),
            seconds * 1000,
            table.rows,
            _who(sight.blocked.get(oid, set()) for sight in late),
            _who(sight.passed.get(oid, set()) for sight in late),
        )


class _Judged(_Held):
    """What is to be told of one transaction."""

    def __init__(self, migration: Migration, transaction: Transaction, tables: Tables) -> None:
        super().__init__(transaction, tables)
        self._migration = migration

    def findings(self) -> Iterator[MigrationFinding]:
        """All that it did."""
        for sight in self._sights:
            for work in works(sight, self._tables):
                if not self._queued(work, sight):
                    yield self._told(work, sight)
            yield from self._timeout(sight)
            yield from self._backfill(sight)
        yield from self._queue()

    def _told(self, work: TableWork, sight: Sight) -> MigrationFinding:
        lock, table = self.locks.get(work.oid), self._tables[work.oid]
        return finding(
            work.code,
            self._migration.name,
            (sight.file, sight.line),
            seen=f"{work.what}; {lock_words(lock)}" if lock else work.what,
            table=table.name,
            column=work.column,
            lock=lock,
        )

    def _queued(self, work: TableWork, sight: Sight) -> bool:
        """Whether it is told of the lock of an earlier statement, under which it was done."""
        strong = sight.locks.get(work.oid, 0) >= STOPS_READERS
        return work.code == SCAN and strong and self._began(work.oid, sight)

    def _backfill(self, sight: Sight) -> Iterator[MigrationFinding]:
        """All rows changed at once; under a lock on the table it is told as one of these."""
        for oid, table in self._tables.items():
            count = updated_whole(sight, table)
            if count and oid not in self.locks:
                waited = "; a writer of one waited" if sight.blocked.get(oid) else ""
                yield finding(
                    "backfill",
                    self._migration.name,
                    (sight.file, sight.line),
                    seen=f"{count:,} rows were changed in one transaction{waited}",
                    table=table.name,
                )

    def _timeout(self, sight: Sight) -> Iterator[MigrationFinding]:
        """A lock for its own sake, or one with the timeout switched off."""
        off = sight.after.lock_timeout == _OFF
        explicit = sight.sql[:4].lower() == "lock" and "nowait" not in sight.sql.lower()
        if not (off or (explicit and sight.after.lock_timeout == UNTOLD)):
            return
        for oid, lock in self.locks.items():
            strong = STOPS_WRITERS if explicit else STOPS_READERS
            if sight.locks.get(oid, 0) < strong or not lock.rows or self._began(oid, sight):
                continue
            how = "lock_timeout is 0" if off else "no lock_timeout is set"
            if sight.queued:
                how += ", and it waited for a writer who was there first, as one did who came later"
            yield finding(
                "timeout",
                self._migration.name,
                (sight.file, sight.line),
                seen=f"{how}; {lock_words(lock)}",
                table=lock.table,
                lock=lock,
            )

    def _began(self, oid: int, sight: Sight) -> bool:
        """Whether the lock is one of an earlier statement."""
        first = self._first(oid)
        return first is not None and self._sights[first] is not sight

    def _queue(self) -> Iterator[MigrationFinding]:
        """Locks that stop readers, kept while something else is done."""
        strong: dict[int, int] = {}
        for place, sight in enumerate(self._sights):
            kept = {oid for oid, first in strong.items() if first < place}
            for oid in sorted(kept):
                if what := _goes_on(sight, oid, strong, self._tables):
                    lock = self.locks[oid]
                    yield finding(
                        "lock-queue",
                        self._migration.name,
                        (sight.file, sight.line),
                        seen=f"{lock_words(lock)}, and meanwhile {what}",
                        table=lock.table,
                        lock=lock,
                    )
                    return
            for oid, mode in sight.locks.items():
                if mode >= STOPS_READERS and self._tables[oid].rows:
                    strong.setdefault(oid, place)


def _goes_on(sight: Sight, kept: int, strong: Mapping[int, int], tables: Tables) -> str:
    """What a statement does while a lock on another table, or of an earlier statement, is kept."""
    for oid, table in tables.items():
        if not table.rows:
            continue
        if oid not in strong and sight.locks.get(oid, 0) >= STOPS_READERS:
            return f"{table.name} is locked as well"
        written = sum(sight.counted(oid, what) for what in ("inserted", "updated", "deleted"))
        if written >= table.rows:
            return f"{written:,} rows of {table.name} are written"
        if read_whole(sight, table) and (oid != kept or _only_read(sight, tables)):
            return f"all {table.rows:,} rows of {table.name} are read"
    return ""


def _only_read(sight: Sight, tables: Tables) -> bool:
    return all(work.code == SCAN for work in works(sight, tables))


def _waits_long(sight: Sight, tables: Tables) -> bool:
    untold = sight.after.lock_timeout == UNTOLD
    return untold and any(sight.locks.get(oid, 0) >= STOPS_READERS for oid in tables)


def lock_words(lock: LockHeld) -> str:
    """A lock as people read it."""
    who = " and ".join(f"a {one}" for one in lock.blocked)
    waited = f"; {who} waited for it" if who else ""
    return f"{lock.mode} on {lock.table} for {lock.ms:.1f} ms{waited}"


def _who(each: Iterable[set[str]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*each), reverse=True))


def _strongest(held: Sequence[LockHeld]) -> tuple[LockHeld, ...]:
    """The longest of the locks on each table and in each mode."""
    found: dict[tuple[str, str], LockHeld] = {}
    for one in held:
        key = (one.table, one.mode)
        if key not in found or found[key].ms < one.ms:
            found[key] = one
    return tuple(found.values())

"""Migrations one after the other, on a database that is full as far as it can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.migrating import linter, rows, ways_back
from vrss_contract.migrating.applied import Application, Applied, Refused
from vrss_contract.migrating.bystander import Bystanders
from vrss_contract.migrating.contents import Contents, Loss, contents, lost, wants_rows
from vrss_contract.migrating.errors import MIGRATION_FAILED, NO_SUCH_MIGRATION
from vrss_contract.migrating.findings import (
    LockHeld,
    MigrationFinding,
    MigrationReport,
    MigrationsReport,
)
from vrss_contract.migrating.hazards import WorkSeen, finding, findings, lock_words
from vrss_contract.migrating.refusals import refused
from vrss_contract.migrating.steps import failure
from vrss_contract.migrating.work import Tables
from vrss_contract.postgres import Server
from vrss_contract.target import Statement, Target, sqlfile
from vrss_contract.target.errors import excerpt
from vrss_contract.target.migrations import Migration, Migrations

_PATIENCE = 600.0
"""Seconds that one statement may take that puts rows in; those of migrations have their own."""


@dataclass(frozen=True, slots=True)
class MigrationCheck:
    """What is to be checked, and where."""

    contract: Contract
    migrations: Migrations
    server: Server
    profile: str
    timeout: float
    base: Target | None = None
    """The schema that is there before the first one."""
    since: str = ""
    """The last migration that is there already; nothing to check all."""


def check(order: MigrationCheck, doing: Callable[[str], None]) -> MigrationsReport:
    """Run the migrations and tell what each did.

    Args:
        order: what to check.
        doing: told what is done.

    Raises:
        TroubleError: there is no server, no such migration, or one fails on empty tables too.
    """
    with (
        order.server as server,
        Databases(server.access, timeout=_PATIENCE, schemas=order.contract.schemas) as made,
    ):
        return checked(order, made, doing)


def checked(
    order: MigrationCheck, databases: Databases, doing: Callable[[str], None]
) -> MigrationsReport:
    """The same on a server that runs, whose databases have the contract's schemas.

    Raises:
        TroubleError: as ``check``.
    """
    old, new = _divided(order)
    run = _Run(order, databases, doing)
    run.prepare(old)
    each: list[MigrationReport] = []
    stopped: tuple[str, ...] = ()
    for migration in new:
        try:
            each.append(run.one(migration))
        except TroubleError as error:
            if not each or error.trouble is not MIGRATION_FAILED:
                raise
            left = len(new) - len(each)
            stopped = (f"{error}\n{left:,} of {len(new):,} migrations were not checked",)
            break
    return MigrationsReport(
        order.migrations.name,
        order.migrations.tool,
        order.profile,
        databases.access.label,
        tuple(each),
        (*order.migrations.notes, *run.notes()),
        run.in_all,
        "".join(stopped),
    )


def _divided(order: MigrationCheck) -> tuple[Sequence[Migration], Sequence[Migration]]:
    """The migrations that are there already, and those to check."""
    if not order.since:
        return (), order.migrations.each
    try:
        return order.migrations.since(order.since)
    except KeyError:
        known = [one.name for one in order.migrations.each]
        raise NO_SUCH_MIGRATION(
            target=order.migrations.name, name=order.since, known=known
        ) from None


class _Run:
    """One run over all of them."""

    def __init__(
        self, order: MigrationCheck, databases: Databases, doing: Callable[[str], None]
    ) -> None:
        self._order, self._databases, self._doing = order, databases, doing
        self._home = order.contract.schemas[0]
        self._done: list[Migration] = []
        self._linter = linter.program()
        self._quick: list[Migration] = []
        self._tried = False

    def prepare(self, old: Sequence[Migration]) -> None:
        """Make the rows, and the database as it is before the first migration that is checked."""
        contract, profile_ = self._order.contract, self._order.profile
        schema = contract.manifest.required_schema()
        self._doing(f"making the rows of {profile_}")
        target = Target(schema.name, sqlfile.read(schema).steps)
        full = filled(self._databases, target, profile(profile_, contract), contract)
        self._source = rows.RowSource(
            full, {name: one.primary for name, one in contract.tables.items()}
        )
        # They ran elsewhere, in whatever transactions.
        self._done = [replace(one, together=False) for one in old]
        self._database = self._made(self._done)
        self._source.fill(self._database)

    def one(self, migration: Migration) -> MigrationReport:
        """Run one migration, try its way back, and put rows into what it made."""
        self._doing(migration.name)
        back = ways_back.WayBack("none")
        if migration.back:
            self._tried = True
            back = ways_back.tried(migration, self._database, self._databases, self._home)
        before, applied, after = self._applied(migration)
        if applied.refused is None:
            found = self._found(migration, before, applied, after)
            self._done.append(migration)
        else:
            tables = {oid: one.table for oid, one in before.items()}
            found = self._went_on(migration, applied.refused, tables)
        if applied.refused or wants_rows(before, after):
            self._source.fill(self._database)
        told = (*found.findings, *back.findings)
        said_ = linter.asked(self._linter, migration, told) if self._linter else ()
        return MigrationReport(
            migration.name,
            migration.steps[0].file,
            len(migration.steps),
            applied.seconds * 1000,
            migration.together,
            back.word,
            found.locks,
            found.rewritten,
            found.scanned,
            told,
            said_,
            said(applied.refused.error).splitlines()[0] if applied.refused else "",
        )

    def _applied(self, migration: Migration) -> tuple[Contents, Applied, Contents]:
        with (
            self._database.connect() as session,
            self._database.administer() as admin,
        ):
            others = Bystanders(self._database, admin)
            try:
                before = contents(session, self._home)
                tables = {oid: one.table for oid, one in before.items()}
                applied = Application(session, admin, others, tables).run(migration)
            finally:
                others.close()
        with self._database.connect() as session:
            return before, applied, contents(session, self._home)

    def _found(
        self, migration: Migration, before: Contents, applied: Applied, after: Contents
    ) -> WorkSeen:
        seen = findings(migration, applied, {oid: one.table for oid, one in before.items()})
        if seen.quick and not seen.findings:
            self._quick.append(migration)
        gone = tuple(
            _lost(migration, one, next((k for k in seen.locks if k.table == one.table), None))
            for one in lost(before, after)
        )
        return replace(seen, findings=(*seen.findings, *gone))

    def _went_on(self, migration: Migration, failed: Refused, tables: Tables) -> WorkSeen:
        """Tell why it failed, and go on with a database in which it ran on empty tables."""
        told = refused(migration, failed, self._order.migrations.tool, tables)
        if told is None:
            raise _failed(failed.step, failed.error)
        self._databases.drop(self._database)
        alone = replace(migration, together=False)
        self._database = self._made([*self._done, alone])
        self._done.append(alone)
        return WorkSeen((told,), (), (), (), quick=False)

    def _made(self, migrations: Sequence[Migration]) -> Database:
        """A new database with the base and these migrations in it, and no rows."""
        base = self._order.base
        made = self._databases.load(base) if base else self._databases.create()
        database = replace(made, timeout=self._order.timeout)
        for migration in migrations:
            if failed := failure(migration, database):
                raise _failed(*failed)
        return database

    @property
    def in_all(self) -> tuple[MigrationFinding, ...]:
        """What is to be told once, of several migrations."""
        if not self._quick:
            return ()
        names = ", ".join(one.name for one in self._quick[:3])
        more = f" and {len(self._quick) - 3} more" if len(self._quick) > 3 else ""  # noqa: PLR2004
        first = self._quick[0].steps[0]
        seen = f"ACCESS EXCLUSIVE was asked for without a lock_timeout in {names}{more}"
        return (finding("no-lock-timeout", "", (first.file, first.line), seen=seen),)

    def notes(self) -> list[str]:
        """What a reader has to know."""
        told = [*rows.notes(self._source)]
        if not self._tried:
            tool = self._order.migrations.tool or "a plain script"
            told.append(f"no way back was tried: {tool} has none here")
        if not self._linter:
            told.append(linter.ABSENT)
        return told


def _lost(migration: Migration, loss: Loss, lock: LockHeld | None) -> MigrationFinding:
    values = f"values of {loss.table}.{loss.column}"
    what = values if loss.column else f"rows of {loss.table}"
    named = (loss.column or loss.table).rpartition(".")[2]
    step = next((one for one in migration.steps if named in one.sql), migration.steps[0])
    told = f"; {lock_words(lock)}" if lock else ""
    return finding(
        "data-loss",
        migration.name,
        (step.file, step.line),
        seen=f"{loss.count:,} {what} were {loss.where}{told}",
        table=loss.table,
        column=loss.column,
        lock=lock,
    )


def _failed(step: Statement, error: psycopg.Error) -> TroubleError:
    return MIGRATION_FAILED(
        place=f"{step.file}:{step.line}", statement=excerpt(step.sql), reason=said(error)
    )

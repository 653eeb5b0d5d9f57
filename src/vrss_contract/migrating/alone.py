"""Statements that can't be in a transaction, such as CREATE INDEX CONCURRENTLY, and LOCK TABLE.

Nobody can look once they are done. So a writer is put before them, for whom they have to wait: then
they stand still, what they hold or wait for is read, and a second writer shows whether others wait.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.migrating import bystander
from vrss_contract.migrating.bystander import Bystander
from vrss_contract.migrating.sight import Sight, TableFacts, WatchedTable, locks
from vrss_contract.target import Statement


@dataclass(frozen=True, slots=True)
class RunAlone:
    """Runs statements while a writer is in their way."""

    session: psycopg.Connection[Any]
    """The migrating one."""
    admin: psycopg.Connection[Any]
    """Who looks at locks."""
    tables: Mapping[int, WatchedTable]
    """Those that were there before."""

    def run(
        self, step: Statement, before: TableFacts, writers: tuple[Bystander, Bystander]
    ) -> tuple[Sight, psycopg.Error | None]:
        """Run it; returns what was seen, and why it failed if it did.

        Args:
            step: the statement.
            before: what is known of the tables.
            writers: the one who is there first, and the one who comes later.
        """
        front, second = writers
        ours = Bystander(self.session, self.admin)
        sight = Sight(step.sql, step.file, step.line, 0.0, before, before)
        touched = _named(step.sql, self.tables, before)
        if touched:
            front.send("BEGIN; " + "; ".join(bystander.enter(table) for table in touched))
            front.end()
        began = time.perf_counter()
        ours.send(step.sql)
        stands = bool(touched) and ours.waits_for([front.pid])
        seconds = time.perf_counter() - began
        if stands:
            sight.queued = True
            sight.locks = locks(self.admin, ours.pid, [*self.tables])
            table = touched[0]
            second.send(f"BEGIN; {bystander.touch(table)}; ROLLBACK")
            waits = second.waits_for([ours.pid])
            (sight.blocked if waits else sight.passed)[table.oid] = {"writer"}
        front.leave()
        began = time.perf_counter()
        result = ours.end()
        sight.seconds = seconds + time.perf_counter() - began
        failed = result is not None and result.status == psycopg.pq.ExecStatus.FATAL_ERROR
        return sight, psycopg.errors.error_from_result(result) if failed and result else None


def _named(sql: str, tables: Mapping[int, WatchedTable], before: TableFacts) -> list[WatchedTable]:
    """The tables with rows that the statement names, by their own name or by that of an index."""
    words = {word.lower() for word in re.findall(r"\w+", sql)}
    of_indexes = {
        int(one["table"]) for one in before.indexes.values() if str(one["name"]).lower() in words
    }
    return [
        table
        for oid, table in tables.items()
        if table.rows and (oid in of_indexes or _bare(table.name) in words)
    ]


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"').lower()

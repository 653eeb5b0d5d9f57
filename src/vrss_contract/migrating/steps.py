"""Running a migration without looking on."""

from __future__ import annotations

import psycopg
from psycopg.pq import TransactionStatus

from vrss_contract.database.loader import run
from vrss_contract.database.passed_over import PassedOver
from vrss_contract.database.scratch import Database
from vrss_contract.target import Statement
from vrss_contract.target.migrations import Migration


def failure(migration: Migration, database: Database) -> tuple[Statement, psycopg.Error] | None:
    """Run it as its tool would; returns the statement that failed, and why, where one did."""
    passed_over = PassedOver()
    with database.connect() as session:
        if migration.together:
            session.execute("BEGIN")
        for step in migration.steps:
            try:
                with passed_over.try_(session, step):
                    run(session, step)
            except psycopg.Error as error:
                return step, error
        if session.info.transaction_status is not TransactionStatus.IDLE:
            session.execute("COMMIT")
    return None

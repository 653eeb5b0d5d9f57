"""Why each finding matters where a table is large, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vrss_contract.migrating.findings import Level


@dataclass(frozen=True, slots=True)
class Advice:
    """What is said of every finding with that code; ``{table}`` and ``{column}`` are filled in."""

    level: Level
    why: str
    instead: str


ADVICE: Mapping[str, Advice] = MappingProxyType(
    {
        "rewrite": Advice(
            "hazard",
            "every row is written anew while nobody may read or write the table: minutes for"
            " millions of rows, and twice the room on the disk",
            "add the column without a volatile default, set the default for new rows, and fill the"
            " others in batches: ALTER TABLE {table} ADD COLUMN …; ALTER TABLE {table} ALTER COLUMN"
            " … SET DEFAULT …; UPDATE {table} SET … WHERE id BETWEEN … AND …",
        ),
        "type-change": Advice(
            "hazard",
            "every row is written anew, or read, while nobody may read or write the table, and"
            " running programs still expect the old type",
            "add a column of the new type, have writes fill both, copy in batches, switch readers,"
            " and drop the old one in a later migration",
        ),
        "index-without-concurrently": Advice(
            "hazard",
            "no row can be written for as long as the index takes, which grows with the table",
            "CREATE INDEX CONCURRENTLY …, in a migration of its own that is in no transaction; for"
            " a constraint, CREATE UNIQUE INDEX CONCURRENTLY name ON {table} …, and then ALTER"
            " TABLE {table} ADD CONSTRAINT … UNIQUE USING INDEX name",
        ),
        "foreign-key-validated": Advice(
            "hazard",
            "every row is looked up in the other table while nobody may write to either",
            "ALTER TABLE {table} ADD CONSTRAINT … FOREIGN KEY … NOT VALID; then, in another"
            " transaction: ALTER TABLE {table} VALIDATE CONSTRAINT …",
        ),
        "check-validated": Advice(
            "hazard",
            "every row is read while nobody may read or write the table",
            "ALTER TABLE {table} ADD CONSTRAINT … CHECK (…) NOT VALID; then, in another"
            " transaction: ALTER TABLE {table} VALIDATE CONSTRAINT …",
        ),
        "set-not-null": Advice(
            "hazard",
            "every row is read while nobody may read or write the table",
            "ALTER TABLE {table} ADD CONSTRAINT c CHECK ({column} IS NOT NULL) NOT VALID; ALTER"
            " TABLE {table} VALIDATE CONSTRAINT c; ALTER TABLE {table} ALTER COLUMN {column} SET"
            " NOT NULL, which then reads nothing; DROP CONSTRAINT c",
        ),
        "not-null-without-default": Advice(
            "hazard",
            "it fails wherever the table has a row: on an empty database nobody sees it",
            "give it a default (ADD COLUMN … NOT NULL DEFAULT …), or add it without NOT NULL, fill"
            " it in batches, and set NOT NULL by way of a CHECK … NOT VALID",
        ),
        "fails-on-rows": Advice(
            "hazard",
            "it fails on rows that are right today: on an empty database nobody sees it",
            "change the rows before, in batches, in a migration of its own",
        ),
        "enum-label-used": Advice(
            "hazard",
            "a new label may not be used before the transaction that adds it has ended, so the"
            " migration fails wherever its tool begins one",
            "add the label in a migration of its own, and use it in the next one",
        ),
        "in-transaction": Advice(
            "hazard",
            "the statement can't be in a transaction, and {tool} runs this migration in one",
            "put it into a migration of its own{how}",
        ),
        "scan-under-lock": Advice(
            "hazard",
            "all rows are read while others may not write",
            "read them before, in a transaction that holds no lock",
        ),
        "lock-queue": Advice(
            "hazard",
            "a lock is kept while the transaction goes on to other work: who waits for one table"
            " waits for all of it, and two such transactions deadlock",
            "one transaction for each table, the shortest last; never rows and ALTER TABLE in one",
        ),
        "timeout": Advice(
            "hazard",
            "behind one long query the statement waits without an end, and everybody who comes"
            " later waits behind it",
            "SET lock_timeout = '2s' before it, and try again when it fails",
        ),
        "data-loss": Advice(
            "hazard",
            "what is gone can't be had back from the database, and programs of the version before"
            " still ask for it",
            "stop using it first; keep it, renamed or copied, for one release; drop it in a"
            " migration of its own when a backup is there",
        ),
        "back-loses-data": Advice(
            "hazard",
            "whoever goes back in an emergency loses what was there before",
            "write a way back that keeps the rows, or none: then it is plain that there is none",
        ),
        "back-differs": Advice(
            "hazard",
            "after going back the next way forth, and every comparison, starts from another schema",
            "have the way back undo all that the way forth does, in the opposite order",
        ),
        "back-fails": Advice(
            "hazard",
            "who goes back in an emergency is stuck half way",
            "mend it, or leave it out: then it is plain that there is none",
        ),
        "no-lock-timeout": Advice(
            "note",
            "each is over in a moment, but behind one long query it waits, and others behind it",
            "SET lock_timeout = '2s' at the beginning, and try again when it fails",
        ),
        "backfill": Advice(
            "note",
            "each changed row is locked until the transaction ends, and the table grows by as much",
            "UPDATE {table} … WHERE id BETWEEN … AND …, some thousands of rows a transaction",
        ),
    }
)
"""By code."""

"""Rows for tables that the contract has none for: drawn from what the catalog says of them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from vrss_contract.data.dataset import ReferenceRows
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.progress import Meter, unseen
from vrss_contract.data.dataset.rows import write
from vrss_contract.data.dataset.transaction import whole
from vrss_contract.data.generated import types
from vrss_contract.data.generated.dataset import GeneratedDataset
from vrss_contract.database.catalog.read import read, schemas_of
from vrss_contract.database.scratch import Database
from vrss_contract.draft import folder, prove
from vrss_contract.draft.drafting import entries_of
from vrss_contract.errors import TroubleError
from vrss_contract.sql.literal import identifier, named

_ROWS = 200
_TABLES = """
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
"""


@dataclass(slots=True)
class Drawn:
    """Draws rows, and remembers which tables take none."""

    reasons: dict[str, str] = field(default_factory=dict)
    """Why a table got none, by its name."""
    filled: set[str] = field(default_factory=set)
    """Those that got some."""

    def fill(self, goal: Database) -> None:
        """Put rows into the tables of a database that have none; its triggers see them come.

        Raises:
            TroubleError: the session is lost.
        """
        with goal.connect() as session:
            schemas = schemas_of(session)
            empty, full = _divided(session, schemas[:1])
            if empty - self.reasons.keys():
                self.reasons = dict.fromkeys(empty, "nothing is known of it")
                with contextlib.suppress(TroubleError):
                    self._draw(session, schemas, full)

    def _draw(
        self, session: psycopg.Connection[Any], schemas: tuple[str, ...], full: set[str]
    ) -> None:
        entries = entries_of(read(session, schemas))
        manifest = {"name": "migrations", "schemas": list(schemas)}
        contract = prove.contract_of(folder.files(manifest, entries))
        with session.transaction():
            facts = types.read(session, schemas[0])
        dataset = GeneratedDataset(contract, facts, _ROWS)
        dataset.reference = ReferenceRows(tables=tuple(full))
        failing = Failing(session)
        with failing.told(), whole(session, schemas):
            write(session, dataset, Meter(dataset.rows, unseen, bulk=False), failing)
        for one in dataset.tallies.values():
            if one.taken and one.table not in full:
                self.reasons.pop(one.table, None)
                self.filled.add(one.table)
            elif one.table in self.reasons:
                self.reasons[one.table] = one.reason or "every row was refused"


def _divided(session: psycopg.Connection[Any], home: Sequence[str]) -> tuple[set[str], set[str]]:
    """The tables without rows, and those with some, as a drafted contract calls them."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for schema, name in session.execute(_TABLES).fetchall():
        query = f"SELECT EXISTS (SELECT FROM {identifier(schema)}.{identifier(name)})"
        ((some,),) = session.execute(query.encode()).fetchall()
        found[bool(some)].add(named("" if schema in home else schema, name))
    return found[False], found[True]

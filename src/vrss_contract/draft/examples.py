"""Examples by which a table's required rows are taken, found by trying rows on the server.

A row that is refused tells which columns are at fault; those get their next candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

import psycopg

from vrss_contract.contract.entry import Entry as Raw
from vrss_contract.contract.model import Contract, SourceLocation, Table
from vrss_contract.contract.relation_entries import table as table_of
from vrss_contract.database.catalog import facts
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.draft import candidates, types
from vrss_contract.draft.candidates import Candidate
from vrss_contract.draft.refusals import Refusal, refers, refusal_of, spoken_of
from vrss_contract.draft.types import Types

_TRIES = 400
"""Rows tried for one table before it is given up."""
_WIDEST = 200
"""Combinations tried for the columns of one refusal."""
_DEEPEST = 30
"""Candidates tried for one column of several."""
_AUTOMATIC = frozenset(
    {"bigint", "integer", "boolean", "timestamp with time zone", "jsonb", "text"}
)
"""Types for which the row factory has a value of its own."""

Entry = dict[str, Any]
Choice = tuple[Candidate, ...]


@dataclass(slots=True)
class _Search:
    """How far the candidates of one refusal's columns have been gone through."""

    combinations: Iterator[Choice]
    columns: tuple[str, ...]


@dataclass(slots=True)
class Finder:
    """Finds examples for one table after another, parents first."""

    connection: psycopg.Connection[Any]
    catalog: facts.Catalog
    types: Types
    contract: Contract
    refused: dict[str, str] = field(default_factory=dict)
    """Tables of which no row could be made, and what the server said last."""

    def solved(self, entry: Entry) -> Entry:
        """The entry with examples by which rows are taken, or as it was; its rows are made."""
        table = self.catalog.tables[entry["id"]]
        found = self._searched(_begun(entry, table, self.catalog, self.types), table)
        self._adopt(found or entry)
        if found and (rows := Factory(self.contract).baseline().get(table.name)):
            self._keep(rows)
        return found or entry

    def _searched(self, entry: Entry, table: facts.CatalogTable) -> Entry | None:
        searches: dict[tuple[str, ...], _Search] = {}
        for _ in range(_TRIES):
            self._adopt(entry)
            refusal = self._tried(table)
            if refusal is None:
                return entry
            self.refused[table.name] = refusal.message
            columns = refusal.columns
            if not columns:
                return None
            if columns not in searches:
                searches[columns] = _Search(self._combined(table, refusal), columns)
            choice = next(searches[columns].combinations, None)
            if choice is None:
                return None
            entry = _with(entry, dict(zip(columns, choice, strict=True)))
        return None

    def _combined(self, table: facts.CatalogTable, refusal: Refusal) -> Iterator[Choice]:
        lists = [self._candidates(table, name, refusal) for name in refusal.columns]
        places = [range(min(len(one), _DEEPEST)) for one in lists]
        # The first ones of all together come before the last one of any.
        nearest = sorted(
            islice(product(*places), _WIDEST**2), key=lambda chosen: (sum(chosen), chosen)
        )
        for chosen in nearest[:_WIDEST]:
            yield tuple(one[place] for one, place in zip(lists, chosen, strict=True))

    def _candidates(
        self, table: facts.CatalogTable, name: str, refusal: Refusal
    ) -> list[Candidate]:
        column, conditions = table.columns[name], _conditions(table, name, self.catalog)
        declared = self.contract.tables[table.name].column(name)
        if refers(table, name):
            return [{}, {"filled": True}] if not declared.required else [{}]
        found = candidates.of(column, conditions, self.types)
        unlike = candidates.different(column, conditions, self.types)
        if refusal.key and unlike:
            found = [unlike, *found]
        if declared.required:
            return found
        return [{}, *({**one, "filled": True} for one in found)]

    def _adopt(self, entry: Entry) -> None:
        table = _value(entry)
        tables = {**self.contract.tables, table.name: table}
        self.contract = replace(self.contract, tables=tables)

    def _tried(self, table: facts.CatalogTable) -> Refusal | None:
        """What the server says of the rows that the contract's clauses begin with; undone."""
        factory = Factory(self.contract)
        parent = factory.baseline().get(table.name)
        rows = [
            *(parent or ()),
            *(factory.insert(table.name, {}, number=CANDIDATE + n) for n in range(2)),
        ]
        single = [factory.insert(table.name, {}, number=CANDIDATE)]
        return self._refusal(rows if parent else single, table)

    def _refusal(self, statements: Sequence[str], table: facts.CatalogTable) -> Refusal | None:
        try:
            with self.connection.transaction(force_rollback=True):
                for statement in statements:
                    self.connection.execute(statement.encode())
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if self.connection.closed:
                raise
            return refusal_of(error, table, self.types)
        return None

    def _keep(self, rows: Sequence[str]) -> None:
        try:
            with self.connection.transaction():
                for statement in rows:
                    self.connection.execute(statement.encode())
        except psycopg.Error:
            if self.connection.closed:
                raise


def _begun(entry: Entry, table: facts.CatalogTable, catalog: facts.Catalog, types_: Types) -> Entry:
    """The entry with a first example wherever the row factory has no value of its own."""
    chosen = {}
    for told in entry["columns"]:
        column = table.columns[told["name"]]
        given = {"nullable", "default", "generated", "identity", "values"} & told.keys()
        plain = types.stripped(column.type) in _AUTOMATIC or told["type"].endswith("serial")
        if given or plain or refers(table, column.name):
            continue
        found = candidates.of(column, _conditions(table, column.name, catalog), types_)
        if found:
            chosen[column.name] = found[0]
    return _with(entry, chosen)


def _value(entry: Entry) -> Table:
    return table_of(Raw(SourceLocation("", 0), entry))


def _with(entry: Entry, chosen: Mapping[str, Candidate]) -> Entry:
    columns = [
        {k: v for k, v in told.items() if k not in ("example", "examples", "filled")}
        | chosen[told["name"]]
        if told["name"] in chosen
        else told
        for told in entry["columns"]
    ]
    return {**entry, "columns": columns}


def _conditions(table: facts.CatalogTable, name: str, catalog: facts.Catalog) -> list[str]:
    """The checks that speak of the column, and where its table's partitions begin and end."""
    told = [
        one.expression
        for one in table.constraints.values()
        if one.kind == "check" and name in one.columns
    ]
    if table.partition_by and name in spoken_of(table.partition_by, table):
        told += [catalog.tables[one].bounds for one in table.children if one in catalog.tables]
    return told

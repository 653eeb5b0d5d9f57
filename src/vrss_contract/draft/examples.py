"""Examples by which a table's required rows are taken, found by trying rows on the server.

A row that is refused tells which columns are at fault; those get their next candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from vrss_contract.draft.types import Types

_TRIES = 400
"""Rows tried for one table before it is given up."""
_WIDEST = 200
"""Combinations tried for the columns of one refusal."""
_TYPE = re.compile(r"type (?:\"?)([\w .\"]+?)\"?(?::|$)")
_AUTOMATIC = frozenset(
    {"bigint", "integer", "boolean", "timestamp with time zone", "jsonb", "text"}
)
"""Types for which the row factory has a value of its own."""

Entry = dict[str, Any]
Choice = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said of a row."""

    columns: tuple[str, ...]
    """Those at fault, as far as it told; none where other values would not help."""
    key: bool
    """Whether the row was one too many of its kind."""
    message: str


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
        found = self._searched(_begun(entry, table, self.types), table)
        self._adopt(found or entry)
        if found and (rows := Factory(self.contract).baseline().get(table.name)):
            self._keep(rows)
        return found or entry

    def _searched(self, entry: Entry, table: facts.Table) -> Entry | None:
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

    def _combined(self, table: facts.Table, refusal: Refusal) -> Iterator[Choice]:
        lists = [self._candidates(table, name, refusal) for name in refusal.columns]
        yield from islice(product(*lists), _WIDEST)

    def _candidates(self, table: facts.Table, name: str, refusal: Refusal) -> list[Candidate]:
        column, conditions = table.columns[name], _conditions(table, name)
        declared = self.contract.tables[table.name].column(name)
        if _refers(table, name):
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

    def _tried(self, table: facts.Table) -> Refusal | None:
        """What the server says of the rows that the contract's clauses begin with; undone."""
        factory = Factory(self.contract)
        parent = factory.baseline().get(table.name)
        rows = [
            *(parent or ()),
            *(factory.insert(table.name, {}, number=CANDIDATE + n) for n in range(2)),
        ]
        single = [factory.insert(table.name, {}, number=CANDIDATE)]
        return self._refusal(rows if parent else single, table)

    def _refusal(self, statements: Sequence[str], table: facts.Table) -> Refusal | None:
        try:
            with self.connection.transaction(force_rollback=True):
                for statement in statements:
                    self.connection.execute(statement.encode())
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if self.connection.closed:
                raise
            return _refusal(error, table, self.types)
        return None

    def _keep(self, rows: Sequence[str]) -> None:
        try:
            with self.connection.transaction():
                for statement in rows:
                    self.connection.execute(statement.encode())
        except psycopg.Error:
            if self.connection.closed:
                raise


def _begun(entry: Entry, table: facts.Table, types_: Types) -> Entry:
    """The entry with a first example wherever the row factory has no value of its own."""
    chosen = {}
    for told in entry["columns"]:
        column = table.columns[told["name"]]
        given = {"nullable", "default", "generated", "identity", "values"} & told.keys()
        plain = types.stripped(column.type) in _AUTOMATIC or told["type"].endswith("serial")
        if given or plain or _refers(table, column.name):
            continue
        found = candidates.of(column, _conditions(table, column.name), types_)
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


def _refers(table: facts.Table, name: str) -> bool:
    return any(
        name in one.columns for one in table.constraints.values() if one.kind == "foreign key"
    )


def _conditions(table: facts.Table, name: str) -> list[str]:
    """The checks that speak of the column."""
    return [
        one.expression
        for one in table.constraints.values()
        if one.kind == "check" and name in one.columns
    ]


def _refusal(error: psycopg.Error, table: facts.Table, types_: Types) -> Refusal:
    diag = error.diag
    if isinstance(error, psycopg.errors.QueryCanceled):  # once is enough to wait that long
        return Refusal((), key=False, message="it did not end in its time")
    key = isinstance(error, psycopg.errors.UniqueViolation | psycopg.errors.ExclusionViolation)
    message = diag.message_primary or type(error).__name__
    columns = _blamed(error, table, types_)
    known = [name for name in columns if name in table.columns and _open(table, name)]
    everything = [name for name in table.columns if _required(table, name)]
    return Refusal(tuple(dict.fromkeys(known or everything)), key, message)


def _blamed(error: psycopg.Error, table: facts.Table, types_: Types) -> Iterable[str]:
    diag = error.diag
    if constraint := table.constraints.get(diag.constraint_name or ""):
        named = [name for name in table.columns if name in constraint.columns]
        return named or _spoken_of(constraint.definition, table)
    if index := table.indexes.get(diag.constraint_name or ""):
        return _spoken_of(index.definition, table)
    if diag.column_name:
        return [diag.column_name]
    typed = diag.datatype_name or _named_type(diag.message_primary or "")
    return [
        name
        for name, column in table.columns.items()
        if typed and typed in _within(column.type, types_)
    ]


def _named_type(message: str) -> str:
    found = _TYPE.search(message)
    return found[1] if found else ""


def _within(type_: str, types_: Types) -> set[str]:
    """The names of the type and of those that it is made of, without schemas."""
    name, found = types.stripped(type_), set[str]()
    while name and name not in found:
        found |= {name, name.rpartition(".")[2].strip('"')}
        name = types.stripped(types_[name].inner) if name in types_ else ""
    return found


def _spoken_of(sql: str, table: facts.Table) -> list[str]:
    return [name for name in table.columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql)]


def _open(table: facts.Table, name: str) -> bool:
    """Whether a row may say the column."""
    column = table.columns[name]
    return not (column.generated or column.identity or column.sequence)


def _required(table: facts.Table, name: str) -> bool:
    column = table.columns[name]
    plain = not (column.nullable or column.default)
    return plain and _open(table, name) and not _refers(table, name)

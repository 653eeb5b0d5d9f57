"""Clauses on what a delete takes and spares, through one, two and three references.

Each clause sets up two like chains of rows, deletes the head of one and expects its rows gone (or
the delete refused) and the other chain whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vrss_contract.contract.model import (
    CascadePromise,
    Changed,
    Clause,
    Column,
    Contract,
    ForeignKey,
    Given,
    Row,
    RowTarget,
    Table,
)
from vrss_contract.contract.row_values import RowValues

_DEPTH = 3
_VICTIM, _BYSTANDER = 200, 300
_REFUSED = {"no action": "foreign_key_violation", "restrict": "restrict_violation"}
"""The conditions that a delete is refused with; servers before 18 call the second as the first."""

Path = tuple[ForeignKey, ...]
"""Foreign keys from the last table that a delete reaches up to the one deleted from."""


def of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    """A clause for every way in which a delete elsewhere reaches this table."""
    values = RowValues(contract)
    for path in _paths(table, contract) if table.holds_rows else ():
        promise = _Scenario(table, path, contract, values).promise()
        if promise is not None:
            yield _clause(table, path, promise)


def _paths(table: Table, contract: Contract, depth: int = _DEPTH) -> Iterator[Path]:
    for key in table.foreign_keys:
        yield (key,)
        if depth > 1 and key.on_delete == "cascade":
            parent = contract.tables[key.references]
            longer = _paths(parent, contract, depth - 1)
            yield from ((key, *rest) for rest in longer if rest[0].on_delete == "cascade")


def _clause(table: Table, path: Path, promise: CascadePromise) -> Clause:
    tables = (table.name, *(key.references for key in path))
    return Clause(
        id=".".join((table.name, *("-".join(key.referring) for key in path), "on-delete")),
        kind="cascade",
        level="must",
        says=_sentence(tables, path[0], promise),
        promise=promise,
        objects=tuple(key.name for key in path),
        place=table.place,
        derived=True,
    )


@dataclass(frozen=True, slots=True)
class _Scenario:
    """Two like chains of rows along one path."""

    table: Table
    path: Path
    contract: Contract
    values: RowValues

    def promise(self) -> CascadePromise | None:
        """What comes of the delete; None where a chain's last row can't be told from others."""
        victims, bystanders = self._chain(_VICTIM), self._chain(_BYSTANDER)
        told, spared = self._told(victims), self._told(bystanders)
        if told is None or spared is None:
            return None
        action = self.path[0].on_delete
        error = _REFUSED.get(action) or self._unfit()
        promise = CascadePromise((*victims, *bystanders), told[0], spares=spared, error=error)
        if error:
            return promise
        if action == "cascade":
            return replace(promise, takes=told)
        gives = self._left()
        if gives is None or {*gives} & {*told[-1].where}:
            return None
        return replace(promise, changes=(Changed(told[-1], gives),))

    def _chain(self, start: int) -> tuple[Given, ...]:
        """The rows of one chain, the one deleted first."""
        keys = tuple(reversed(self.path))
        # The head comes before any baseline row where it stands first in an ordered pair.
        below = self.contract.tables[keys[1].references] if len(keys) > 1 else self.table
        sign = -1 if _leads_pair(below, keys[0]) else 1
        head = self._row(self.contract.tables[keys[0].references], {}, sign * start, keys[0])
        rows = [head]
        for n, key in enumerate(keys, start=1):
            above = rows[-1].row
            said = {own: above[other] for own, other in key.pairs}
            child = self.contract.tables[keys[n].references] if n < len(keys) else self.table
            rows.append(self._row(child, said, start + n, keys[n] if n < len(keys) else None))
        return tuple(rows)

    def _row(self, table: Table, said: Row, number: int, to: ForeignKey | None) -> Given:
        """A row that says its key, what the next one refers to, and its reference."""
        row: dict[str, Any] = {}
        wanted = (*self.values.key(table), *(to.references_columns if to else ()))
        for name in dict.fromkeys(wanted):
            row[name] = said[name] if name in said else self._own(table, name, number, said)
        for key in table.foreign_keys:
            alone = _alone(table, key) and self._made(table, key)
            if alone and not set(key.referring) & {*said, *row}:
                row |= self.values.referred(key, self._apart(table, key, number))
        return Given(table.name, {**row, **said})

    def _own(self, table: Table, name: str, number: int, said: Row) -> Any:
        """The value of a column of the key, which may be that of a reference."""
        for key in self.values.references(table, said):
            if name in key.referring and len(table.primary) == 1:
                return self.values.referred(key, self._apart(table, key, number))[name]
            if name in key.referring:
                to = self.values.row_referred(table, key, number)
                return self.values.referred(key, to)[name]
        return self.values.numbered(table.column(name), number)

    def _made(self, table: Table, key: ForeignKey) -> bool:
        return key in self.values.references(table, {})

    def _apart(self, table: Table, key: ForeignKey, number: int) -> int:
        """A row to refer to that the other chain does not refer to."""
        return self.values.row_referred(table, key, abs(number)) + (abs(number) >= _BYSTANDER)

    def _told(self, rows: tuple[Given, ...]) -> tuple[RowTarget, ...] | None:
        """The rows as they are named afterwards, by their keys."""
        keys = [self.values.key(self.contract.tables[given.table]) for given in rows]
        if not all(keys):
            return None
        named = (
            {name: given.row[name] for name in key} for given, key in zip(rows, keys, strict=True)
        )
        return tuple(
            RowTarget(given.table, key["id"])
            if key.keys() == {"id"} and isinstance(key["id"], int)
            else RowTarget(given.table, key=key)
            for given, key in zip(rows, named, strict=True)
        )

    def _unfit(self) -> str | None:
        """The condition of a delete that would leave NULL where none may be."""
        columns = [self.table.column(name) for name in self.path[0].referring]
        empties = self.path[0].on_delete in ("set null", "set default")
        if empties and any(not one.nullable and not self._default(one) for one in columns):
            return "not_null_violation"
        return None

    def _left(self) -> dict[str, str] | None:
        """What the reference holds afterwards; None where nothing says that it is a row's."""
        columns = [self.table.column(name) for name in self.path[0].referring]
        if self.path[0].on_delete == "set null" or not any(map(self._default, columns)):
            return {column.name: "NULL" for column in columns}
        return None

    def _default(self, column: Column) -> str:
        """The default that a row is left with; nothing where that is NULL."""
        default = column.default or ""
        taken = self.path[0].on_delete == "set default" and default.lower() != "null"
        return default if taken else ""


def _alone(table: Table, key: ForeignKey) -> bool:
    """Whether no two rows, or no two of some, may make the same reference."""
    unique = (index.columns for index in table.indexes if index.unique)
    told = (*(one.columns for one in table.keys), *unique)
    return any(set(columns) <= {*key.referring} for columns in told)


def _leads_pair(table: Table, key: ForeignKey) -> bool:
    same = {k.column for k in table.foreign_keys if k.references == key.references}
    required = [one.name for one in table.columns if one.name in same and not one.nullable]
    return len(required) > 1 and required[0] == key.column


def _sentence(tables: tuple[str, ...], key: ForeignKey, promise: CascadePromise) -> str:
    leaf, *between, root = tables
    if promise.error:
        return f"A row of {root} that {leaf} refers to can't be deleted."
    if promise.changes:
        lost = " and ".join(key.referring)
        return f"Deleting a row of {root} leaves its rows of {leaf}, with no {lost}."
    via = f" by way of {' and '.join(reversed(between))}" if between else ""
    return f"Deleting a row of {root} takes its rows of {leaf}{via}."

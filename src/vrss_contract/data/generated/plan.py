"""In which order tables are filled, and which references have to wait for rows that come later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.contract.model import ForeignKey, Table

_FED_OTHERWISE = {
    "partition": "its rows come through the table that it is a partition of",
    "foreign table": "its rows are kept on another server",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A table, and what its rows refer to."""

    table: Table
    references: tuple[ForeignKey, ...] = ()
    """Those whose rows are there by then, or are of the table itself."""
    later: tuple[ForeignKey, ...] = ()
    """Those that are NULL until the rows that they refer to are there."""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The tables in order, and why the others get no rows."""

    steps: tuple[Step, ...]
    left_out: Mapping[str, str]
    fed_otherwise: frozenset[str] = frozenset()
    """Those of them that are not to be written to."""


def planned(tables: Mapping[str, Table]) -> TablePlan:
    """Parents before children; a circle of references is opened where one may be NULL."""
    left_out = {
        name: _FED_OTHERWISE[table.form]
        for name, table in tables.items()
        if table.form in _FED_OTHERWISE
    }
    fed_otherwise = frozenset(left_out)
    waiting = {name: table for name, table in tables.items() if name not in left_out}
    steps: list[Step] = []
    while waiting:
        step = _next(waiting)
        if step is None:
            circle = ", ".join(waiting)
            reason = f"rows of {circle} need each other, and no reference among them may be NULL"
            left_out.update(dict.fromkeys(waiting, reason))
            break
        steps.append(step)
        del waiting[step.table.name]
    return TablePlan(tuple(steps), left_out, fed_otherwise)


def _next(waiting: Mapping[str, Table]) -> Step | None:
    """The first table that nothing keeps from having rows now."""
    best: Step | None = None
    for table in waiting.values():
        later = [
            key for key in table.foreign_keys if key.references in waiting.keys() - {table.name}
        ]
        if not later:
            return Step(table, tuple(table.foreign_keys))
        if best is None and all(optional(table, key) for key in later):
            now = tuple(key for key in table.foreign_keys if key not in later)
            best = Step(table, now, tuple(later))
    return best


def optional(table: Table, key: ForeignKey) -> bool:
    """Whether a row may refer to nothing."""
    return bool(voidable(table, key))


def voidable(table: Table, key: ForeignKey) -> tuple[str, ...]:
    """The columns that are NULL where a row refers to nothing; none where it has to."""
    nullable = tuple(name for name in key.referring if table.column(name).nullable)
    if key.match == "full" and len(nullable) < len(key.referring):
        return ()
    return nullable


def referred(steps: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    """Of each table the columns that rows of any table refer to it by."""
    found: dict[str, dict[str, None]] = {}
    for step in steps:
        for key in (*step.references, *step.later):
            found.setdefault(key.references, {}).update(dict.fromkeys(key.references_columns))
    return {table: tuple(columns) for table, columns in found.items()}


def longest_first(keys: Sequence[ForeignKey]) -> list[ForeignKey]:
    """Keys of many columns before those that share a column with them."""
    return sorted(keys, key=lambda key: -len(key.referring))

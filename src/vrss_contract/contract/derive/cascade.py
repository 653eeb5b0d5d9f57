"""Clauses on what a delete takes and spares, through one, two and three references.

Knows the foreign keys; does not know SQL. Each clause sets up two like chains of rows, deletes the
head of one and expects its rows gone (or the delete refused) and the other chain whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vrss_contract.contract.model import (
    CascadePromise,
    Clause,
    Contract,
    ForeignKey,
    Given,
    Table,
    Target,
)

_DEPTH = 3
_VICTIM, _BYSTANDER = 200, 300

Path = tuple[ForeignKey, ...]
"""Foreign keys from the last table that a delete reaches up to the one deleted from."""


def of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    """A clause for every way in which a delete elsewhere reaches this table."""
    for path in _paths(table, contract):
        yield _clause(table, path, contract)


def _paths(table: Table, contract: Contract, depth: int = _DEPTH) -> Iterator[Path]:
    for key in table.foreign_keys:
        yield (key,)
        if depth > 1 and key.on_delete == "cascade":
            parent = contract.tables[key.references]
            longer = _paths(parent, contract, depth - 1)
            yield from ((key, *rest) for rest in longer if rest[0].on_delete == "cascade")


def _clause(table: Table, path: Path, contract: Contract) -> Clause:
    tables = (table.name, *(key.references for key in path))
    victims = _chain(path, tables, _VICTIM, contract)
    bystanders = _chain(path, tables, _BYSTANDER, contract)
    refused = path[0].on_delete != "cascade"
    promise = CascadePromise(
        given=_rows(path, victims) + _rows(path, bystanders),
        deletes=victims[0],
        takes=() if refused else victims,
        spares=bystanders,
        error="foreign_key_violation" if refused else None,
    )
    return Clause(
        id=".".join((table.name, *("-".join(key.referring) for key in path), "on-delete")),
        kind="cascade",
        level="must",
        says=_sentence(tables, refused=refused),
        promise=promise,
        objects=tuple(key.name for key in path),
        place=table.place,
        derived=True,
    )


def _chain(
    path: Path, tables: tuple[str, ...], start: int, contract: Contract
) -> tuple[Target, ...]:
    """The rows of one chain, the one deleted first."""
    # The head comes before any world row where it stands first in an ordered pair.
    before_last = contract.tables[tables[-2]]
    sign = -1 if _leads_pair(before_last, path[-1]) else 1
    head = Target(tables[-1], sign * start)
    rest = (Target(name, start + n) for n, name in enumerate(reversed(tables[:-1]), start=1))
    return (head, *rest)


def _rows(path: Path, chain: tuple[Target, ...]) -> tuple[Given, ...]:
    head = Given(chain[0].table, {"id": chain[0].id})
    keys = reversed(path)
    below = (
        Given(child.table, {"id": child.id, key.column: parent.id})
        for (parent, child), key in zip(pairwise(chain), keys, strict=True)
    )
    return (head, *below)


def _leads_pair(table: Table, key: ForeignKey) -> bool:
    same = [k.column for k in table.foreign_keys if k.references == key.references]
    required = [name for name in same if not table.column(name).nullable]
    return len(required) > 1 and required[0] == key.column


def _sentence(tables: tuple[str, ...], *, refused: bool) -> str:
    leaf, *between, root = tables
    if refused:
        return f"A row of {root} that {leaf} refers to can't be deleted."
    via = f" by way of {' and '.join(reversed(between))}" if between else ""
    return f"Deleting a row of {root} takes its rows of {leaf}{via}."

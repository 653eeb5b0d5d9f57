"""What draws the rows of each table of one contract, sharing the rows that are there."""

from __future__ import annotations

from random import Random
from typing import Any

from vrss_contract.contract.model import Contract, ForeignKey
from vrss_contract.data.generated.columns import counted, sources
from vrss_contract.data.generated.documents import Documents
from vrss_contract.data.generated.keys import Pool, Row
from vrss_contract.data.generated.plan import Step, optional, planned, referred
from vrss_contract.data.generated.rows import RowDraw, Surroundings
from vrss_contract.data.generated.types import Facts
from vrss_contract.data.generated.values import Values


class UndrawableError(Exception):
    """No row of the table can be drawn; the message says why."""


class Drawing:
    """Draws rows for one contract and one database, each table in its turn."""

    def __init__(self, contract: Contract, facts: Facts) -> None:
        self._shapes = contract.shapes
        self._facts = facts
        self._counted = counted(contract)
        self.plan = planned(contract.tables)
        self.values = Values(facts.types)
        self.pools: dict[str, Pool] = {name: Pool() for name in contract.tables}
        """By table, the rows that others may refer to."""
        self._referred = referred(self.plan.steps)

    def of(self, step: Step, random: Random, *, numbered: bool = False) -> RowDraw:
        """What draws rows of the table; ``numbered`` where no sequence is to number them.

        Raises UndrawableError.
        """
        table = step.table
        found = sources(table, self.values, self._counted)
        if found.unfillable:
            named = ", ".join(f"{column.name} ({column.type})" for column in found.unfillable)
            raise UndrawableError(f"no values are known for {named}")
        documents = Documents(self._shapes, table.name)
        partitions = self._facts.partitions.get(table.name, ())
        around = Surroundings(self.values, self.pools, documents, partitions)
        return RowDraw(step, found, around, random, numbered=numbered or _rooted(step))

    def keys(self, step: Step) -> tuple[str, ...]:
        """The columns by which rows are referred to, or found when a reference had to wait."""
        referred_to = self._referred.get(step.table.name, ())
        return tuple(dict.fromkeys((*referred_to, *(step.table.primary if step.later else ()))))


def refer(key: ForeignKey, parent: Row) -> dict[str, Any]:
    """What the columns of the reference are where it is to that row."""
    return {name: parent[target] for name, target in key.pairs}


def _rooted(step: Step) -> bool:
    """Whether the first row has to refer to itself, so that its number has to be known before."""
    return any(
        key.references == step.table.name and not optional(step.table, key)
        for key in step.references
    )

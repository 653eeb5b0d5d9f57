"""The references of a row: which rows that are there it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from vrss_contract.contract.model import ForeignKey
from vrss_contract.data.generated.conditions import Asked
from vrss_contract.data.generated.keys import Pool, Row, Taken, Unused
from vrss_contract.data.generated.limits import InfeasibleError, Limits, against
from vrss_contract.data.generated.plan import Step, longest_first, voidable

_PICKS = 20


class References:
    """Settles the columns that refer, for one row of a table after the other."""

    def __init__(
        self,
        step: Step,
        pools: Mapping[str, Pool],
        single: set[str],
        taken: Taken,
        random: Random,
    ) -> None:
        self._table = step.table
        self._keys = longest_first(step.references)
        self._pools = pools
        self._single = single
        """Columns that have no value twice."""
        self._taken = taken
        self._random = random
        self._unused: dict[str, Unused] = {}

    def settle(
        self,
        row: dict[str, Any],
        limits: Mapping[str, Limits],
        pairs: Sequence[Asked],
        *,
        nulls: float,
    ) -> None:
        """Give every reference a row that is there or, where it may and now and then, nothing.

        Raises InfeasibleError where one finds no row.
        """
        for key in self._keys:
            known = {name: row[name] for name in key.referring if name in row}
            wanted = [limits[name].null for name in voidable(self._table, key)]
            optional = bool(wanted) and False not in wanted
            absent = optional and (True in wanted or self._random.random() < nulls)
            if absent or None in known.values() or not self._found(key, row, known, limits, pairs):
                self._leave(key, row, known, optional=optional)

    def settle_own(self, row: dict[str, Any]) -> None:
        """Let the first row of a table whose rows need one of the same refer to itself.

        Raises InfeasibleError where it lacks what it would refer to.
        """
        for key in self._keys:
            for name, target in key.pairs:
                if name not in row:
                    if target not in row:
                        raise InfeasibleError(_nobody(key))
                    row[name] = row[target]

    def _found(
        self,
        key: ForeignKey,
        row: dict[str, Any],
        known: Row,
        limits: Mapping[str, Limits],
        pairs: Sequence[Asked],
    ) -> bool:
        """Whether a row was found to refer to, in a few tries."""
        for _ in range(_PICKS):
            parent = self._parent(key, known)
            if parent is None:
                return False
            chosen = {name: parent[target] for name, target in key.pairs}
            whole = {**row, **chosen}
            if all(_fits(name, value, whole, limits, pairs) for name, value in chosen.items()):
                row.update(chosen)
                return True
        return False

    def _leave(self, key: ForeignKey, row: dict[str, Any], known: Row, *, optional: bool) -> None:
        """Let the reference be to nothing, or to the row itself where there is no other yet."""
        if optional or None in known.values():
            self._void(key, row)
        elif key.references != self._table.name or known or self._pools[key.references].rows:
            raise InfeasibleError(_nobody(key))

    def _parent(self, key: ForeignKey, known: Row) -> Row | None:
        """A row to refer to, which has the values that are settled already."""
        pool = self._pools[key.references]
        if set(key.referring) <= self._single and key.references != self._table.name:
            return self._unused_parent(key, pool)
        targets = dict(key.pairs)
        rows = pool.like({targets[name]: value for name, value in known.items()})
        return self._random.choice(rows) if rows else None

    def _unused_parent(self, key: ForeignKey, pool: Pool) -> Row | None:
        """A row that no other refers to by this key; those come again that came to nothing."""
        unused = self._unused.get(key.name)
        found = unused.next() if unused else None
        if found is None:
            free = [row for row in pool.rows if not self._taken.clash(_alone(key, row))]
            self._unused[key.name] = Unused(free, self._random)
            found = self._unused[key.name].next()
        return found

    def _void(self, key: ForeignKey, row: dict[str, Any]) -> None:
        void = [name for name in voidable(self._table, key) if row.get(name) is None]
        if not void:
            raise InfeasibleError(_nobody(key))
        row.update(dict.fromkeys(key.referring if key.match == "full" else void))


def _alone(key: ForeignKey, parent: Row) -> Row:
    return {name: parent[target] for name, target in key.pairs}


def _nobody(key: ForeignKey) -> str:
    return f"{key.references} has no row that {key.name} could refer to"


def _fits(
    name: str, value: Any, row: Row, limits: Mapping[str, Limits], pairs: Sequence[Asked]
) -> bool:
    """Whether a referring column may have the value, beside those of the row."""
    beside = Limits()
    try:
        for pair in pairs:
            if pair.column == name and row.get(pair.other) is not None:
                against(beside, pair.operator, row[pair.other])
    except InfeasibleError:
        return False
    return limits[name].takes(value) and beside.takes(value)

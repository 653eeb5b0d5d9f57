"""The mutants of a schema: every operator on every object, each but once, in an order that stays.

Pure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.reviewed import like


@dataclass(frozen=True, slots=True)
class MadeMutants:
    """The mutants, and those that another one is the same as."""

    mutants: tuple[Mutant, ...]
    duplicates: tuple[tuple[str, str], ...] = ()
    """The id of each that was left out, and of the one whose DDL it has."""


def made(operators: Iterable[Operator], schema: Schema) -> MadeMutants:
    """Every mutant that the operators make, but of tables and columns of which nothing is promised.

    Raises:
        ValueError: two of them have one id.
    """
    makers = dict.fromkeys(operator.make for operator in operators)
    unspoken = _unspoken(schema)
    found = [one for make in makers for one in make(schema) if one.object not in unspoken]
    called = Counter(one.id for one in found)
    if twice := sorted(id_ for id_, times in called.items() if times > 1):
        raise ValueError(f"two mutants are called {twice[0]}")
    first: dict[tuple[str, ...], Mutant] = {}
    duplicates: list[tuple[str, str]] = []
    for one in sorted(found, key=_place):
        kept = first.setdefault(one.ddl, one)
        if kept is not one:
            duplicates.append((one.id, kept.id))
    return MadeMutants(tuple(first.values()), tuple(duplicates))


def selected(found: MadeMutants, only: Iterable[str]) -> tuple[Mutant, ...]:
    """Those of these ids or globs: an id is that mutant alone, whatever signs stand in it.

    The id of one that was left out stands for the one whose DDL it has.
    """
    kept = {**{one.id: one.id for one in found.mutants}, **dict(found.duplicates)}
    words = [*only]
    ids = {kept[one] for one in words if one in kept}
    globs = [one for one in words if one not in kept]
    return tuple(
        one for one in found.mutants if one.id in ids or any(like(one.id, glob) for glob in globs)
    )


def sampled(mutants: Sequence[Mutant], count: int, seed: int) -> tuple[Mutant, ...]:
    """So many of them, in their order; the same ones for the same seed."""
    if count >= len(mutants):
        return tuple(mutants)
    drawn = random.Random(seed).sample(range(len(mutants)), count)  # noqa: S311 - no secret
    return tuple(mutants[place] for place in sorted(drawn))


def divided(mutants: Sequence[Mutant], most: int) -> tuple[tuple[Mutant, ...], ...]:
    """Parts of mutants of the same first table, no larger than ``most``.

    A part does not depend on how many processes there are, so that what is found does not either.
    """
    parts: list[list[Mutant]] = []
    for one in sorted(mutants, key=_place):
        table = one.tables[:1]
        if not parts or len(parts[-1]) == most or parts[-1][0].tables[:1] != table:
            parts.append([])
        parts[-1].append(one)
    return tuple(map(tuple, parts))


def _unspoken(schema: Schema) -> frozenset[str]:
    """Tables and columns that the contract does not declare; none where there is no contract."""
    if schema.contract is None:
        return frozenset()
    declared = schema.contract.tables
    columns = {
        f"{name}.{column}"
        for name, table in schema.catalog.tables.items()
        for column in table.columns
        if name not in declared or column not in {one.name for one in declared[name].columns}
    }
    return frozenset(columns | (schema.catalog.tables.keys() - declared.keys()))


def _place(mutant: Mutant) -> tuple[tuple[str, ...], bool, str, str]:
    return mutant.tables[:1], mutant.committed, mutant.object, mutant.id

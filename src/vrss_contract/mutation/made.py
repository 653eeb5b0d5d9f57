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
        kept = first.setdefault((one.instead_of, *one.ddl), one)
        if kept is not one:
            duplicates.append((one.id, kept.id))
    return MadeMutants(tuple(first.values()), tuple(duplicates))


def wanted(
    operators: Iterable[Operator], only: Sequence[str], *, changed: bool
) -> tuple[Operator, ...]:
    """Operators without those of texts that none of these ids or globs can mean.

    A schema that changed changes no text of the contract.
    """
    return tuple(
        one
        for one in operators
        if not one.of_texts or (not changed and (not only or any(_may(one, word) for word in only)))
    )


def _may(operator: Operator, word: str) -> bool:
    """Whether an id of the operator's may be like it, by what stands before the first star."""
    head = word.partition("*")[0]
    return f"{operator.name}:".startswith(head) or head.startswith(f"{operator.name}:")


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
    """Parts of mutants of the same first table, or the same text, no larger than ``most``.

    A part does not depend on how many processes there are, so that what is found does not either.
    """
    parts: list[list[Mutant]] = []
    for one in sorted(mutants, key=_place):
        if not parts or len(parts[-1]) == most or _subject(parts[-1][0]) != _subject(one):
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


def _subject(mutant: Mutant) -> tuple[str, tuple[str, ...]]:
    return mutant.instead_of, mutant.tables[:1]


def _place(mutant: Mutant) -> tuple[str, tuple[str, ...], bool, str, str]:
    return *_subject(mutant), mutant.committed, mutant.object, mutant.id

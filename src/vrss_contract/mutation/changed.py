"""The mutants of what a change touches: the objects that differ between a base and the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vrss_contract.checks.changed.base import Base
from vrss_contract.checks.changed.differences import differences
from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.scratch import Databases
from vrss_contract.mutation.mutant import Mutant


def touched(
    mutants: Sequence[Mutant], base: Base, databases: Databases, after: Mapping[Item, Facts]
) -> tuple[Mutant, ...]:
    """Those that are of a table or an object which the change makes, alters or drops.

    Args:
        mutants: those of the target.
        base: what it was.
        databases: where that is loaded.
        after: all objects of the target.

    Raises:
        TroubleError: the base does not load.
    """
    was = databases.load(base.target)
    try:
        with was.connect() as session:
            before = every_object(session)
    finally:
        databases.drop(was)
    items = [one.item for one in differences(before, after)]
    names = {one.table for one in items} | {one.name.partition("(")[0] for one in items}
    return tuple(one for one in mutants if _is_of(one, names - {""}))


def _is_of(mutant: Mutant, names: set[str]) -> bool:
    own = {mutant.object, mutant.object.partition(".")[0], *mutant.tables[:1], *mutant.about}
    return not own.isdisjoint(names)

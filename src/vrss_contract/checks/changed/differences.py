"""What two databases differ in, object by object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vrss_contract.database.catalog.every_object import Facts, Item


@dataclass(frozen=True, slots=True)
class Difference:
    """An object that is not as it was: None where it was not, or is no longer, there."""

    item: Item
    before: Facts
    after: Facts

    @property
    def fields(self) -> frozenset[str]:
        """What of it differs; nothing where it is there on one side alone."""
        if not (isinstance(self.before, Mapping) and isinstance(self.after, Mapping)):
            return frozenset()
        names = {*self.before, *self.after}
        return frozenset(n for n in names if self.before.get(n) != self.after.get(n))

    @property
    def one_sided(self) -> bool:
        """Whether the object is there on one side alone."""
        return self.before is None or self.after is None

    def __str__(self) -> str:
        name = self.item.name or self.item.table or self.item.schema
        of = f" of {self.item.table}" if self.item.table and self.item.name else ""
        return f"{self.item.kind} {name}{of}"


def differences(
    before: Mapping[Item, Facts], after: Mapping[Item, Facts]
) -> tuple[Difference, ...]:
    """What differs, in the order of the objects' kinds and names."""
    return tuple(_between(before, after))


def _between(before: Mapping[Item, Facts], after: Mapping[Item, Facts]) -> Iterator[Difference]:
    for item in sorted({**before, **after}):
        was, now = before.get(item), after.get(item)
        if was != now or (item in before) != (item in after):
            yield Difference(item, was, now)

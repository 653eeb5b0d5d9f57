"""JSON documents for the columns that the contract has a shape for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from vrss_contract.contract.model import Shape
from vrss_contract.data.documents.draw import conforming, written

_DIFFERENT = 40
"""Documents of a shape that are drawn; rows choose among them."""


class Documents:
    """What the columns of a table that have shapes may hold together."""

    def __init__(self, shapes: Mapping[str, Shape], table: str) -> None:
        self.shapes: Sequence[Shape] = [one for one in shapes.values() if one.table == table]
        self._of = cache(self._read)

    def drawn(self, shape: Shape, random: Random) -> Mapping[str, Any]:
        """Column to value, for the JSONB column and for those that its shape depends on."""
        document = random.choice(self._of(shape.name))
        if len(shape.columns) == 1:
            return {shape.column: written(document)}
        plain = {name: document[name] for name in shape.columns if name in document}
        return {**plain, shape.column: written(document.get(shape.column))}

    def _read(self, name: str) -> Sequence[Any]:
        found = next(shape for shape in self.shapes if shape.name == name)
        # An example by hand is plainer than what is drawn, so one is enough to begin with.
        plain = tuple(one.document for one in found.accepts[:1])
        return (*plain, *conforming(found, _DIFFERENT))

"""All operators, by the objects that they are of: a file of them is one line here."""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.mutation.mutant import Operator
from vrss_contract.mutation.operators import (
    bodies,
    checks,
    columns,
    extras,
    indexes,
    keys,
    tables,
    types,
)

OPERATORS: Sequence[Operator] = (
    *bodies.OPERATORS,
    *checks.OPERATORS,
    *columns.OPERATORS,
    *extras.OPERATORS,
    *indexes.OPERATORS,
    *keys.OPERATORS,
    *tables.OPERATORS,
    *types.OPERATORS,
)

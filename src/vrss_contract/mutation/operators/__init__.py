"""All operators, by the objects that they are of: a file of them is one line here."""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.mutation.mutant import Operator
from vrss_contract.mutation.operators import (
    bodies,
    checks,
    collations,
    columns,
    extras,
    indexes,
    keys,
    owners,
    queries,
    rights,
    sequences,
    settings,
    tables,
    types,
)

OPERATORS: Sequence[Operator] = (
    *bodies.OPERATORS,
    *checks.OPERATORS,
    *collations.OPERATORS,
    *columns.OPERATORS,
    *extras.OPERATORS,
    *indexes.OPERATORS,
    *keys.OPERATORS,
    *owners.OPERATORS,
    *queries.OPERATORS,
    *rights.OPERATORS,
    *sequences.OPERATORS,
    *settings.OPERATORS,
    *tables.OPERATORS,
    *types.OPERATORS,
)

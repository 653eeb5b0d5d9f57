"""Operations of the contract, called with values, as SQL.

Knows how a statement's parameters are filled in; does not know which operations there are, or who
runs them. Rule: contracts/README.md, "operation".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vrss_contract.contract.model import Operation
from vrss_contract.sql.literal import literal

Value = int | str | bool | None
"""What a parameter may be: whatever stands plainly in a replay text."""
_CONSTANT_OR_PARAMETER = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z][a-z0-9_]*)")


Operations = Mapping[str, Operation]
"""Operations by their id."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation by its id, with a value for each parameter, in the order of ``takes``."""

    operation: str
    values: tuple[Value, ...] = ()


def statement(call: Call, operations: Operations) -> str:
    """The call as one SQL statement with literals in it.

    Raises:
        KeyError: there is no such operation.
        ValueError: it takes another number of values.
    """
    operation = operations[call.operation]
    values = dict(zip(operation.takes, call.values, strict=True))

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        return literal(values[name]) if name in values else match[0]

    return _CONSTANT_OR_PARAMETER.sub(filled, operation.sql)


def parameters(sql: str) -> frozenset[str]:
    """The names of the parameters that a statement has outside of its string constants."""
    return frozenset(_named(sql))


def _named(sql: str) -> Iterator[str]:
    return (match[1] for match in _CONSTANT_OR_PARAMETER.finditer(sql) if match[1])

"""Operations of the contract, called with values, as SQL.

Rule: contracts/README.md, "operation".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vrss_contract.contract.model import Operation
from vrss_contract.contract.parameters import filled
from vrss_contract.sql.literal import literal

Value = int | str | bool | None
"""What a parameter may be: whatever stands plainly in a replay text."""

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
    return filled(operation.sql, lambda name: literal(values[name]) if name in values else None)


def with_values(name: str, values: Mapping[str, Value], operations: Operations) -> str:
    """The operation as one SQL statement.

    A parameter has the value given to ``operation.parameter``, else to ``parameter``, else the
    first that the operation takes.
    """
    takes = operations[name].takes
    chosen = (values.get(f"{name}.{key}", values.get(key, some[0])) for key, some in takes.items())
    return statement(Call(name, tuple(chosen)), operations)

"""The parameters of an operation's statement: ``:name`` outside of string constants.

Rule: contracts/README.md, "operation".
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CONSTANT_OR_PARAMETER = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z][a-z0-9_]*)")


def parameters(sql: str) -> frozenset[str]:
    """The names of the parameters that a statement has."""
    return frozenset(match[1] for match in _CONSTANT_OR_PARAMETER.finditer(sql) if match[1])


def filled(sql: str, value: Callable[[str], str | None]) -> str:
    """The statement with each parameter replaced by its value's SQL; None leaves it as it is."""

    def one(match: re.Match[str]) -> str:
        found = value(match[1]) if match[1] else None
        return match[0] if found is None else found

    return _CONSTANT_OR_PARAMETER.sub(one, sql)

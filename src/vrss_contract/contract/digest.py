"""Short digests that show whether a meaning changed.

Knows which parts of a clause are its meaning (all but where it stands); does not know files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from vrss_contract.contract.model import Clause, Contract


def of_clause(clause: Clause) -> str:
    """Twelve hex digits that change when the clause's meaning does, not when it moves."""
    return _digest(_meaning(clause))


def of_contract(contract: Contract) -> str:
    """Twelve hex digits that change when the meaning of any clause does."""
    return _digest([of_clause(clause) for clause in contract.clauses])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _meaning(value: Any) -> Any:
    """As ``dataclasses.asdict``, but quicker and without places: every run asks for all clauses."""
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {key: _meaning(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_meaning(part) for part in value]
    return {name: _meaning(getattr(value, name)) for name in _names(value.__class__)}


@cache
def _names(type_: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(type_) if field.name != "place")

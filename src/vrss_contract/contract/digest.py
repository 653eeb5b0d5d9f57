"""Short digests that show whether a meaning changed.

All of a clause is its meaning but where it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from vrss_contract.contract.model import Clause, Contract

_REMEMBERED: list[tuple[tuple[Clause, ...] | None, str]] = [(None, "")]
"""The clauses that were asked for last, and the digest of them all."""


def of_clause(clause: Clause) -> str:
    """Twelve hex digits that change when the clause's meaning does, not when it moves."""
    return _digest(meaning(clause))


def of_contract(contract: Contract) -> str:
    """Twelve hex digits that change when the meaning of any clause does."""
    clauses, known = _REMEMBERED[0]
    if clauses is not contract.clauses:
        known = _digest([of_clause(clause) for clause in contract.clauses])
        remember(contract, known)
    return known


def remember(contract: Contract, digest: str) -> None:
    """Keep the digest of the contract that is at hand, for it takes long to make."""
    _REMEMBERED[0] = (contract.clauses, digest)


def of_values(*values: Any) -> str:
    """Twelve hex digits of whatever else decides whether two things compare."""
    return _digest([meaning(value) for value in values])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def meaning(value: Any) -> Any:
    """As ``dataclasses.asdict``, but quicker and without places: every run asks for all clauses.

    Hints on what to derive are left out, and so is what came later and stands at its default.
    """
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {key: meaning(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [meaning(part) for part in value]
    always, later = _names(value.__class__)
    parts = {name: meaning(getattr(value, name)) for name in always}
    for name, default in later:
        if (part := getattr(value, name)) != default:
            parts[name] = meaning(part)
    return parts


@cache
def _names(type_: type[Any]) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """The fields that are always part of the meaning, then those that came later."""
    parts = [field for field in fields(type_) if field.name != "place"]
    parts = [field for field in parts if not field.metadata.get("hint")]
    later = [field for field in parts if field.metadata.get("added")]
    always = tuple(field.name for field in parts if field not in later)
    return always, tuple((field.name, field.default) for field in later)

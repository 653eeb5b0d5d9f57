"""Short digests that show whether a meaning changed.

Knows which parts of a clause are its meaning (all but where it stands); does not know files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from vrss_contract.clause.model import Clause, Contract


def of_clause(clause: Clause) -> str:
    """Twelve hex digits that change when the clause's meaning does, not when it moves."""
    return _digest(_without_places(asdict(clause)))


def of_contract(contract: Contract) -> str:
    """Twelve hex digits that change when the meaning of any clause does."""
    return _digest([of_clause(clause) for clause in contract.clauses])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_places(v) for k, v in value.items() if k != "place"}
    if isinstance(value, list | tuple):
        return [_without_places(item) for item in value]
    return value

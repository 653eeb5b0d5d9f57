"""The part of a contract that is about its first phases alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from vrss_contract.contract.errors import NO_SUCH_PHASE
from vrss_contract.contract.model import (
    Clause,
    Contract,
    DatasetPromise,
    FactPromise,
    JsonbPromise,
    PairsPromise,
    PhasePromise,
    QueryPromise,
    RestoredPromise,
    StrangersPromise,
    Table,
    WitnessPromise,
    WorkloadPromise,
)
from vrss_contract.contract.sessions import operations_named

_WORD = re.compile(r"\w+")
_PROSE = frozenset(
    {"because", "says", "serves", "witness", "place", "body", "example", "examples", "values"}
)
"""Fields whose words are no names of anything in the schema."""


def up_to(contract: Contract, number: int) -> Contract:
    """The contract without what the phases after that one make, and without clauses on it.

    Raises:
        TroubleError: it has no phase of that number.
    """
    phases = _Phases(contract)
    if not 1 <= number <= phases.last:
        raise NO_SUCH_PHASE(number=number, last=phases.last)
    return replace(
        contract,
        tables={n: one for n, one in contract.tables.items() if one.phase <= number},
        enums={n: one for n, one in contract.enums.items() if one.phase <= number},
        functions={n: one for n, one in contract.functions.items() if one.phase <= number},
        clauses=tuple(one for one in contract.clauses if phases.of(one) <= number),
    )


class _Phases:
    """The phase of everything that a contract declares, and so of each clause."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        declared = (contract.tables, contract.enums, contract.functions)
        self._known = {name: one.phase for group in declared for name, one in group.items()}
        self._clauses = {clause.id: clause for clause in contract.clauses}

    @cached_property
    def last(self) -> int:
        """The number of the last phase; 0 where there are none."""
        return max(self._known.values(), default=0)

    def of(self, clause: Clause) -> int:
        """The first phase after which all that the clause speaks of is there."""
        promise = clause.promise
        if isinstance(promise, PhasePromise):
            return promise.phase
        if isinstance(promise, DatasetPromise | RestoredPromise | QueryPromise | WitnessPromise):
            return self.last  # the rows of a dataset are in every table, and so are those dumped
        if isinstance(promise, JsonbPromise):
            return self._known.get(promise.shape.table, 0)
        if isinstance(promise, FactPromise):
            return self._of_fact(promise)
        if isinstance(promise, PairsPromise | StrangersPromise | WorkloadPromise):
            called = [self._contract.operations[name].sql for name in operations_named(promise)]
            return self._of_names([promise, *called])
        return self._of_names(promise)

    def _of_fact(self, promise: FactPromise) -> int:
        own = self._known.get(promise.table or promise.name, 0)
        if promise.aspect == "object":
            return self.last  # such a declaration says no phase
        whole = isinstance(promise.expected, Table) or not promise.table
        return own if whole else max(own, self._of_names(promise.expected))

    def _of_names(self, value: Any) -> int:
        return max(map(self._of_name, _names(value)), default=0)

    def _of_name(self, name: str) -> int:
        if clause := self._clauses.get(name):  # an invariant that is asked besides
            return self.of(clause)
        return self._known.get(name, 0)


def _names(value: Any) -> Iterator[str]:
    """The words of a promise that may be names of what it needs."""
    if isinstance(value, str):
        yield value
        yield from _WORD.findall(value)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in _PROSE:
                yield from _names(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from _names([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)

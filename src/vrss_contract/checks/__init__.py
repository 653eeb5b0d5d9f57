"""How a clause is judged: one module a kind, and what they judge with.

A new kind is a module with its ``KIND`` and a name here. A kind's module is imported when a clause
of the kind is met.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vrss_contract.checks.kind import Kind


class _Kinds(Mapping[str, "Kind[Any]"]):
    """Kinds by name, in the order that reports have them."""

    def __init__(self, *names: str) -> None:
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> Kind[Any]:
        if name not in self._names:
            raise KeyError(name)
        kind: Kind[Any] = importlib.import_module(f"{__name__}.{name}").KIND
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


KINDS: Mapping[str, Kind[Any]] = _Kinds(
    *("table", "rows", "cascade", "phase", "invariant", "trigger"),
    *("schedule", "pairs", "strangers", "workload", "restored", "jsonb", "dataset", "query"),
)

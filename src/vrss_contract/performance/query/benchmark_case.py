"""What a benchmark measures: each case of each query, then the writes that the manifest names.

A write is called with rows with which it is refused nowhere. A write is undone after each call, so
that all calls find the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vrss_contract.contract.model import Contract, Query, QueryCase


@dataclass(frozen=True, slots=True)
class BenchmarkCase:
    """One thing that is measured."""

    name: str
    sql: str
    draws: str
    query: Query | None = None
    """None for a write."""
    case: QueryCase | None = None


def benchmark_cases(contract: Contract) -> Iterator[BenchmarkCase]:
    """All that is measured, in the order it is measured in: what writes comes last."""
    for query in contract.queries.values():
        for case in query.cases:
            name = f"{query.name}.{case.name}"
            yield BenchmarkCase(name, query.sql, case.draws, query, case)
    for name, draws in contract.manifest.writes.items():
        if name in contract.operations:  # a commit's operations, with the draws of now
            yield BenchmarkCase(f"write.{name}", contract.operations[name].sql, draws)

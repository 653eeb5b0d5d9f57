"""Whether the planner knows the tables as they are.

What the server counted is an estimate. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.verdict import Finding
from vrss_contract.doctor import repair, usage
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, counted
from vrss_contract.doctor.usage import TableUsage, Usage

SMALL_BYTES, SMALL_ROWS = 1 << 17, 1_000
"""Below these a table is read whole, whatever the planner knows of it."""
CHANGED = 0.2
"""The part of its rows that may have changed: twice what autovacuum, unless told otherwise, lets
pass, so that what is found here is what it does not come round to."""


def checks() -> Iterator[DoctorCheck]:
    """What is asked of the planner's statistics."""
    yield DoctorCheck(
        "doctor.statistics.recent",
        "statistics",
        "should",
        "Every table of some size was analyzed since a fifth of its rows changed.",
        _look,
    )


def _look(patient: Patient) -> Signs:
    schemas = patient.contract.schemas
    return Signs(tuple(stale(usage.read(patient.connection, schemas), schemas[0])))


def stale(counts: Usage, home: str = "public") -> Iterator[Finding]:
    """Tables without statistics, or with those of a time when they were quite other."""
    for name, table in counts.tables.items():
        if reason := _reason(table):
            yield Finding(
                f"table {name}, about {counted(table.rows, 'row')}",
                "recent statistics",
                reason,
                repair=repair.analyze(name, home),
            )


def _reason(table: TableUsage) -> str:
    if table.bytes > SMALL_BYTES and not table.analyzed:
        return "none that this role can see: never analyzed, or nothing of it may be read"
    if table.modified > max(SMALL_ROWS, CHANGED * table.rows):
        return f"about {counted(table.modified, 'row')} changed since the last ANALYZE"
    return ""

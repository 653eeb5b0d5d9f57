"""Every check, in the order they are made.

What explains other faults comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.contract.model import Contract
from vrss_contract.doctor import (
    collations,
    declared,
    documents,
    firing,
    indexes,
    numbers,
    rows,
    statistics,
    structure,
    table_rows,
    wraparound,
)
from vrss_contract.doctor.check import DoctorCheck


def of(contract: Contract) -> Sequence[DoctorCheck]:
    """The checks of a database that should keep this contract."""
    return (
        *structure.checks(),
        *declared.checks(),
        *firing.checks(),
        *collations.checks(),
        *table_rows.checks(contract),
        *rows.checks(contract),
        *documents.checks(contract),
        *numbers.checks(),
        *indexes.checks(),
        *statistics.checks(),
        *wraparound.checks(),
    )

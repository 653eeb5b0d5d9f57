"""Every check, in the order they are made.

What explains other faults comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.contract.model import Contract
from vrss_contract.doctor import documents, indexes, numbers, rows, statistics, structure
from vrss_contract.doctor.check import DoctorCheck


def of(contract: Contract) -> Sequence[DoctorCheck]:
    """The checks of a database that should keep this contract."""
    return (
        *structure.checks(),
        *rows.checks(contract),
        *documents.checks(contract),
        *numbers.checks(),
        *indexes.checks(),
        *statistics.checks(),
    )

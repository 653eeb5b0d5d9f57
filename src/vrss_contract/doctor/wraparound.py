"""How near the database is to running out of transaction numbers, when it takes no more writes."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.verdict import Finding
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs

_AGES = """
SELECT pg_catalog.age(datfrozenxid), pg_catalog.mxid_age(datminmxid)
FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
"""
_END = 2**31
HALF = _END // 2
"""Five times what autovacuum, unless told otherwise, lets pass before it freezes all the same."""


def checks() -> Iterator[DoctorCheck]:
    """What is asked of transaction numbers."""
    yield DoctorCheck(
        "doctor.transactions.room",
        "transaction",
        "should",
        "Less than half of all transaction numbers lie between the oldest row and the next one.",
        _look,
    )


def _look(patient: Patient) -> Signs:
    row = patient.connection.execute(_AGES).fetchone() or (0, 0)
    return Signs(tuple(near(int(row[0]), int(row[1]))))


def near(transactions: int, multixacts: int) -> Iterator[Finding]:
    """What is more than half used."""
    for what, age in (("transaction", transactions), ("multixact", multixacts)):
        if age > HALF:
            yield Finding(
                f"the oldest {what} that is not frozen",
                f"at most {HALF:,} {what}s ago",
                f"{age:,} ago; at {_END:,} nothing can be written",
                repair="VACUUM (FREEZE);\n-- and end what holds it back: old sessions, prepared"
                " transactions, replication slots",
            )

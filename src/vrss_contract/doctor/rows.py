"""The contract's invariants, asked of the rows of a live database.

Rule: contracts/README.md, "invariant".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.doctor.check import EXAMPLES, DoctorCheck, Patient, Signs, counted, some


def checks(contract: Contract) -> Iterator[DoctorCheck]:
    """A check for each invariant that one look can tell of, those of a protocol among them."""
    for clause in contract.clauses:
        promise = clause.promise
        if isinstance(promise, InvariantPromise) and not promise.never_falls:
            yield DoctorCheck(
                clause.id,
                clause.kind,
                clause.level,
                clause.says,
                partial(_look, promise),
                clause.objects,
                str(clause.place),
            )


def _look(promise: InvariantPromise, patient: Patient) -> Signs:
    rows = patient.connection.execute(_query(promise.query).encode()).fetchall()
    if not rows:
        return Signs()
    total = int(rows[0][0])
    finding = Finding(
        because=counted(total, "counter-example"),
        expected="none",
        found=some([_told(str(row)) for _, row in rows], total),
        repeat=f"{promise.query.strip()};",
        repair=patient.repair.file(promise.repair) if promise.repair else "",
    )
    return Signs((finding,))


def _query(query: str) -> str:
    """Counts them all and shows the first few, in an order of their own."""
    return (
        f"SELECT count(*) OVER (), row_to_json(found)::text FROM (\n{query}\n) AS found"
        f" ORDER BY found LIMIT {EXAMPLES}"
    )


def _told(row: str) -> str:
    """A row as ``id 7, kept 5, counted 4``."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(row).items())

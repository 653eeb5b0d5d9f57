"""The contract's invariants, asked of the rows of a live database.

Rule: contracts/README.md, "invariant".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.doctor.check import EXAMPLES, DoctorCheck, Patient, Signs, counted, some
from vrss_contract.sql.population import Population, no_row, populations


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
        return _untried(promise, patient)
    total = int(rows[0][0])
    finding = Finding(
        because=counted(total, "counter-example"),
        expected="none",
        found=some([_told(str(row)) for _, row in rows], total),
        repeat=f"{promise.query.strip()};",
        repair=patient.repair.file(promise.repair) if promise.repair else "",
    )
    return Signs((finding,))


def _untried(promise: InvariantPromise, patient: Patient) -> Signs:
    """Advice where no row is there that the invariant speaks of: it is not broken, nor proven."""
    asked = populations(promise.query)
    lacking = [one for one in asked if not _any(one, patient)]
    if not asked or len(lacking) < len(asked):
        return Signs()
    found = no_row(lacking)
    return Signs(advice=(Finding("no row to judge", "a row that it speaks of", found),))


def _any(population: Population, patient: Patient) -> bool:
    try:
        with patient.connection.transaction():
            query = f"SELECT EXISTS (\n{population.query}\n)"
            return bool(patient.connection.execute(query.encode()).fetchall()[0][0])
    except psycopg.Error:
        if patient.connection.closed:
            raise
        return True  # the query itself was answered


def _query(query: str) -> str:
    """Counts them all and shows the first few, in an order of their own."""
    return (
        f"SELECT count(*) OVER (), row_to_json(found)::text FROM (\n{query}\n) AS found"
        f" ORDER BY found LIMIT {EXAMPLES}"
    )


def _told(row: str) -> str:
    """A row as ``id 7, kept 5, counted 4``."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(row).items())

"""Whether what the data rests on is in force: tables, columns, constraints, triggers."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog, Constraint
from vrss_contract.doctor import repair
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, counted, told
from vrss_contract.sql.literal import identifier, parts, qualified

_KIND = "structure"


def checks() -> Iterator[DoctorCheck]:
    """What is asked of tables, constraints and triggers."""
    yield DoctorCheck(
        "doctor.tables.present",
        _KIND,
        "must",
        "Every declared table and column is there.",
        lambda patient: Signs(tuple(missing(patient.contract, patient.catalog))),
    )
    yield DoctorCheck(
        "doctor.triggers.enabled",
        _KIND,
        "must",
        "Every declared trigger is there and enabled.",
        lambda patient: Signs(tuple(disabled(patient.contract, patient.catalog))),
    )
    yield DoctorCheck(
        "doctor.constraints.valid",
        _KIND,
        "should",
        "Every constraint holds for the rows that were there before it, and is enforced.",
        unproven,
    )


def missing(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Declared tables and columns that are not there."""
    for name, table in contract.tables.items():
        if name not in catalog.tables:
            *schema, _ = parts(name)
            wanted = f"a table of the schema {schema[0] if schema else contract.schemas[0]}"
            yield Finding(f"table {name}", wanted, "none of that name")
            continue
        there = catalog.tables[name].columns
        for column in table.columns:
            if column.name not in there:
                yield Finding(f"column {name}.{column.name}", column.stored_type, "no such column")


def disabled(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Declared triggers that don't run, of tables that are there."""
    for name, table in contract.tables.items():
        there = catalog.tables[name].triggers if name in catalog.tables else None
        for trigger in table.triggers if there is not None else ():
            found = there.get(trigger.name) if there else None
            if found is None:
                yield Finding(f"trigger {trigger.name} on {name}", "there", "no such trigger")
            elif found.enabled not in {"enabled", "always"}:
                yield Finding(
                    f"trigger {trigger.name} on {name}",
                    "enabled",
                    found.enabled,
                    repair=repair.enable(name, trigger.name, contract.schemas[0]),
                )


def unproven(patient: Patient) -> Signs:
    """Constraints that rows may break: NOT VALID ones, and those that are not enforced."""
    faults, unasked = [], []
    for name, table in patient.catalog.tables.items():
        for constraint in table.constraints.values():
            if constraint.enforced and constraint.validated:
                continue
            try:
                with patient.connection.transaction():
                    faults.append(_unproven(name, constraint, patient))
            except psycopg.Error as error:
                if patient.connection.closed:
                    raise
                unasked.append(Finding(_about(name, constraint), "an answer", told(error)))
    return Signs(tuple(faults), tuple(unasked))


def _unproven(table: str, constraint: Constraint, patient: Patient) -> Finding:
    home = patient.contract.schemas[0]
    query = violators(table, constraint, home)
    count = 0
    if query:
        row = patient.connection.execute(f"SELECT count(*) FROM {query}".encode()).fetchone()
        count = int(row[0]) if row else 0
    rows = f"; {counted(count, 'row')} break{'s' if count == 1 else ''} it" if query else ""
    state = "NOT VALID" if constraint.enforced else "not enforced, or its triggers are disabled"
    return Finding(
        because=_about(table, constraint),
        expected="enforced, and valid for every row",
        found=state + rows,
        repeat=f"SELECT * FROM {query};" if count else "",
        repair=repair.validate(table, constraint.name, home) if constraint.enforced else "",
    )


def violators(table: str, constraint: Constraint, home: str = "public") -> str:
    """What to select from to get the rows that break the constraint; nothing for other kinds."""
    if constraint.kind == "check":
        return f"{qualified(table, home)} WHERE NOT ({constraint.expression})"
    if constraint.kind != "foreign key" or constraint.match != "simple":
        return ""
    pairs = zip(constraint.references_columns, constraint.columns, strict=True)
    same = " AND ".join(f"there.{identifier(a)} = here.{identifier(b)}" for a, b in pairs)
    there = " AND ".join(f"here.{identifier(name)} IS NOT NULL" for name in constraint.columns)
    other = qualified(constraint.references, home)
    return (
        f"{qualified(table, home)} AS here WHERE {there}"
        f" AND NOT EXISTS (SELECT FROM {other} AS there WHERE {same})"
    )


def _about(table: str, constraint: Constraint) -> str:
    return f"constraint {constraint.name} of {table}"

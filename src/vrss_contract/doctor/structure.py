"""Whether what the data rests on is in force: tables, columns, constraints, triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg

from vrss_contract.checks.table import judge_fact
from vrss_contract.checks.table.answer import Missing
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, FactPromise
from vrss_contract.database.catalog.facts import Catalog, Constraint
from vrss_contract.doctor import repair
from vrss_contract.doctor import same_by_another_name as namesake
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, counted, told
from vrss_contract.doctor.ddl import Ddl
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
        "doctor.tables.undeclared",
        _KIND,
        "must",
        "No undeclared column has to be said, and no rule rewrites what is written.",
        lambda patient: Signs(
            tuple(in_the_way(patient.contract, patient.catalog)),
            advice=tuple(beside(patient.contract, patient.catalog)),
        ),
    )
    yield DoctorCheck(
        "doctor.triggers.enabled",
        _KIND,
        "must",
        "Every declared trigger is there, fires as declared, and is enabled.",
        lambda patient: disabled(patient.contract, patient.catalog),
    )
    yield DoctorCheck(
        "doctor.constraints.valid",
        _KIND,
        "should",
        "Every constraint holds for the rows that were there before it.",
        unproven,
    )


def missing(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Declared tables and columns that are not there."""
    ddl = Ddl(contract)
    for name, table in contract.tables.items():
        if name not in catalog.tables:
            *schema, _ = parts(name)
            wanted = f"a table of the schema {schema[0] if schema else contract.schemas[0]}"
            others = [kind for kind, other in catalog.others if other == name]
            found, mend = ("none of that name", ddl.table(table))
            if others:
                found, mend = (f"a {others[0]} of that name", "")
            yield Finding(f"table {name}", wanted, found, repair=mend)
            continue
        there = catalog.tables[name].columns
        for column in table.columns:
            if column.name not in there:
                yield Finding(
                    f"column {name}.{column.name}",
                    column.stored_type,
                    "no such column",
                    repair=ddl.column(column, name),
                )


def in_the_way(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Columns without which no row is taken, and rules, on declared tables."""
    home = contract.schemas[0]
    for name, table in contract.tables.items():
        found = catalog.tables.get(name)
        declared = {column.name for column in table.columns}
        for column in found.columns.values() if found else ():
            has_value = column.nullable or column.default or column.identity
            if column.name not in declared and not has_value:
                alter = f"ALTER TABLE {qualified(name, home)} ALTER COLUMN"
                yield Finding(
                    f"column {name}.{column.name}, which is not declared",
                    "a default, or NULL taken",
                    "neither: rows that do not say it are refused",
                    repair=f"{alter} {identifier(column.name)} DROP NOT NULL;",
                )
        for rule in found.rules if found else ():
            away = f"DROP RULE {identifier(rule)} ON {qualified(name, home)};"
            yield Finding(
                f"rule {rule} on {name}", "no rule", "one rewrites statements unseen", repair=away
            )


def beside(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Undeclared triggers of declared tables, which may change or refuse rows."""
    for name, table in contract.tables.items():
        there = catalog.tables[name].triggers if name in catalog.tables else {}
        declared = {trigger.name for trigger in table.triggers}
        for trigger in there.values():
            if trigger.name not in declared:
                about = f"trigger {trigger.name} on {name}"
                found = f"{trigger.timing} {' or '.join(trigger.events)}, {trigger.enabled}"
                yield Finding(about, "none, or one that leaves rows as they are", found)


def disabled(contract: Contract, catalog: Catalog) -> Signs:
    """Declared triggers that don't run as they should, of tables that are there."""
    faults: list[Finding] = []
    advice: list[Finding] = []
    for name, table in contract.tables.items():
        for trigger in table.triggers if name in catalog.tables else ():
            promise = FactPromise("trigger", name, trigger.name, trigger)
            answer = _firing(promise, catalog)
            if not answer:
                continue
            if other := namesake.of(promise, contract, catalog):
                advice.append(Finding(f"trigger {trigger.name} on {name}", "of that name", other))
                continue
            faults.extend(_trigger(promise, answer, catalog, contract))
    return Signs(tuple(faults), advice=tuple(advice))


def _firing(promise: FactPromise, catalog: Catalog) -> tuple[Finding, ...]:
    """What differs; a trigger that always fires does fire."""
    table = catalog.tables[promise.table]
    found = table.triggers.get(promise.name)
    if found and found.enabled == "always":
        found = replace(found, enabled=promise.expected.enabled)
        table = replace(table, triggers={**table.triggers, promise.name: found})
        catalog = replace(catalog, tables={**catalog.tables, promise.table: table})
    answer = judge_fact(promise, catalog)
    return () if isinstance(answer, Missing) else answer


def _trigger(
    promise: FactPromise, answer: tuple[Finding, ...], catalog: Catalog, contract: Contract
) -> Iterator[Finding]:
    about = f"trigger {promise.name} on {promise.table}"
    found, ddl = catalog.tables[promise.table].triggers.get(promise.name), Ddl(contract)
    if found is None:
        mend = ddl.trigger(promise.expected, promise.table)
        yield Finding(about, "there", "no such trigger", repair=mend)
        return
    wanted = promise.expected.enabled
    for one in answer:
        state = (one.expected, one.found) == (wanted, found.enabled)
        mend = ddl.trigger(promise.expected, promise.table, instead=True)
        if state:
            mend = repair.enable(promise.table, promise.name, contract.schemas[0])
        yield Finding(about if state else one.because, one.expected, one.found, repair=mend)


def unproven(patient: Patient) -> Signs:
    """Constraints that rows may break: NOT VALID ones."""
    faults, unasked = [], []
    for name, table in patient.catalog.tables.items():
        for constraint in table.constraints.values():
            if constraint.validated or not constraint.enforced:
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
    return Finding(
        because=_about(table, constraint),
        expected="valid for every row",
        found=f"NOT VALID{rows}",
        repeat=f"SELECT * FROM {query};" if count else "",
        repair=repair.validate(table, constraint.name, home),
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

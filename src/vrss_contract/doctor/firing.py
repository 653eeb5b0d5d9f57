"""What keeps triggers and references from doing what they should, beyond the triggers themselves.

Settings that a session begins with, flags of the catalog that say a table has no triggers, triggers
of references that are gone, and functions whose owner may not write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.doctor import repair
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs
from vrss_contract.sql.literal import identifier, named

_KIND = "structure"
_ROLES = """
SELECT
    CASE WHEN s.setdatabase <> 0 THEN pg_catalog.current_database() ELSE '' END,
    coalesce(r.rolname, ''), c.value
FROM pg_catalog.pg_db_role_setting AS s
CROSS JOIN pg_catalog.unnest(s.setconfig) AS c (value)
LEFT JOIN pg_catalog.pg_roles AS r ON s.setrole = r.oid
WHERE
    s.setdatabase IN (
        0,
        (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    )
    AND c.value ~ '^session_replication_role='
    AND c.value <> 'session_replication_role=origin'
ORDER BY 1, 2
"""
_SERVER = """
SELECT reset_val, source FROM pg_catalog.pg_settings
WHERE name = 'session_replication_role' AND reset_val <> 'origin'
AND source NOT IN ('client', 'session', 'database', 'user', 'database user')
"""
_FLAGS = """
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p') AND NOT c.relhastriggers
AND EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid)
ORDER BY 1, 2
"""
_ENFORCERS = """
SELECT n.nspname, c.relname, k.conname
FROM pg_catalog.pg_constraint AS k
INNER JOIN pg_catalog.pg_class AS c ON k.conrelid = c.oid AND c.relkind = 'r'
INNER JOIN pg_catalog.pg_class AS p ON k.confrelid = p.oid AND p.relkind = 'r'
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    n.nspname = ANY(%s) AND k.contype = 'f' AND k.conparentid = 0
    AND pg_catalog.pg_get_constraintdef(k.oid) !~ 'NOT ENFORCED'
    AND 4 > (
        SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger AS t WHERE t.tgconstraint = k.oid
    )
ORDER BY 1, 2, 3
"""
"""A reference between plain tables has two triggers on each of them."""
_OWNERS = """
SELECT DISTINCT
    f.nspname, p.proname, o.rolname, n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner)
FROM pg_catalog.pg_trigger AS t
INNER JOIN pg_catalog.pg_class AS c ON t.tgrelid = c.oid
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
INNER JOIN pg_catalog.pg_proc AS p ON t.tgfoid = p.oid AND p.prosecdef
INNER JOIN pg_catalog.pg_namespace AS f ON p.pronamespace = f.oid
INNER JOIN pg_catalog.pg_roles AS o ON p.proowner = o.oid
WHERE
    n.nspname = ANY(%s) AND NOT t.tgisinternal
    AND NOT (
        pg_catalog.has_table_privilege(o.oid, c.oid, 'SELECT')
        AND pg_catalog.has_table_privilege(o.oid, c.oid, 'UPDATE')
    )
ORDER BY 1, 2, 4, 5
"""


def checks() -> Iterator[DoctorCheck]:
    """What is asked of all that makes triggers fire."""
    yield DoctorCheck(
        "doctor.triggers.replicated",
        _KIND,
        "should",
        "No declared trigger fires for replicated rows as well, unless that is declared.",
        lambda patient: Signs(tuple(always(patient.contract, patient.catalog))),
    )
    yield DoctorCheck(
        "doctor.triggers.session",
        _KIND,
        "must",
        "No session begins with session_replication_role other than origin.",
        _sessions,
    )
    yield DoctorCheck(
        "doctor.triggers.flagged",
        _KIND,
        "must",
        "Tables with triggers are marked as having them: others fire none.",
        _flags,
    )
    yield DoctorCheck(
        "doctor.triggers.owner",
        _KIND,
        "must",
        "The owner of a trigger's SECURITY DEFINER function may read and write its table.",
        _owners,
    )
    yield DoctorCheck(
        "doctor.constraints.enforced",
        _KIND,
        "must",
        "No constraint is NOT ENFORCED, or without the triggers that enforce it.",
        _enforced,
    )


def always(contract: Contract, catalog: Catalog) -> Iterator[Finding]:
    """Declared triggers that fire under any session_replication_role, undeclared."""
    home = contract.schemas[0]
    for name, table in contract.tables.items():
        there = catalog.tables[name].triggers if name in catalog.tables else {}
        for trigger in table.triggers:
            found = there.get(trigger.name)
            if found and found.enabled == "always" != trigger.enabled:
                yield Finding(
                    f"trigger {trigger.name} on {name}",
                    trigger.enabled,
                    "always: a subscriber does again what replicated rows have brought",
                    repair=repair.enable(name, trigger.name, home),
                )


def _rows(patient: Patient, query: str) -> list[Any]:
    schemas = list(patient.contract.schemas)
    parameters = [schemas] if "%s" in query else None
    return patient.connection.execute(query.encode(), parameters).fetchall()


def _sessions(patient: Patient) -> Signs:
    faults = [_session(database, role, value) for database, role, value in _rows(patient, _ROLES)]
    for value, source in _rows(patient, _SERVER):
        faults.append(
            Finding(
                f"session_replication_role of the server, by its {source}",
                "origin",
                f"{value}: triggers and references do nothing",
                repair="ALTER SYSTEM RESET session_replication_role;\nSELECT pg_reload_conf();",
            )
        )
    return Signs(tuple(faults))


def _session(database: str, role: str, setting: str) -> Finding:
    of_role = f"role {identifier(role)}" if role else ""
    of_database = f"database {identifier(database)}" if database else ""
    reset = "RESET session_replication_role;"
    place = f" IN DATABASE {identifier(database)}" if role and database else ""
    what = f"ROLE {identifier(role)}{place}" if role else f"DATABASE {identifier(database)}"
    if not role and not database:
        what = "ROLE ALL"
    return Finding(
        f"sessions of {' in '.join(filter(None, (of_role, of_database))) or 'every role'}",
        "session_replication_role=origin",
        f"{setting}: triggers and references do nothing",
        repair=f"ALTER {what} {reset}",
    )


def _flags(patient: Patient) -> Signs:
    faults = []
    for schema, table in _rows(patient, _FLAGS):
        whole = f"{identifier(schema)}.{identifier(table)}"
        faults.append(
            Finding(
                f"table {_name(schema, table, patient)}",
                "marked as having triggers",
                "pg_class.relhastriggers is false, so that none of them fires",
                repair=f"UPDATE pg_class SET relhastriggers = TRUE"
                f" WHERE oid = '{whole}'::regclass; -- as a superuser",
            )
        )
    return Signs(tuple(faults))


def _owners(patient: Patient) -> Signs:
    faults = []
    for schema, function, owner, place, table, other in _rows(patient, _OWNERS):
        faults.append(
            Finding(
                f"function {_name(schema, function, patient)}, a trigger's of"
                f" {_name(place, table, patient)}",
                "an owner who may read and write that table",
                f"owner {owner} may not",
                repair=f"ALTER FUNCTION {identifier(schema)}.{identifier(function)}"
                f" OWNER TO {identifier(other)};",
            )
        )
    return Signs(tuple(faults))


def _enforced(patient: Patient) -> Signs:
    home = patient.contract.schemas[0]
    lost = {
        (_name(schema, table, patient), name) for schema, table, name in _rows(patient, _ENFORCERS)
    }
    faults = []
    for name, table in patient.catalog.tables.items():
        for constraint in table.constraints.values():
            if (name, constraint.name) in lost:
                state = "its triggers are gone: no row is looked at"
                mend = repair.remake(name, constraint.name, constraint.definition, home)
            elif not constraint.enforced:
                state = "not enforced, or its triggers are disabled: no row is looked at"
                mend = repair.enforce(
                    filter(None, dict.fromkeys([name, constraint.references])), home
                )
            else:
                continue
            faults.append(
                Finding(f"constraint {constraint.name} of {name}", "enforced", state, repair=mend)
            )
    return Signs(tuple(faults))


def _name(schema: str, name: str, patient: Patient) -> str:
    """The name as the contract has it."""
    return named("" if schema == patient.contract.schemas[0] else schema, name)

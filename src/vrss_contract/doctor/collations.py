"""Whether texts are still sorted as they were when their indexes were made.

An operating system that is upgraded may sort otherwise, and an index in the former order then
misses rows, and takes duplicates of a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs
from vrss_contract.sql.literal import identifier, text

_DATABASE_SINCE = 150000
"""The server version that knows the version of a database's own collation."""
_DATABASE = """
SELECT
    pg_catalog.current_database(), d.datcollversion,
    pg_catalog.pg_database_collation_actual_version(d.oid)
FROM pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database() AND d.datcollversion IS NOT NULL
"""
_USED = """
SELECT
    n.nspname, c.collname, c.collversion, pg_catalog.pg_collation_actual_version(c.oid), c.oid
FROM pg_catalog.pg_collation AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.collnamespace = n.oid
WHERE c.collversion IS NOT NULL AND c.oid IN (
    SELECT a.attcollation FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS t ON a.attrelid = t.oid
    INNER JOIN pg_catalog.pg_namespace AS s ON t.relnamespace = s.oid
    WHERE s.nspname = ANY(%s)
)
ORDER BY 1, 2
"""
_INDEXES = """
SELECT pg_catalog.format('%%I.%%I', n.nspname, i.relname)
FROM pg_catalog.pg_index AS x
INNER JOIN pg_catalog.pg_class AS i ON x.indexrelid = i.oid
INNER JOIN pg_catalog.pg_namespace AS n ON i.relnamespace = n.oid
WHERE n.nspname = ANY(%s) AND i.relkind = 'i'
AND %s::oid = ANY(x.indcollation::oid[])
ORDER BY 1
"""
_DEFAULT = 100
"""The OID of the database's own collation."""


@dataclass(frozen=True, slots=True)
class Version:
    """A collation's version: what was recorded, and what the system has."""

    name: str
    """``COLLATION x`` or ``DATABASE x``, as ALTER has it."""
    recorded: str
    actual: str | None
    """None for a collation that has no version now."""
    indexes: tuple[str, ...]


def checks() -> Iterator[DoctorCheck]:
    """What is asked of collations."""
    yield DoctorCheck(
        "doctor.collations.version",
        "index",
        "should",
        "Collations are of the version that the indexes were made with.",
        lambda patient: Signs(tuple(outdated(_versions(patient)))),
    )


def outdated(versions: Sequence[Version]) -> Iterator[Finding]:
    """Collations of another version than the one recorded."""
    for one in versions:
        if one.recorded != one.actual:
            yield Finding(
                f"{one.name}, by which {_indexes(len(one.indexes))} sorted",
                f"the version recorded, {one.recorded}",
                f"{one.actual or 'none'} on this system: texts may be sorted otherwise",
                repair=_repair(one),
            )


def _indexes(count: int) -> str:
    return "1 index is" if count == 1 else f"{count:,} indexes are"


def _repair(one: Version) -> str:
    lines = [f"REINDEX INDEX CONCURRENTLY {name};" for name in one.indexes]
    lines.append(f"ALTER {one.name} REFRESH {_words(one.name)}VERSION;")
    if one.actual is None and one.name.startswith("DATABASE"):
        database = text(one.name.partition(" ")[2].strip('"'))
        lines.append(
            "-- PostgreSQL refuses that where the system's collation has no version; a superuser:"
            f"\nUPDATE pg_database SET datcollversion = NULL WHERE datname = {database};"
        )
    return "\n".join(lines)


def _words(name: str) -> str:
    return "COLLATION " if name.startswith("DATABASE") else ""


def _versions(patient: Patient) -> list[Version]:
    connection, schemas = patient.connection, list(patient.contract.schemas)
    found = []
    if connection.info.server_version >= _DATABASE_SINCE:
        for name, recorded, actual in connection.execute(_DATABASE).fetchall():
            indexes = _resting(connection, schemas, _DEFAULT)
            found.append(Version(f"DATABASE {identifier(name)}", recorded, actual, indexes))
    for schema, name, recorded, actual, oid in connection.execute(_USED, [schemas]).fetchall():
        called = f"COLLATION {identifier(schema)}.{identifier(name)}"
        found.append(Version(called, recorded, actual, _resting(connection, schemas, oid)))
    return found


def _resting(
    connection: psycopg.Connection[Any], schemas: list[str], collation: int
) -> tuple[str, ...]:
    """The indexes that are sorted by the collation."""
    rows = connection.execute(_INDEXES, [schemas, collation]).fetchall()
    return tuple(name for (name,) in rows)

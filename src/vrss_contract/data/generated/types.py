"""The types of columns: built-in ones in one spelling, a database's own with what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.sql.literal import named, relation

Kind = Literal["enum", "domain", "composite", "range", "base"]
_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "float4": "real",
    "float8": "double precision",
    "float": "double precision",
    "decimal": "numeric",
    "bool": "boolean",
    "character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "bit varying": "varbit",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}
_SPELT = re.compile(
    r"(?P<name>[^(\[]+?)\s*(?:\((?P<size>[\d\s,-]+)\))?(?P<rest>[a-z ]*)(?P<array>(?:\[\d*\])*)"
)
_PART = re.compile(r'"((?:[^"]|"")+)"|([^."]+)')
_TYPES = """
SELECT
    n.nspname, t.typname,
    CASE t.typtype
        WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
        ELSE 'base'
    END,
    coalesce(
        format_type(nullif(t.typbasetype, 0), t.typtypmod),
        (SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid), ''
    ),
    t.typnotnull,
    ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
    ARRAY(
        SELECT pg_get_expr(k.conbin, 0) FROM pg_constraint AS k
        WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname
    ),
    ARRAY(
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = nullif(t.typrelid, 0) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    )
FROM pg_type AS t
INNER JOIN pg_namespace AS n ON t.typnamespace = n.oid
WHERE
    n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast|^pg_temp'
    AND t.typtype IN ('e', 'd', 'c', 'r') AND (
        t.typtype <> 'c'
        OR EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c')
    )
"""


@dataclass(frozen=True, slots=True)
class Spelt:
    """A type as a column spells it, taken apart."""

    name: str
    sizes: tuple[int, ...] = ()
    dimensions: int = 0

    @property
    def element(self) -> Spelt:
        """Of an array, what is in it."""
        return Spelt(self.name, self.sizes)


@dataclass(frozen=True, slots=True)
class Own:
    """A type that the schema made."""

    kind: Kind
    base: str = ""
    """Of a domain what it restricts, of a range what it is of."""
    required: bool = False
    labels: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


Types = Mapping[str, Own]
"""By name, with and without the schema."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a contract does not say and the database does."""

    types: Types = field(default_factory=dict)
    partitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of each partitioned table, what its partitions ask of a row, one of them each row."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """How SQL spells each table, its schema included."""

    def spelling(self, table: str) -> str:
        """The table as SQL spells it."""
        return self.relations.get(table) or relation(table)


def spelt(type_: str) -> Spelt:
    """The type taken apart."""
    found = _SPELT.fullmatch(type_.strip())
    if not found:
        return Spelt(type_)
    name = f"{found['name']}{found['rest']}".strip()
    name = name if '"' in name else name.lower()
    sizes = tuple(int(size) for size in (found["size"] or "").split(",") if size.strip())
    return Spelt(_ALIASES.get(name, _unquoted(name)), sizes, found["array"].count("["))


def declared(contract: Contract) -> Facts:
    """What the contract alone says: its enums."""
    return Facts({enum.name: Own("enum", labels=enum.labels) for enum in contract.enums.values()})


def read(connection: psycopg.Connection[Any], home: str = "public") -> Facts:
    """What the database says; ``home`` is the schema of names that say none.

    Inside a transaction.
    """

    def last(row: tuple[Any, ...]) -> bool:
        """What is at home is called by its name alone, whatever has that name elsewhere."""
        return bool(row[0] == home)

    types: dict[str, Own] = {}
    for schema, name, *facts in sorted(_asked(connection, _TYPES), key=last):
        kind, base, required, labels, checks, attributes = facts
        own = Own(kind, base, required, tuple(labels), tuple(checks), tuple(attributes))
        types[name] = types[f"{schema}.{name}"] = own
    relations: dict[str, str] = {}
    for schema, name, spelling in sorted(_asked(connection, _RELATIONS), key=last):
        relations[named(name)] = relations[named(schema, name)] = spelling
    partitions: dict[str, tuple[str, ...]] = {}
    for schema, name, expressions in sorted(_asked(connection, _PARTITIONS), key=last):
        bounds = tuple(one for one in expressions if one)
        partitions[named(name)] = partitions[named(schema, name)] = bounds
    return Facts(types, partitions, relations)


def _asked(connection: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    """The answer, in which all that is not built in has its schema before it."""
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        return connection.execute(query.encode()).fetchall()


def _unquoted(name: str) -> str:
    parts = [quoted.replace('""', '"') or bare for quoted, bare in _PART.findall(name)]
    return ".".join(part for part in parts if part != "pg_catalog")


_RELATIONS = """
SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
_PARTITIONS = """
SELECT n.nspname, r.relname, array_agg(pg_get_partition_constraintdef(p.relid) ORDER BY c.relname)
FROM pg_partitioned_table AS t
INNER JOIN pg_class AS r ON t.partrelid = r.oid AND NOT r.relispartition
INNER JOIN pg_namespace AS n ON r.relnamespace = n.oid
CROSS JOIN LATERAL pg_partition_tree(r.oid) AS p
INNER JOIN pg_class AS c ON p.relid = c.oid
WHERE p.isleaf AND p.relid <> r.oid
GROUP BY n.nspname, r.relname
"""

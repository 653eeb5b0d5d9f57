"""The catalog of a database, read in one round trip.

Needs no right but to connect, and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import psycopg

from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import (
    Catalog,
    CatalogColumn,
    CatalogFunction,
    CatalogIndex,
    CatalogTable,
    CatalogTrigger,
    Constraint,
    IndexColumn,
)
from vrss_contract.sql import literal
from vrss_contract.sql.type_name import formatted
from vrss_contract.sql.unqualified import unqualified

Raw = dict[str, Any]
_Fact = TypeVar("_Fact")
_SET_SCHEMAS = (
    "SELECT pg_catalog.set_config('vrss_contract.schemas', {}, TRUE),"
    " pg_catalog.set_config('vrss_contract.known', {}, TRUE)"
)
# Read with built-in names alone on the path (pg_temp, unless named, would come first), so that no
# function of the database answers for one of these queries, and PostgreSQL prints the schema of all
# that is not built in; and moments, as bounds of partitions have them, are printed in one zone. The
# caller's path and zone are put back.
_KEEP = (
    "SELECT pg_catalog.set_config("
    "'vrss_contract.path', pg_catalog.current_setting('search_path'), TRUE),"
    " pg_catalog.set_config('vrss_contract.zone', pg_catalog.current_setting('TimeZone'), TRUE)"
)
_SET = (
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', TRUE),"
    " pg_catalog.set_config('TimeZone', 'UTC', TRUE)"
)
_PUT_BACK = (
    "SELECT set_config('search_path', current_setting('vrss_contract.path'), TRUE),"
    " set_config('TimeZone', current_setting('vrss_contract.zone'), TRUE)"
)

_NAMES = ("vrss_contract_tables", "vrss_contract_objects")
_EXECUTED = tuple(f"EXECUTE {name}" for name in _NAMES)
_IS_PREPARED = (
    "SELECT count(*) FROM pg_catalog.pg_prepared_statements"
    f" WHERE name OPERATOR(pg_catalog.=) '{_NAMES[-1]}'"
)

_ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_PERSISTENCES = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_ENABLED = {"O": "enabled", "D": "disabled", "R": "replica only", "A": "always"}
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_BETWEEN = "\x01"
"""What parts the schema, which may be nothing, from a name in the server's answer."""
_SPELT = frozenset(
    {
        *("type", "default", "expression", "predicate", "opclass", "definition"),
        *("arguments", "returns", "partition_by", "bounds"),
    }
)
"""The facts that PostgreSQL prints as SQL."""
_WHEN = re.compile(r" FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE FUNCTION ", re.DOTALL)


def read(connection: psycopg.Connection[Any], schemas: Sequence[str] = ("public",)) -> Catalog:
    """All facts of these schemas that no extension owns; the first one's names are bare.

    Works inside a transaction, or outside one, and sees what the session sees.

    Raises:
        psycopg.Error: the connection is gone, or its transaction has failed.
    """
    with connection.cursor() as cursor:
        return _told(cursor, _script(tuple(schemas), (), _queries()), schemas[0])


def read_again(
    connection: psycopg.Connection[Any],
    schemas: Sequence[str],
    known: Catalog,
    changed: Collection[str],
) -> Catalog:
    """All facts of these schemas after a change that bore on a few tables alone.

    The session keeps the questions prepared, since planning them takes longer than answering.

    Args:
        connection: the session that sees the change.
        schemas: the schemas, the first one's names are bare.
        known: what was there before.
        changed: the names of the tables that may be others now, as ``known`` has them.

    Raises:
        psycopg.Error: the connection is gone, or its transaction has failed.
    """
    kept = [one for one in known.tables if one not in changed and literal.identifier(one) == one]
    with connection.cursor() as cursor:
        cursor.execute(_IS_PREPARED)
        if not _answer(cursor):
            cursor.execute(_script(tuple(schemas), (), _prepared()))
        found = _told(cursor, _script(tuple(schemas), tuple(kept), _EXECUTED), schemas[0])
    tables = {**{name: known.tables[name] for name in kept}, **found.tables}
    return replace(found, tables=dict(sorted(tables.items())))


def _told(cursor: psycopg.Cursor[Any], script: bytes, home: str) -> Catalog:
    cursor.execute(script)
    answers = [_answer(cursor)]
    while cursor.nextset():
        answers.append(_answer(cursor))
    *_, tables, objects, _ = answers
    hidden = frozenset(objects["shared_names"])
    return _catalog(_bare(tables, hidden, home), _bare(objects, hidden, home))


def schemas_of(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The schemas of a database that are neither the server's nor an extension's, public first."""
    rows = connection.execute(
        "SELECT nspname FROM pg_catalog.pg_namespace AS n"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS ("
        "SELECT FROM pg_catalog.pg_depend AS d"
        " WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"
        " AND d.objid = n.oid AND d.deptype = 'e')"
        " ORDER BY nspname <> 'public', nspname COLLATE \"C\""
    ).fetchall()
    return tuple(name for (name,) in rows)


def _script(schemas: Sequence[str], kept: Sequence[str], queries: Sequence[str]) -> bytes:
    """One string, hence one trip; without parameters the server takes several statements."""
    named = _SET_SCHEMAS.format(*(literal.text(json.dumps(one)) for one in (schemas, kept)))
    return ";\n".join([_KEEP, _SET, named, *queries, _PUT_BACK]).encode()


@cache
def _queries() -> Sequence[str]:
    here = resources.files("vrss_contract.database.catalog")
    names = ("scope.sql", "tables.sql", "objects.sql")
    scope, *queries = ((here / name).read_text("utf-8").rstrip() for name in names)
    return [f"{scope},\n{query}" for query in queries]


def _prepared() -> Sequence[str]:
    return [f"PREPARE {name} AS {query}" for name, query in zip(_NAMES, _queries(), strict=True)]


def _answer(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    return next(iter(row.values() if isinstance(row, dict) else row or ()))


def _bare(raw: Any, hidden: frozenset[str], home: str) -> Any:
    """The answer without the first schema before names that mean the same without it."""
    if isinstance(raw, list):
        return [_bare(item, hidden, home) for item in raw]
    if isinstance(raw, str):
        return _name(raw)
    if not isinstance(raw, dict):
        return raw
    return {
        _name(key): _spelt(key, value, hidden, home)
        if key in _SPELT and isinstance(value, str)
        else _bare(value, hidden, home)
        for key, value in raw.items()
    }


def _spelt(key: str, value: str, hidden: frozenset[str], home: str) -> str:
    """SQL without the first schema; a type, which nothing else can be taken for, also quoted."""
    bare = unqualified(value, hidden, home)
    if key != "type":
        return bare
    return formatted(bare, home if '"' in bare else "")


def _name(text: str) -> str:
    """A name with its schema before it, as contracts write it; any other text as it is."""
    return literal.named(*text.split(_BETWEEN)) if _BETWEEN in text else text


def _catalog(tables: list[Raw], objects: Raw) -> Catalog:
    return Catalog(
        tables=_named(_table, tables),
        enums={name: tuple(labels) for name, labels in objects["enums"].items()},
        functions=tuple(_plain(CatalogFunction, raw) for raw in objects["functions"]),
        sequences=_named(lambda raw: _plain(facts.Sequence, raw), objects["sequences"]),
        others=tuple((kind, name) for kind, name in objects["others"]),
        rights=tuple(objects["rights"]),
        settings=tuple(objects["settings"]),
    )


def _table(raw: Raw) -> CatalogTable:
    parts = {
        "columns": _named(lambda raw: _plain(CatalogColumn, raw), raw["columns"]),
        "constraints": _named(_constraint, raw["constraints"]),
        "indexes": _named(_index, raw["indexes"]),
        "triggers": _named(_trigger, raw["triggers"]),
        "persistence": _PERSISTENCES[raw["persistence"]],
    }
    return _plain(CatalogTable, {**raw, **parts})


def _constraint(raw: Raw) -> Constraint:
    words = {
        "on_delete": _ACTIONS.get(raw["on_delete"], ""),
        "on_update": _ACTIONS.get(raw["on_update"], ""),
        "match": _MATCHES.get(raw["match"], ""),
    }
    return _plain(Constraint, {**raw, **words})


def _index(raw: Raw) -> CatalogIndex:
    columns = tuple(_plain(IndexColumn, column) for column in raw["columns"])
    return _plain(CatalogIndex, {**raw, "columns": columns})


def _trigger(raw: Raw) -> CatalogTrigger:
    bits: int = raw.pop("type")
    guard = _WHEN.search(raw["definition"]) if raw.pop("guarded") else None
    words = {
        "timing": "before" if bits & 2 else "instead of" if bits & 64 else "after",
        "events": tuple(word for bit, word in _EVENTS.items() if bits & bit),
        "each": "row" if bits & 1 else "statement",
        "when": guard.group(1) if guard else "",
        "enabled": _ENABLED[raw["enabled"]],
    }
    return _plain(CatalogTrigger, {**raw, **words})


def _plain(fact: Callable[..., _Fact], raw: Mapping[str, Any]) -> _Fact:
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
    return fact(**values)


def _named(make: Callable[[Raw], _Fact], raws: Iterable[Raw]) -> dict[str, _Fact]:
    return {raw["name"]: make(raw) for raw in raws}

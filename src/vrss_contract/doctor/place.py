"""Which schema of a live database holds the contract's tables.

The one that is asked for; else the contract's own, or the DSN's, or one of the role's search_path,
where more of the declared tables are. Where they are in none of these, that is told, with the word
to give.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from vrss_contract.contract.model import Clause, Contract, FactPromise, Function
from vrss_contract.doctor.errors import TABLES_ELSEWHERE
from vrss_contract.sql.literal import identifier, parts

_FOUND = """
SELECT n.nspname, pg_catalog.count(*)
FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_'
GROUP BY n.nspname
ORDER BY 2 DESC, 1
"""
_PATH = "SELECT pg_catalog.current_schemas(FALSE)::pg_catalog.text[]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where tables whose name says no schema are."""

    schema: str
    note: str = ""


def find(
    connection: psycopg.Connection[Any], contract: Contract, asked: str = "", hint: str = ""
) -> Place:
    """The schema to look in.

    Args:
        connection: whose role's search_path counts.
        contract: whose tables are looked for.
        asked: the schema that a person names, and no other.
        hint: the schema that the DSN names.

    Raises:
        TroubleError: no declared table is there, and some are in another.
        psycopg.Error: the catalog can't be read.
    """
    bare = [name for name in contract.tables if len(parts(name)) == 1]
    counts = dict(connection.execute(_FOUND, [[parts(name)[0] for name in bare]]).fetchall())
    (path,) = connection.execute(_PATH).fetchone() or ([],)
    likely = [hint, *path] if hint else path
    return chosen(counts, likely, contract.schemas[0], asked, len(bare))


def chosen(
    counts: Mapping[str, int], path: Sequence[str], home: str, asked: str, total: int
) -> Place:
    """The schema with most of the declared tables, of those that may be meant."""
    meant = [asked] if asked else list(dict.fromkeys([home, *path]))
    schema = max(meant, key=lambda one: counts.get(one, 0))  # the first of several
    others = {name: count for name, count in counts.items() if name not in meant}
    if not counts.get(schema) and others:
        most = max(others, key=lambda one: others[one])
        raise TABLES_ELSEWHERE(
            looked=", ".join(meant),
            places=[f"{count} of {total} in the schema {one}" for one, count in others.items()],
            schema=shlex.quote(most),
        )
    note = "" if counts or not total else f"none of the {total} declared tables is in the database"
    if schema != home and not asked:
        note = f"looked in the schema {schema}, which the DSN or the role's search_path names"
    return Place(schema, note)


def moved(contract: Contract, schema: str) -> Contract:
    """The contract with its first schema in that place, the paths of its functions included."""
    home = contract.schemas[0]
    if schema == home:
        return contract
    manifest = replace(contract.manifest, schemas=(schema, *contract.schemas[1:]))
    functions = {name: _moved(one, home, schema) for name, one in contract.functions.items()}
    clauses = tuple(_clause(clause, home, schema) for clause in contract.clauses)
    return replace(contract, manifest=manifest, functions=functions, clauses=clauses)


def _clause(clause: Clause, home: str, schema: str) -> Clause:
    promise = clause.promise
    if not isinstance(promise, FactPromise) or not isinstance(promise.expected, Function):
        return clause
    return replace(
        clause, promise=replace(promise, expected=_moved(promise.expected, home, schema))
    )


def _moved(function: Function, home: str, schema: str) -> Function:
    path = re.sub(
        rf"(?<![\w\"]){re.escape(home)}(?![\w\"])", identifier(schema), function.search_path
    )
    return replace(function, search_path=path)

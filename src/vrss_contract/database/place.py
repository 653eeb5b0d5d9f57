"""Which schema of a live database holds the contract's tables.

The one that is asked for; else the contract's own, or the DSN's, or one of the role's search_path,
where more of the declared tables are. Where they are in none of these, that is told, with the word
to give.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.database.errors import TABLES_ELSEWHERE
from vrss_contract.errors import TroubleError
from vrss_contract.sql.literal import parts

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
    bare, counts = _counted(connection, contract)
    (path,) = connection.execute(_PATH).fetchone() or ([],)
    likely = [hint, *path] if hint else path
    return chosen(counts, likely, contract.schemas[0], asked, bare)


def elsewhere(connection: psycopg.Connection[Any], contract: Contract) -> str:
    """A note on tables of a loaded target that are not where the contract has them.

    Raises:
        TroubleError: none is there, and at least half of them are in one other schema.
    """
    total, counts = _counted(connection, contract)
    home = contract.schemas[0]
    others = {name: count for name, count in counts.items() if name not in contract.schemas}
    most = max(others, key=lambda one: others[one], default="")
    if not most or others[most] <= counts.get(home, 0):
        return ""
    if not counts.get(home) and 2 * others[most] >= total:
        raise _elsewhere(home, others, total)
    told = f"{others[most]} of the {total} declared tables are in the schema {most}"
    return f"{told}, and {counts.get(home, 0)} in {home}; --schema {shlex.quote(most)} looks there"


def _counted(connection: psycopg.Connection[Any], contract: Contract) -> tuple[int, dict[str, int]]:
    """How many tables are declared without a schema, and how many of them each schema has."""
    bare = [parts(name)[0] for name in contract.tables if len(parts(name)) == 1]
    return len(bare), dict(connection.execute(_FOUND, [bare]).fetchall())


def _elsewhere(looked: str, others: Mapping[str, int], total: int) -> TroubleError:
    most = max(others, key=lambda one: others[one])
    return TABLES_ELSEWHERE(
        looked=looked,
        places=[f"{count} of {total} in the schema {one}" for one, count in others.items()],
        schema=shlex.quote(most),
    )


def chosen(
    counts: Mapping[str, int], path: Sequence[str], home: str, asked: str, total: int
) -> Place:
    """The schema with most of the declared tables, of those that may be meant."""
    meant = [asked] if asked else list(dict.fromkeys([home, *path]))
    schema = max(meant, key=lambda one: counts.get(one, 0))  # the first of several
    others = {name: count for name, count in counts.items() if name not in meant}
    if not counts.get(schema) and others:
        raise _elsewhere(", ".join(meant), others, total)
    note = "" if counts or not total else f"none of the {total} declared tables is in the database"
    if schema != home and not asked:
        note = f"looked in the schema {schema}, which the DSN or the role's search_path names"
    return Place(schema, note)

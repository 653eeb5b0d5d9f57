"""The DDL that gives what a target has the contract's names. Pure, but for the reading of routines.

Views, checks, defaults, triggers and bodies in standard SQL follow by themselves; the texts of
other bodies are written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.naming.implied import implied
from vrss_contract.sql.literal import identifier, parts, qualified
from vrss_contract.sql.respelt import Names, respelt
from vrss_contract.target import Rename

_ROUTINES = """
SELECT
    pg_catalog.pg_get_functiondef(p.oid),
    coalesce(p.proargnames, '{}'),
    ARRAY(
        SELECT DISTINCT c.relname::pg_catalog.text
        FROM pg_catalog.pg_trigger AS t
        JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
        WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid
    )
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) p.prolang
WHERE
    n.nspname OPERATOR(pg_catalog.=) ANY(%s)
    AND p.prokind IN ('f', 'p') AND l.lanname IN ('plpgsql', 'sql')
    AND p.prosrc OPERATOR(pg_catalog.<>) ''
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE
            d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype = 'e'
    )
ORDER BY p.oid
"""
_ALTER = {
    "table": "ALTER TABLE {} RENAME TO {};",
    "enum": "ALTER TYPE {} RENAME TO {};",
    "function": "ALTER ROUTINE {} RENAME TO {};",
}
_FOR_NOW = "renamed_{}"
"""A name in between, where two things change theirs."""


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or procedure whose body is a text."""

    definition: str
    parameters: tuple[str, ...]
    tables: tuple[str, ...]
    """Those whose triggers call it."""


def routines(session: psycopg.Connection, schemas: Sequence[str]) -> tuple[Routine, ...]:
    """All of the schemas that no extension owns."""
    rows = session.execute(_ROUTINES, [list(schemas)]).fetchall()
    return tuple(Routine(text, tuple(names), tuple(tables)) for text, names, tables in rows)


def applicable(renames: Iterable[Rename], catalog: Catalog) -> tuple[Rename, ...]:
    """The renames of what is there."""
    asked = tuple(renames)
    called = _called(asked)
    return tuple(one for one in asked if _there(one, called, catalog))


def statements(
    renames: Sequence[Rename], catalog: Catalog, written: Iterable[Routine], home: str
) -> tuple[str, ...]:
    """What renames them, tables first, and then writes the bodies that speak of them anew.

    Args:
        renames: what is there and gets another name.
        catalog: what is there.
        written: the routines.
        home: the schema of names without one.
    """
    if not renames:
        return ()
    names = _names(renames, catalog)
    bodies = (
        (one.definition, respelt(one.definition, names, one.tables, one.parameters))
        for one in written
    )
    called = {found: wanted for wanted, found in _called(renames).items()}
    follow = implied(called, _columns_of(renames), catalog, home)
    return (
        *_altered(renames, home),
        *follow,
        *(f"{new.strip()};" for old, new in bodies if new != old),
    )


def _altered(renames: Sequence[Rename], home: str) -> Iterator[str]:
    for sort, alter in _ALTER.items():
        of_sort = [one for one in renames if one.sort == sort]
        for found, wanted in _steps([(one.found, one.wanted) for one in of_sort]):
            yield alter.format(qualified(found, home), identifier(parts(wanted)[-1]))
        if sort == "table":
            yield from _columns(renames, home)


def _columns(renames: Sequence[Rename], home: str) -> Iterator[str]:
    tables = dict.fromkeys(one.table for one in renames if one.sort == "column")
    for table in tables:
        pairs = [(one.found, one.wanted) for one in renames if one.table == table]
        alter = f"ALTER TABLE {qualified(table, home)} RENAME COLUMN"
        for found, wanted in _steps(pairs):
            yield f"{alter} {identifier(found)} TO {identifier(wanted)};"


def _steps(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The renames one by one; names that others have yet are taken by way of a third one."""
    held, later = {found for found, _ in pairs}, list[tuple[str, str]]()
    for number, (found, wanted) in enumerate(pairs):
        if wanted in held:
            later.append((_FOR_NOW.format(number), wanted))
            yield found, _FOR_NOW.format(number)
        else:
            yield found, wanted
    yield from later


def _names(renames: Sequence[Rename], catalog: Catalog) -> Names:
    called = {found: wanted for wanted, found in _called(renames).items()}
    columns = _columns_of(renames)
    return Names(
        relations=_bare(one for one in renames if one.sort in {"table", "enum"}),
        routines=_bare(one for one in renames if one.sort == "function"),
        columns={
            parts(name)[-1]: {
                column: columns.get((called.get(name, name), column), column)
                for column in table.columns
            }
            for name, table in catalog.tables.items()
        },
    )


def _columns_of(renames: Iterable[Rename]) -> dict[tuple[str, str], str]:
    return {(one.table, one.found): one.wanted for one in renames if one.sort == "column"}


def _bare(renames: Iterable[Rename]) -> dict[str, str]:
    return {parts(one.found)[-1]: parts(one.wanted)[-1] for one in renames}


def _called(renames: Iterable[Rename]) -> dict[str, str]:
    """The target's names of tables, by the contract's."""
    return {one.wanted: one.found for one in renames if one.sort == "table"}


def _there(one: Rename, called: dict[str, str], catalog: Catalog) -> bool:
    if one.sort == "column":
        table = catalog.tables.get(called.get(one.table, one.table))
        return table is not None and one.found in table.columns
    if one.sort == "function":
        return any(function.name == one.found for function in catalog.functions)
    return one.found in (catalog.tables if one.sort == "table" else catalog.enums)

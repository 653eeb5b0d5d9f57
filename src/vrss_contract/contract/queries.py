"""Queries out of the contract's entries.

A query's SQL stands in files of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vrss_contract.contract.entry import Entry
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import Query, QueryCase, Table

NO_WITNESS = "none"
"""What an index's declaration has in the place of its witness where an erratum says why."""


def query(entry: Entry) -> Query:
    """The query that an entry declares.

    Raises:
        TroubleError: there is no such file, or two cases have one name.
    """
    raw = entry.raw
    cases = tuple(_case(case) for case in raw["cases"])
    names = [case.name for case in cases]
    if twice := next((name for name in names if names.count(name) > 1), None):
        found = f"two cases are called {twice!r}"
        raise CLAUSE_FAULT(place=entry.place, found=found, do="give each case a name of its own")
    return Query(
        name=raw["id"],
        says=raw["says"],
        level=raw["level"],
        sql=entry.file(raw["sql"]),
        plain=entry.file(raw["plain"]),
        cases=cases,
        ordered=raw.get("ordered", True),
        edges=raw.get("edges", ""),
        source=raw.get("source", ""),
        place=entry.place,
    )


def require_witnesses(tables: Iterable[Table], queries: Mapping[str, Query]) -> None:
    """Refuse an index whose witness is no case of a query.

    Raises:
        TroubleError: there is no such case.
    """
    known = {f"{one.name}.{case.name}" for one in queries.values() for case in one.cases}
    for table in tables:
        for index in table.indexes:
            if index.witness and index.witness not in (NO_WITNESS, *known):
                found = f"{index.name}: there is no case {index.witness!r}"
                remedy = "name a query's id and one of its cases, with a dot between them"
                raise CLAUSE_FAULT(place=table.place, found=found, do=remedy)


def _case(raw: Mapping[str, Any]) -> QueryCase:
    served = tuple(
        tuple(group) if isinstance(group, list) else (group,) for group in raw.get("served_by", ())
    )
    return QueryCase(**{**raw, "served_by": served})

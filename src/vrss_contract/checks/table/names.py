"""What things are called: all else is judged by whatever name they have."""

from __future__ import annotations

from collections.abc import Iterable

from vrss_contract.checks.table.answer import Answer, Missing
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import FactPromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.target import Rename


def name(promise: FactPromise, catalog: Catalog, renames: Iterable[Rename]) -> Answer:
    """A thing of that name, which was not called otherwise before it was renamed."""
    sort, table, wanted = promise.expected, promise.table, promise.name
    for one in renames:
        if (one.sort, one.table, one.wanted) == (sort, table, wanted):
            return (Finding(f'{one.full} is called "{one.found}" here', wanted, one.found),)
    there = catalog.tables.get(table)
    if table and there is None:
        return Missing(f"table {table}")
    names = {
        "table": catalog.tables.keys(),
        "column": there.columns.keys() if there else (),
        "enum": catalog.enums.keys(),
        "function": [function.name for function in catalog.functions],
    }[sort]
    full = f"{table}.{wanted}" if table else wanted
    return () if wanted in names else Missing(f"{sort} {full}")

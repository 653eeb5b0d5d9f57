"""Whether a declared thing is there under another name, or as an index where a key is declared.

Told by the comparisons that verify makes. Pure.
"""

from __future__ import annotations

from vrss_contract.checks.table import other_name
from vrss_contract.contract.model import Contract, FactPromise
from vrss_contract.database.catalog.facts import Catalog


def of(promise: FactPromise, contract: Contract, catalog: Catalog) -> str:
    """What does the same under a name that the contract does not know; nothing where none does."""
    table = catalog.tables.get(promise.table)
    if table is None or promise.aspect not in other_name.ASPECTS:
        return ""
    place = "triggers" if promise.aspect == "trigger" else "constraints"
    kept = {one.name for one in other_name.named(contract.tables[promise.table], place)}
    if found := other_name.of(promise.aspect, promise.expected, table, catalog, kept):
        return found
    index = other_name.index_for(promise.expected, table) if promise.aspect == "key" else ""
    return f"{index}, a unique index and no constraint" if index else ""

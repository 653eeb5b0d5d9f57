"""Keys of another type than declared: a row that a contract names can't be put in there. Pure.

All that hangs on it is told for that one reason, whichever table it is asked of.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks import same_type
from vrss_contract.contract.model import Contract, Table
from vrss_contract.database.catalog.facts import Catalog


def told(table: str, contract: Contract, catalog: Catalog) -> str:
    """Why a row of the table is refused for a type; nothing where its key is of the declared one.

    Args:
        table: whose row was tried.
        contract: what is declared.
        catalog: what is there.
    """
    others = [key for one in contract.tables.values() for key in _others(one, catalog)]
    if not any(key.startswith(f"{table}.") for key in others):
        return ""
    keys = f"{len(others)} keys are" if len(others) > 1 else "a key is"
    return f"{keys} of another type than declared, such as {others[0]}, and rows are told by keys"


def _others(table: Table, catalog: Catalog) -> Iterator[str]:
    there = catalog.tables.get(table.name)
    primary = (name for key in table.keys if key.primary for name in key.columns)
    for column in map(table.column, primary):
        found = there.columns.get(column.name) if there else None
        if found and not same_type.serves(column, found, catalog):
            yield f"{table.name}.{column.name}, which is {found.type}"

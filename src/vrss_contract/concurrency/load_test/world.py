"""The rows that a load test begins with, and their keys."""

from __future__ import annotations

import psycopg

from vrss_contract.concurrency.load_test.draw import Keys
from vrss_contract.concurrency.workload.call import Value
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.asking import path
from vrss_contract.data.dataset.clearing import advance, counters
from vrss_contract.data.dataset.errors import FILL_FAILED, UNREADABLE_DATASET
from vrss_contract.data.dataset.numbering import meant
from vrss_contract.data.dataset.sized import rendered
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.loader import said
from vrss_contract.sql.literal import relation


def fill(connection: psycopg.Connection, contract: Contract) -> None:
    """Put the rows in, in place of any that are there, and let new ones have keys of their own.

    Raises:
        TroubleError: the contract names no such rows, their file can't be read, or the target
            does not take them.
    """
    script = _script(contract)
    kept = contract.manifest.reference.tables if contract.manifest.reference else ()
    tables = [table for table in contract.tables if table not in kept]
    try:
        connection.execute(emptied(tables).encode())
        connection.execute(meant(connection)(script).encode())
        with connection.transaction():
            connection.execute(path(contract.schemas).encode())
            advance(connection, counters(connection, tables))
        connection.execute(f"ANALYZE {', '.join(map(relation, tables))}".encode())
    except psycopg.Error as error:
        what = "put in the rows of the load test"
        raise FILL_FAILED(what=what, reason=said(error)) from error


def keys_of(connection: psycopg.Connection, contract: Contract) -> Keys:
    """The keys of the rows that were put in: numbers from 1, or what the contract's query gives.

    Raises:
        TroubleError: a query fails or gives no key.
    """
    rows = contract.manifest.required_load_test()
    numbers = {thing: range(1, size + 1) for thing, size in rows.sizes.items()}
    return {**numbers, **{thing: _asked(connection, contract, thing) for thing in rows.queries}}


def _asked(connection: psycopg.Connection, contract: Contract, thing: str) -> list[Value]:
    query = contract.manifest.required_load_test().queries[thing]
    what = f"ask for the keys of {thing}, with the query of `load_test` in the manifest"
    try:
        found = connection.execute(query.encode()).fetchall()
    except psycopg.Error as error:
        raise FILL_FAILED(what=what, reason=said(error)) from error
    if not found:
        raise FILL_FAILED(what=what, reason="it returns no row")
    return [key if isinstance(key, int) else str(key) for key, *_ in found]


def _script(contract: Contract) -> str:
    rows = contract.manifest.required_load_test()
    try:
        return rendered(rows.file.read_text("utf-8"), rows.sizes)
    except (OSError, ValueError) as error:
        remedy = "the manifest's `load_test:` names it by its path from the contract's folder"
        raise UNREADABLE_DATASET(path=rows.file, found=str(error), do=remedy) from error
    except KeyError as error:
        remedy = "give it a number in the manifest, under `load_test: {sizes: ...}`"
        found = f"the placeholder :{error.args[0]} has no size"
        raise UNREADABLE_DATASET(path=rows.file, found=found, do=remedy) from error

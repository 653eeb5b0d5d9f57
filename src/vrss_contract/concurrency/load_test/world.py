"""The rows that a load test begins with."""

from __future__ import annotations

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.asking import path
from vrss_contract.data.dataset.clearing import advance, counters
from vrss_contract.data.dataset.errors import FILL_FAILED, UNREADABLE_DATASET
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
        connection.execute(script.encode())
        with connection.transaction():
            connection.execute(path(contract.schemas).encode())
            advance(connection, counters(connection, tables))
        connection.execute(f"ANALYZE {', '.join(map(relation, tables))}".encode())
    except psycopg.Error as error:
        what = "put in the rows of the load test"
        raise FILL_FAILED(what=what, reason=said(error)) from error


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

"""Rows into a database whose tables are empty: all of them, or nothing has happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset import Dataset, admission, clearing, rows
from vrss_contract.data.dataset.asking import run
from vrss_contract.data.dataset.errors import CATALOG_CHANGED
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.fidelity import differences, likeness
from vrss_contract.data.dataset.numbering import meant
from vrss_contract.data.dataset.progress import Meter, Seen, unseen
from vrss_contract.data.dataset.rebuild import Rebuilding
from vrss_contract.data.dataset.transaction import whole
from vrss_contract.data.dataset.vacuum import vacuum


def fill(
    connection: psycopg.Connection[Any],
    dataset: Dataset,
    tables: Sequence[str],
    *,
    schemas: Sequence[str] = ("public",),
    seen: Seen = unseen,
) -> int:
    """Write the dataset's rows, and the reference data before them; then VACUUM.

    One transaction: triggers are off unless the dataset wants them, and of a bulk of rows keys,
    indexes and references are made after. That the schema is what it was is seen before the commit.

    Args:
        connection: autocommit, of the role that owns the tables.
        dataset: what to write; a JSON document of ``Copied`` is its text.
        tables: the contract's, parents first; all must be there and, but for those of the
            reference data, be empty.
        schemas: where they are; a table's name says its schema unless it is the first one.
        seen: called after each portion and step.

    Returns:
        How many rows the portions wrote.

    Raises:
        TroubleError: see ``dataset.errors``; nothing has happened, but for ``NOT_VACUUMED`` and
            ``IN_DOUBT``. ``DATA_REFUSED`` has the server's error as its cause.
    """
    meter = Meter(dataset.rows, seen, bulk=dataset.bulk)
    failing = Failing(connection)
    with failing.told(), whole(connection, schemas):
        _require(connection, dataset, tables)
        before = likeness(connection, schemas)
        _write(connection, dataset, tables, meter, failing)
        failing.doing("compare the schema with what it was")
        if changed := differences(before, likeness(connection, schemas)):
            raise CATALOG_CHANGED(differences=changed)
    vacuum(connection, tables, schemas[0], meter)
    return meter.rows


def _require(connection: psycopg.Connection[Any], dataset: Dataset, tables: Sequence[str]) -> None:
    """Refusals and locks; what is quick to refuse comes before anybody has to wait."""
    due = [table for table in tables if table not in dataset.reference.tables]
    admission.require_owned(connection, tables, making=dataset.bulk)
    admission.require_empty(connection, due)
    admission.lock(connection, tables)
    admission.require_empty(connection, due)


def _write(
    connection: psycopg.Connection[Any],
    dataset: Dataset,
    tables: Sequence[str],
    meter: Meter,
    failing: Failing,
) -> None:
    """All between the locks and the comparison."""
    failing.doing("switch triggers off")
    switches = clearing.silence(connection, tables)
    reference = dataset.reference
    full = admission.counts(connection, reference.tables)
    clearing.begin_files(connection, [table for table in tables if table not in full])
    counters = clearing.counters(connection, tables)
    failing.writing(", ".join(reference.tables) or "the reference data")
    if reference.script:
        run(connection, meant(connection)(reference.script))
    if dataset.triggers:
        _wake(connection, switches, failing)
    rebuilding = Rebuilding(connection, tables if dataset.bulk else ())
    written = rows.write(connection, dataset, meter, failing)
    failing.writing("the tables, whose references were not asked yet")
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE")  # or its tables can't be altered
    rebuilding.make_again(written, meter, failing)
    failing.doing("put back triggers and sequences")
    clearing.advance(connection, [one for one in counters if one.table in written])
    if not dataset.triggers:
        clearing.enable(connection, switches)


def _wake(connection: psycopg.Connection[Any], switches: Sequence[str], failing: Failing) -> None:
    """Put triggers back before the rows come, each of which is then taken or refused at once."""
    failing.doing("put back triggers")
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE")
    clearing.enable(connection, switches)

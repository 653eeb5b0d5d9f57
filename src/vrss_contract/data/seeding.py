"""Rows into a database of somebody's own: from DSN to result."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Dataset
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.dataset.progress import Seen, unseen
from vrss_contract.data.generated import types
from vrss_contract.data.generated.dataset import GeneratedDataset
from vrss_contract.data.generated.report import FilledTables
from vrss_contract.postgres import dsn


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of it."""

    server: str
    """What people call it. Holds no password."""
    rows: int
    seconds: float
    tallies: tuple[FilledTables, ...] = ()
    """How the tables fared, where rows were drawn for this database."""

    notes: tuple[str, ...] = ()
    """What a reader has to know of the DSN."""

    @property
    def short(self) -> tuple[FilledTables, ...]:
        """Tables that got fewer rows than were wanted."""
        return tuple(one for one in self.tallies if one.taken < one.wanted)

    @property
    def per_second(self) -> float:
        """Rows a second, VACUUM included."""
        return self.rows / self.seconds

    @property
    def empty(self) -> bool:
        """Whether a table got no row at all."""
        return any(tally.wanted and not tally.taken for tally in self.short)


def seed(text: str, name: str, contract: Contract, *, seen: Seen = unseen) -> Seeded:
    """Fill the database that the DSN ``text`` names with the profile called ``name``.

    Raises:
        TroubleError: it can't be reached, it is not one to fill, or it could not be filled.
    """
    dataset = profile(name, contract)
    return _seeded(text, contract, lambda _: dataset, seen)


def seed_generated(
    text: str, contract: Contract, *, rows: int, seed: int, seen: Seen = unseen
) -> Seeded:
    """Fill it with so many rows a table, drawn from the contract; the same ones for a seed.

    Raises:
        TroubleError: as ``seed``.
    """
    drawn: list[GeneratedDataset] = []

    def dataset(connection: psycopg.Connection[Any]) -> Dataset:
        with connection.transaction():
            facts = types.read(connection, contract.schemas[0])
        drawn.append(GeneratedDataset(contract, facts, rows, seed))
        return drawn[-1]

    done = _seeded(text, contract, dataset, seen)
    return replace(done, tallies=tuple(drawn[-1].tallies.values()))


def _seeded(
    text: str,
    contract: Contract,
    dataset: Callable[[psycopg.Connection[Any]], Dataset],
    seen: Seen,
) -> Seeded:
    address = dsn.read(text)
    with contextlib.closing(dsn.connect(address)) as connection:
        began = time.perf_counter()
        rows = fill(
            connection,
            dataset(connection),
            tuple(contract.tables),
            schemas=contract.schemas,
            seen=seen,
        )
        notes, seconds = tuple(dsn.left_out(address)), time.perf_counter() - began
        return Seeded(dsn.label(connection), rows, seconds, notes=notes)

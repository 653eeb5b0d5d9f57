"""Where a filled database's cluster comes from: the cache, or initdb."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.data import dataset as writing
from vrss_contract.data.dataset import Dataset
from vrss_contract.data.known_answers import KnownAnswers
from vrss_contract.postgres import Access, archive, cache
from vrss_contract.postgres.binaries import Binaries
from vrss_contract.postgres.cache_entry import CacheEntry, find
from vrss_contract.postgres.cluster import identity, initialise
from vrss_contract.target import Target

_CLUSTER = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()"
_EDITION = "2"
"""Raised when a filled database is stored otherwise than before."""


class Origin:
    """Lays out the cluster, and holds the right to make the filled database where there is none."""

    def __init__(
        self, target: Target, dataset: Dataset, contract: Contract, doing: Callable[[str], None]
    ) -> None:
        self._name = dataset.name
        self._traits = traits(target, dataset, contract)
        self._doing = doing
        self.entry: CacheEntry | None = None
        """What a filled database is kept by that was not stored; None where it was."""
        self.watched: Callable[[Path | None], None] = lambda _: None
        """Told of the file that has to go should we be killed, and when none has to."""
        self._label = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others make the filled database, if it still is not there."""
        if self.entry and self.entry.part:
            self.watched(None)
            self.entry.close()

    def answers(self, access: Access) -> KnownAnswers:
        """What is known of the rows, when the server runs. Raises psycopg.Error."""
        home = cache.folder()
        with psycopg.connect(access.admin, autocommit=True) as session:
            (cluster,) = session.execute(_CLUSTER).fetchone() or ("",)
        return KnownAnswers(home and home / f"answers-{self._label}{cache.SUFFIX}", cluster)

    def lay_out(self, data: Path, binaries: Binaries) -> None:
        """Make the cluster: the stored one, or an empty one. Raises TroubleError."""
        account = binaries.account
        self._label = f"{self._name}-{identity(binaries, *self._traits)}"
        self.entry = find(
            f"filled-{self._label}",
            lambda stored: archive.unpack(stored, data, account),
            lambda: self._doing(f"waiting for another run that fills the database {self._name}"),
        )
        if self.entry:
            self.watched(self.entry.part)
            initialise(data, binaries)


def traits(target: Target, dataset: Dataset, contract: Contract) -> tuple[str, ...]:
    """What makes two filled databases the same: the schema, the rows, and who wrote them."""
    writers = hashlib.sha256()
    for module in sorted(Path(writing.__file__).parent.glob("*.py")):
        writers.update(module.read_bytes())
    steps = tuple((step.sql, step.rows, step.phase) for step in (*target.steps, *target.naming))
    return (
        *(_EDITION, dataset.name, dataset.digest, writers.hexdigest(), repr(dataset.reference)),
        *(repr(steps), repr(tuple(contract.tables))),
    )

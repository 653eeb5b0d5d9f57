"""A profile's rows into a database of somebody's own: from DSN to result.

Knows the street; decides nothing.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.dataset.progress import Seen, unseen
from vrss_contract.postgres import dsn


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of it."""

    server: str
    """What people call it. Holds no password."""
    rows: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Rows a second, VACUUM included."""
        return self.rows / self.seconds


def seed(text: str, name: str, contract: Contract, *, seen: Seen = unseen) -> Seeded:
    """Fill the database that the DSN ``text`` names with the profile called ``name``.

    Raises:
        TroubleError: it can't be reached, it is not one to fill, or it could not be filled.
    """
    address, dataset = dsn.read(text), profile(name, contract)
    with contextlib.closing(dsn.connect(address)) as connection:
        began = time.perf_counter()
        rows = fill(
            connection, dataset, tuple(contract.tables), schemas=contract.schemas, seen=seen
        )
        return Seeded(dsn.label(connection), rows, time.perf_counter() - began)

"""How long somebody else waits while something is done: another session that writes on and on."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg

from vrss_contract.database.scratch import Database

Write = Callable[[psycopg.Connection, int], object]
"""What is written the n-th time, a transaction of its own."""


@dataclass(slots=True)
class Waits:
    """What the other session's writes took, in seconds."""

    taken: list[float] = field(default_factory=list)
    retries: int = 0
    """Deadlocks that it was the victim of."""

    @property
    def longest(self) -> float:
        """The longest, nothing where none was made."""
        return max(self.taken, default=0.0)

    def percentile(self, share: float) -> float:
        """By nearest rank."""
        ranked = sorted(self.taken) or [0.0]
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


@contextlib.contextmanager
def writing(database: Database, write: Write) -> Iterator[Waits]:
    """Write on a session of its own for as long as the context is open."""
    waits, over = Waits(), threading.Event()

    def run() -> None:
        with database.connect() as session:
            number = 0
            while not over.is_set():
                began = time.perf_counter()
                try:
                    write(session, number)
                except psycopg.errors.DeadlockDetected:
                    waits.retries += 1
                waits.taken.append(time.perf_counter() - began)
                number += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()

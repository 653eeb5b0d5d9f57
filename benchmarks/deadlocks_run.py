"""Transactions that race for some seconds, and how each of them ended.

Knows connections, time and SQLSTATEs; does not know what is drawn, nor on which schema.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.database.scratch import Database

CONNECTIONS = 8
_DEADLOCK = "40P01"
_PATIENCE = "20ms"
"""After this wait the server looks for a deadlock; with its default of a second few would race."""
Draw = Callable[[Random], Sequence[str]]
"""The statements of the next transaction."""


@dataclass(frozen=True, slots=True)
class Ends:
    """How transactions ended; none of them is tried again."""

    seconds: float
    committed: int
    deadlocks: int
    others: Counter[str]
    """Errors that transactions ended in besides, by SQLSTATE: mostly rows that are there already or
    are no longer."""

    def __add__(self, other: Ends) -> Ends:
        return Ends(
            self.seconds + other.seconds,
            self.committed + other.committed,
            self.deadlocks + other.deadlocks,
            self.others + other.others,
        )

    @property
    def share(self) -> float:
        """Deadlocks among the transactions that either committed or deadlocked."""
        either = self.committed + self.deadlocks
        return self.deadlocks / either if either else 0.0


NOTHING = Ends(0.0, 0, 0, Counter())


def race(database: Database, draw: Draw, seconds: float, seed: str) -> Ends:
    """Let all connections draw and run transactions until the time is over.

    Raises:
        psycopg.Error: a connection could not be had, or was lost.
    """
    with database.administer() as admin:
        name = conninfo_to_dict(database.user)["user"]
        role = sql.Identifier(str(name))
        setting = sql.SQL("ALTER ROLE {} IN DATABASE {} SET deadlock_timeout = {}")
        admin.execute(setting.format(role, sql.Identifier(database.name), _PATIENCE))
    with ExitStack() as opened, ThreadPoolExecutor(CONNECTIONS) as threads:
        sessions = [opened.enter_context(database.connect()) for _ in range(CONNECTIONS)]
        until = time.monotonic() + seconds
        running = [
            threads.submit(_run, session, draw, Random(f"{seed} {number}"), until)  # noqa: S311 - no secret
            for number, session in enumerate(sessions)
        ]
        return counted([end for one in running for end in one.result()], seconds)


def counted(ends: Sequence[str], seconds: float) -> Ends:
    """The ends of transactions, each a SQLSTATE or nothing for a commit."""
    others = Counter(ends)
    committed, deadlocks = others.pop("", 0), others.pop(_DEADLOCK, 0)
    return Ends(seconds, committed, deadlocks, others)


def _run(session: psycopg.Connection, draw: Draw, random: Random, until: float) -> list[str]:
    session.prepare_threshold = None  # each text is another
    return list(_ends(session, draw, random, until))


def _ends(session: psycopg.Connection, draw: Draw, random: Random, until: float) -> Iterator[str]:
    while time.monotonic() < until:
        texts = draw(random)
        try:
            with session.transaction():
                for text in texts:
                    session.execute(text.encode())
        except psycopg.Error as error:
            if session.closed or not error.sqlstate:
                raise
            yield error.sqlstate
        else:
            yield ""

"""SQL that is run and undone, and what it ended in.

Knows how to try many statements in one round trip, each in a subtransaction of its own on the
server, and what to do when one of them hangs or ends the session. Does not know why they are tried.
Rule: contracts/README.md, the runner's algorithm.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from vrss_contract.database import Database
from vrss_contract.loading import said
from vrss_contract.sql import condition

_FUNCTION = Path(__file__).with_name("probe.sql").read_text("utf-8")
_CALL = "SELECT * FROM pg_temp.vrss_contract_probe(%s::jsonb)"
_BATCH = 250
_HANGS_ENOUGH = 3
"""After so many rows of a batch that hang, the rest of it is not tried: each costs a timeout."""

World = Mapping[str, Sequence[str]]
"""Table to the statements that make its world rows, parents first."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Statements to run in order, a question to ask after them, and the world tables they need."""

    steps: tuple[str, ...]
    ask: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe ended in: done, failed with a condition at a step, or lost (never answered)."""

    done: bool = False
    failed_at: int = 0
    condition: str = ""
    constraint: str = ""
    column: str = ""
    message: str = ""
    told: str | None = None
    lost: str = ""
    """Why there is no answer: the session ended, the statement hung, or the world lacks a row."""


class Prober:
    """A session in a transaction that is never committed, with the world's rows in it."""

    def __init__(self, database: Database, world: World) -> None:
        self._database = database
        self._world = world
        self._missing: dict[str, str] = {}
        self._session = contextlib.ExitStack()
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._leave()

    def ask(self, probes: Sequence[Probe]) -> list[Answer]:
        """The answers, in the order of the probes."""
        answers: list[Answer] = []
        for start in range(0, len(probes), _BATCH):
            answers.extend(self._batch(probes[start : start + _BATCH]))
        return answers

    def _batch(self, probes: Sequence[Probe]) -> list[Answer]:
        connection = self._ready()
        lacking = [self._lacks(probe) for probe in probes]
        open_ = [p for p, lack in zip(probes, lacking, strict=True) if not lack]
        answered = iter(self._answers(connection, open_))
        return [Answer(lost=lack) if lack else next(answered) for lack in lacking]

    def _answers(self, connection: psycopg.Connection, probes: Sequence[Probe]) -> list[Answer]:
        if not probes:
            return []
        try:
            return _run(connection, probes)
        except (psycopg.OperationalError, psycopg.errors.AssertFailure):
            self._leave()
        return list(self._one_by_one(probes))

    def _one_by_one(self, probes: Iterable[Probe]) -> Iterator[Answer]:
        """The slow way, for a batch in which some probe hangs or ends the session."""
        hangs = 0
        for probe in probes:
            if hangs >= _HANGS_ENOUGH:
                yield Answer(lost="not tried: rows before it hung or ended the session")
                continue
            connection = self._ready()
            lack = self._lacks(probe)
            try:
                yield Answer(lost=lack) if lack else _run(connection, [probe])[0]
            except psycopg.Error as error:
                self._leave()
                hangs += 1
                yield Answer(lost=_reason(error))

    def _lacks(self, probe: Probe) -> str:
        return next((self._missing[need] for need in probe.needs if need in self._missing), "")

    def _ready(self) -> psycopg.Connection:
        while self._connection is None:
            self._connection = self._begin()
        return self._connection

    def _begin(self) -> psycopg.Connection | None:
        """A session with the world in it; None where a row ended it, and is now left out."""
        connection = self._session.enter_context(self._database.connect())
        connection.execute(_FUNCTION)
        connection.execute("BEGIN")
        for table, statements in self._world.items():
            if table in self._missing:
                continue
            try:
                self._settle(connection, statements)
            except psycopg.Error as error:
                reason = f"the world's row of {table} could not be made: {_reason(error)}"
                self._missing[table] = reason
                if connection.closed:
                    self._leave()
                    return None
        return connection

    @staticmethod
    def _settle(connection: psycopg.Connection, statements: Sequence[str]) -> None:
        connection.execute("SAVEPOINT settled")
        try:
            connection.execute(";\n".join(statements))
        except psycopg.Error:
            if not connection.closed:
                connection.execute("ROLLBACK TO settled")
            raise

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        with contextlib.suppress(psycopg.Error):
            if connection is not None:
                connection.rollback()
        with contextlib.suppress(psycopg.Error):
            self._session.close()


def _run(connection: psycopg.Connection, probes: Sequence[Probe]) -> list[Answer]:
    payload = json.dumps([{"do": probe.steps, "ask": probe.ask} for probe in probes])
    rows = connection.execute(_CALL, [payload]).fetchall()
    return [_answer(row) for row in rows]


def _answer(row: tuple[Any, ...]) -> Answer:
    """An answer from a row of the server's function."""
    done, failed_at, state, constraint, column, message, told = row
    name = condition.name(state) if state else ""
    return Answer(done, failed_at, name, constraint or "", column or "", message or "", told)


def _reason(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.QueryCanceled):
        return "it did not end in its time and was cancelled"
    return said(error)

"""SQL that is run and undone, and what it ended in.

Many statements go in one round trip, each in a subtransaction of its own on the server; one that
hangs or ends the session is tried again alone. Rule: contracts/README.md, the runner's algorithm.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database
from vrss_contract.database.session import limit
from vrss_contract.sql import condition

_FUNCTION = Path(__file__).with_name("savepoint_probe.sql").read_text("utf-8")
_CALL = "SELECT * FROM pg_temp.vrss_contract_probe(%s::jsonb)"
_BATCH = 250
_PATIENCE = 3
"""Time limits that statements of one verb and table may use up, one by one, before the rest of
them is not tried. One that hangs or ends the session uses up a whole limit."""
_TIRED = "not tried: rows like it hung, ended the session or took too long"

Baseline = Mapping[str, Sequence[str]]
"""Table to the statements that make its baseline rows, parents first."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Statements in order, a question to ask after them, and the tables whose rows they need."""

    steps: tuple[str, ...]
    ask: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe ended in: done, failed with a condition at a step, or lost (never answered)."""

    done: bool = False
    failed_at: int = 0
    condition: str = ""
    constraint: str = ""
    column: str = ""
    message: str = ""
    told: str | None = None
    touched: tuple[int, ...] = ()
    """How many rows each step that ran put in, changed or took out."""
    lost: str = ""
    """Why there is no answer: the session ended, a statement hung, or a baseline row is missing."""


_FAR_NUMBERS = """
SELECT pg_catalog.setval(seqrelid::pg_catalog.regclass, seqstart + 1000000)
FROM pg_catalog.pg_sequence
WHERE
    seqincrement > 0 AND seqmax - seqstart > 2000000
    AND pg_catalog.has_sequence_privilege(seqrelid, 'UPDATE')
"""
"""Has sequences begin far above the numbers that a contract's rows are called by."""


class Prober:
    """A session in a transaction that is never committed, with the baseline rows in it."""

    def __init__(
        self,
        database: Database,
        baseline: Baseline,
        why: Callable[[str, str], str] = lambda *_: "",
    ) -> None:
        """Probes of a database.

        Args:
            database: where.
            baseline: what every probe may refer to.
            why: a better reason than the server's why a table has no such row, if there is one.
        """
        self._database = database
        self._baseline = baseline
        self._why = why
        self._missing: dict[str, str] = {}
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._session = contextlib.ExitStack()
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.leave()

    def ask(self, probes: Sequence[Probe]) -> list[ProbeResult]:
        """The answers, in the order of the probes."""
        answers: list[ProbeResult] = []
        for start in range(0, len(probes), _BATCH):
            answers.extend(self._batch(probes[start : start + _BATCH]))
        return answers

    @contextlib.contextmanager
    def rehearse(self, *first: str) -> Iterator[psycopg.Connection]:
        """The session itself, for statements one by one; whatever is done there is undone.

        Args:
            first: statements that are run first of all.

        Raises:
            psycopg.Error: one of the first was refused.
        """
        connection = self._ready()
        try:
            connection.execute(";\n".join(("SAVEPOINT rehearsal", *first)).encode())
            yield connection
        finally:
            try:
                connection.execute("ROLLBACK TO rehearsal; RELEASE rehearsal")
            except psycopg.Error:
                self.leave()

    def lacking(self, tables: Iterable[str]) -> str:
        """Why a baseline row of one of these tables is not there; empty where all are."""
        self._ready()
        return next((self._missing[table] for table in tables if table in self._missing), "")

    def _batch(self, probes: Sequence[Probe]) -> list[ProbeResult]:
        connection = self._ready()
        lacking = [self._lacks(probe) for probe in probes]
        open_ = [p for p, lack in zip(probes, lacking, strict=True) if not lack]
        answered = iter(self._answers(connection, open_))
        return [ProbeResult(lost=lack) if lack else next(answered) for lack in lacking]

    def _answers(
        self, connection: psycopg.Connection, probes: Sequence[Probe]
    ) -> list[ProbeResult]:
        if not probes:
            return []
        try:
            return _run(connection, probes)
        except psycopg.Error:
            self.leave()
        return list(self._one_by_one(probes))

    def _one_by_one(self, probes: Iterable[Probe]) -> Iterator[ProbeResult]:
        """The slow way, for a batch in which some probe hangs or ends the session."""
        for probe in probes:
            connection = self._ready()
            lack = self._lacks(probe)
            yield ProbeResult(lost=lack) if lack else self._alone(connection, probe)

    def _alone(self, connection: psycopg.Connection, probe: Probe) -> ProbeResult:
        began = time.monotonic()
        try:
            answer, least = _run(connection, [probe])[0], 0.0
        except psycopg.Error as error:
            self.leave()
            answer, least = ProbeResult(lost=_reason(error)), self._database.timeout
        self._spent[_like(probe)] += max(least, time.monotonic() - began)
        return answer

    def _lacks(self, probe: Probe) -> str:
        if self._spent[_like(probe)] >= _PATIENCE * self._database.timeout:
            return _TIRED
        return next((self._missing[need] for need in probe.needs if need in self._missing), "")

    def _ready(self) -> psycopg.Connection:
        while self._connection is None:
            self._connection = self._begin()
        return self._connection

    def _begin(self) -> psycopg.Connection | None:
        """A session with the baseline rows; None where a row ended it, and is now left out."""
        connection = self._session.enter_context(self._database.connect())
        # A number that is given out stays so: clause after clause would come to one that they name.
        connection.execute(f"BEGIN; {_FAR_NUMBERS}; COMMIT; BEGIN")
        for table, statements in self._baseline.items():
            if table in self._missing:
                continue
            if trouble := _settle(connection, statements):
                missing = f"the baseline row of {table} could not be made: {trouble}"
                self._missing[table] = self._why(table, trouble) or missing
                if connection.closed:
                    self.leave()
                    return None
        # After the baseline rows: a trigger on them may lift the limits or replace the function.
        limit(connection, self._database.timeout, self._database.schemas)
        connection.execute(_FUNCTION)
        return connection

    def leave(self) -> None:
        """End the session, and with it the transaction; the next question begins another."""
        connection, self._connection = self._connection, None
        with contextlib.suppress(psycopg.Error):
            if connection is not None:
                connection.rollback()
        with contextlib.suppress(psycopg.Error):
            self._session.close()


def _settle(connection: psycopg.Connection, statements: Sequence[str]) -> str:
    """Make the rows; returns why they are not there, or nothing."""
    connection.execute("SAVEPOINT settled")
    try:
        if not _swallowed(connection.execute(";\n".join(statements))):
            # Now, or what is deferred would speak at each probe as if it were the probe's.
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            return ""
        trouble = "it was taken, and is not there"
    except psycopg.Error as error:
        trouble = _reason(error)
    if not connection.closed:
        connection.execute("ROLLBACK TO settled")
    return trouble


def _swallowed(cursor: psycopg.Cursor) -> bool:
    """Whether one of the statements was an INSERT after which there is no row."""
    while cursor.statusmessage != "INSERT 0 0":
        if not cursor.nextset():
            return False
    return True


def _like(probe: Probe) -> str:
    """Verb and table of the statement that is tried, such as ``INSERT INTO orders``."""
    return " ".join(probe.steps[-1].split(maxsplit=3)[:3]) if probe.steps else ""


def _run(connection: psycopg.Connection, probes: Sequence[Probe]) -> list[ProbeResult]:
    payload = json.dumps([{"do": probe.steps, "ask": probe.ask} for probe in probes])
    rows = connection.execute(_CALL, [payload]).fetchall()
    return [_answer(row) for row in rows]


def _answer(row: tuple[Any, ...]) -> ProbeResult:
    """An answer from a row of the server's function."""
    done, failed_at, state, *named, message, told, touched = row
    constraint, column = (name or "" for name in named)
    name = condition.name(state) if state else ""
    if name and condition.of_environment(state):
        return ProbeResult(lost=f"{name}: {message}")
    if name and done:  # the target did what it was asked to: only our question failed
        return ProbeResult(lost=f"it was done, and can't be looked at: {name}: {message}")
    return ProbeResult(
        done, failed_at, name, constraint, column, message or "", told, tuple(touched or ())
    )


def _reason(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.QueryCanceled):
        return "it did not end in its time and was cancelled"
    return said(error)

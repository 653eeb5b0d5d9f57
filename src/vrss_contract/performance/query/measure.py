"""A query's times, taken beside a calibration query's."""

from __future__ import annotations

import contextlib
import gc
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

from vrss_contract.contract.manifest import CalibrationQuery
from vrss_contract.database.loader import said
from vrss_contract.performance.query.errors import UNCALIBRATED
from vrss_contract.performance.query.latency import BLOCKS, Latency
from vrss_contract.performance.query.statement import PreparedStatement, draws

_MS = 1e-6


class Calibration:
    """The query that every other one is measured against."""

    def __init__(
        self, connection: psycopg.Connection, query: CalibrationQuery, name: str = "calibration"
    ) -> None:
        """Raises TroubleError: it can't be asked, or there is nothing to ask it with."""
        try:
            self._prepared = PreparedStatement.of(connection, name, query.sql)
            readers = [self._prepared.bound(values) for values in draws(connection, query.draws)]
        except psycopg.Error as error:
            raise UNCALIBRATED(sql=query.sql, found=said(error)) from error
        if not readers:
            raise UNCALIBRATED(
                sql=query.draws, found="no row, so that there is nothing to ask it with"
            )
        self._readers = itertools.cycle(readers)

    def __call__(self) -> float:
        """Ask once; the milliseconds that it took."""
        return timed(self._prepared.run, next(self._readers))


def timed(run: Callable[[Sequence[bytes]], int], values: Sequence[bytes]) -> float:
    """The milliseconds that one call takes on the client's clock."""
    began = time.perf_counter_ns()
    run(values)
    return (time.perf_counter_ns() - began) * _MS


@dataclass(frozen=True, slots=True)
class Track:
    """A statement that is measured call by call, each call beside one of the calibration query."""

    prepared: PreparedStatement
    values: Sequence[Sequence[bytes]]
    calibration: Calibration
    undone: bool = False
    """Whether each call is undone: a write must find the same rows as the last."""
    times: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def warm(self, most: int | None = None) -> list[float]:
        """Call it once with each parameter set, or the first of them; these times don't count."""
        times = [timed(self.prepared.run, self.ready()) for _ in self.values[:most]]
        self.done()
        self.beside.clear()
        return times

    def sample(self) -> None:
        """Take one sample, with the parameter sets in turn."""
        self.times.append(timed(self.prepared.run, self.ready()))
        self.done()

    def ready(self) -> Sequence[bytes]:
        """Call the calibration query, and return what the next call is to be made with."""
        self.done()
        self.beside.append(self.calibration())
        if self.undone:
            self._pgconn.exec_(b"BEGIN")
        return self.values[(len(self.beside) - 1) % len(self.values)]

    def done(self) -> None:
        """Undo the call, where calls are undone."""
        if self.undone and self._pgconn.transaction_status != TransactionStatus.IDLE:
            self._pgconn.exec_(b"ROLLBACK")

    def latency(self) -> Latency:
        """What was taken so far."""
        return Latency(tuple(self.times), tuple(self.beside))

    @property
    def connection(self) -> psycopg.Connection:
        """The session that it is measured on."""
        return self.prepared.connection

    @property
    def _pgconn(self) -> PGconn:
        return self.prepared.connection.pgconn


def measure(*tracks: Track, samples: int) -> tuple[Latency, ...]:
    """So many samples of each track, in turn, warm: the machine's moods fall on all of them.

    Raises:
        psycopg.Error: a statement can't be run.
        ValueError: a track has no parameter sets.
    """
    if not all(track.values for track in tracks):
        raise ValueError("a statement is measured with at least one parameter set")
    for track in tracks:
        track.warm()
    with _uncollected():
        _sample(tracks, samples)
    return tuple(track.latency() for track in tracks)


def measure_blocks(
    tracks: Sequence[Track], size: int, enough: Callable[[Sequence[Latency]], bool]
) -> tuple[Latency, ...]:
    """Blocks of ``size`` samples of each track, in turn, until that is enough or all are there.

    The tracks are warm.

    Raises:
        psycopg.Error: a statement can't be run.
    """
    with _uncollected():
        for _ in range(BLOCKS):
            _sample(tracks, size)
            found = tuple(replace(track.latency(), block=size) for track in tracks)
            if enough(found):
                break
    return found


def _sample(tracks: Sequence[Track], samples: int) -> None:
    for _ in range(samples):
        for track in tracks:
            track.sample()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without collections, which would fall into some call."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()

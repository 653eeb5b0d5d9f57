"""The ways to a full database, each measured once: our build, and what people do otherwise.

Knows how each way is gone and timed; does not know how figures are shown. The rivals get the very
rows of the build, on its server.
"""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.memory import Peak
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Dataset
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.data.filled_database import FilledDatabase, filled_database, room
from vrss_contract.database.scratch import Database
from vrss_contract.postgres import run_directory
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.binaries import locate
from vrss_contract.postgres.run_folder import RunFolder
from vrss_contract.target import Target

_LIKE = "CREATE TABLE {raw} (LIKE {table})"
_OUT = "COPY {table} TO {file} (FORMAT binary)"
_IN = "COPY {raw} FROM {file} (FORMAT binary, FREEZE)"


@dataclass(slots=True)
class Way:
    """What one way took."""

    name: str
    seconds: float = 0.0
    rows: int = 0
    """How many rows were there at its end; 0 where none was written."""
    peak: int = 0
    """Bytes of memory at the most, of all processes; 0 where the system does not tell."""
    parts: dict[str, float] = field(default_factory=dict)
    """Seconds of its parts."""


class Course:
    """The parts of a build, told apart by what it says of itself."""

    def __init__(self) -> None:
        self.parts: defaultdict[str, float] = defaultdict(float)
        self.rows = 0
        self._last = time.perf_counter()
        self._doing = ""

    def doing(self, words: str) -> None:
        """Something else begins."""
        self._lap(self._doing)
        self._doing = words.partition(" the filled database")[0]

    def seen(self, progress: FillProgress) -> None:
        """A part of the rows' way is gone."""
        self.rows = progress.rows
        self._lap(progress.phase)

    def over(self) -> dict[str, float]:
        """Seconds by part."""
        self._lap(self._doing)
        return {part: seconds for part, seconds in self.parts.items() if part}

    def _lap(self, part: str) -> None:
        now = time.perf_counter()
        self.parts[part] += now - self._last
        self._last = now


@contextmanager
def build(
    target: Target, dataset: Dataset, contract: Contract
) -> Iterator[tuple[Way, FilledDatabase]]:
    """The database made from nothing, and open afterwards."""
    way, course = Way("our build"), Course()
    with (
        _measured(way) as stop,
        filled_database(target, dataset, contract, seen=course.seen, doing=course.doing) as made,
    ):
        way.parts, way.rows = course.over(), course.rows
        stop()
        yield way, made


def start(target: Target, dataset: Dataset, contract: Contract) -> Way:
    """The same one out of the cache, to its first answer."""
    way = Way("start from the cache")
    with _measured(way) as stop, filled_database(target, dataset, contract) as kept:
        if not kept.stored:
            raise RuntimeError("the database was not kept, so there is no start from the cache")
        with kept.database.connect() as session:
            session.execute("SELECT count(*) FROM users WHERE id = 1")
        stop()
    return way


def restored(made: FilledDatabase, dataset: Dataset, rows: int) -> Way:
    """A dump of the database, restored by two jobs and vacuumed."""
    way = Way("pg_restore -j2 of a -Fd dump", rows=rows)
    goal = made.databases.create()
    with _folder(dataset) as folder:
        dump = folder / "dump"
        _client("pg_dump", "-Fd", "-Z0", "-j2", f"--file={dump}", f"--dbname={made.database.admin}")
        with _measured(way) as stop:
            _timed(
                way,
                "restore",
                lambda: _client("pg_restore", "-j2", f"--dbname={goal.admin}", str(dump)),
            )
            _timed(way, "vacuum", lambda: _vacuum(goal))
            stop()
    made.databases.drop(goal)
    return way


def copied(made: FilledDatabase, dataset: Dataset, contract: Contract, rows: int) -> Way:
    """The same rows into tables without keys, by the server itself, frozen and unlogged."""
    way = Way("COPY of the same rows, no keys", rows=rows)
    with _folder(dataset) as folder, _administered(made.database) as admin:
        for table in contract.tables:
            admin.execute(_copy(_OUT, table, folder))
        with _measured(way) as stop:
            for table in contract.tables:
                with admin.transaction():
                    admin.execute(_copy(_LIKE, table, folder))
                    admin.execute(_copy(_IN, table, folder))
            stop()
        for table in contract.tables:
            admin.execute(_copy("DROP TABLE {raw}", table, folder))
    return way


@contextmanager
def _measured(way: Way) -> Iterator[Callable[[], None]]:
    """Time and memory until what is yielded is called."""
    peak, began = Peak(), time.perf_counter()

    def stop() -> None:
        way.seconds = time.perf_counter() - began
        peak.stop()
        way.peak = peak.bytes

    with peak:
        yield stop


def _timed(way: Way, part: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    way.parts[part] = time.perf_counter() - began


@contextmanager
def _folder(dataset: Dataset) -> Iterator[Path]:
    """A folder that the server may write to as well, gone afterwards whatever happens."""
    with RunFolder(run_directory.parent(executable=False, room=room(dataset))) as run:
        run.path.chmod(0o711)
        folder = run.path / "files"
        Account.for_postgres().folder(folder)
        yield folder


def _copy(statement: str, table: str, folder: Path) -> sql.Composed:
    return sql.SQL(statement).format(
        table=sql.Identifier("public", table),
        raw=sql.Identifier("public", f"raw_{table}"),
        file=sql.Literal(str(folder / table)),
    )


@contextmanager
def _administered(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.admin, autocommit=True) as admin:
        yield admin


def _vacuum(database: Database) -> None:
    with _administered(database) as admin:
        admin.execute("VACUUM (FREEZE, ANALYZE)")


def _client(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs. Raises RuntimeError with what it says."""
    command = [str(locate() / "bin" / program), *words]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    if done.returncode != 0:
        raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")

"""``python -m benchmarks.live_target --size 1GB``: a live database of that size, read and judged.

What reading its schema takes, and a whole ``verify DSN --kind table``; that no file of the database
and no transaction id changed by it; and that the password is in no output, in no process's words or
environment but those that have to have it, and not in the server's log, which has every statement.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from psycopg.conninfo import make_conninfo
from tests import paths
from tests.engine.somebodys_server import served

from benchmarks import timing
from vrss_contract.postgres import dsn_text
from vrss_contract.postgres.live_schema import dumped
from vrss_contract.postgres.settings import ADMIN

SECRET = "s3cret-" + "w0rd" * 4
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(GB|MB)", re.IGNORECASE)
_BYTES = {"GB": 1 << 30, "MB": 1 << 20}
_RULES = "local app reader scram-sha-256\nlocal all all trust\n"
_STARTED = f"""
CREATE ROLE reader LOGIN PASSWORD '{SECRET}' IN ROLE pg_read_all_data;
ALTER SYSTEM SET autovacuum = off;
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET max_wal_size = '8GB';
SELECT pg_reload_conf();
"""
_LOGGED = "ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf();"
_USERS = """
INSERT INTO users (id, username, email, password_hash)
SELECT g, 'user' || g, 'user' || g || '@example.org', 'hash' FROM generate_series(1, 1000) AS g
"""
_ROWS = """
INSERT INTO posts (user_id, type, content)
SELECT 1 + g % 1000, 'image', repeat(md5(g::text), 50)
FROM generate_series({first}, {last}) AS g
"""
_PART = 20_000
"""Rows of one statement, about 40 MB."""
_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"


@dataclass(slots=True)
class Watch:
    """Looks at every process that we started for the password, as often as it can."""

    spared: frozenset[str] = frozenset()
    """Where it may be: in the words of the command that it was given to, say."""
    seen: set[str] = field(default_factory=set)
    looks: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Look until the context ends."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    @property
    def faults(self) -> set[str]:
        """Where it was and should not be."""
        return self.seen - self.spared

    def _look(self) -> None:
        while not self._over.wait(0.002):
            self.looks += 1
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    name = process.name()
                    if any(SECRET in word for word in process.cmdline()):
                        self.seen.add(f"words of {name}")
                    if any(SECRET in value for value in process.environ().values()):
                        self.seen.add(f"environment of {name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where something was written or the password was seen."""
    asked = _asked(arguments)
    with served(_RULES, asked.folder) as home:
        return _measured(home, asked.size)


def _measured(home: Path, size: int) -> int:
    way = make_conninfo(host=str(home), user=ADMIN, dbname="postgres")
    with psycopg.connect(way, autocommit=True) as admin:
        for statement in _STARTED.strip().splitlines():
            admin.execute(statement.encode())
        admin.execute("CREATE DATABASE app")
        began = time.perf_counter()
        filled = _filled(make_conninfo(way, dbname="app"), size)
        print(f"{timing.machine()}; filled {filled / _BYTES['MB']:,.0f} MiB in"
              f" {time.perf_counter() - began:.0f} s")  # fmt: skip
        for statement in _LOGGED.split("; "):
            admin.execute(statement.encode())
        admin.execute("CHECKPOINT")
        before = _state(admin, home)
        reading, ways = _reading(home), _ways(home)
        runs = [_run(home, way, *words) for way in ways for words in (("--kind", "table"),)]
        admin.execute("CHECKPOINT")
        after = _state(admin, home)
    return _told(home, reading, runs, changed=_changed(before, after))


@dataclass(frozen=True, slots=True)
class Way:
    """A way to give the password, and where it may be seen for that reason."""

    name: str
    dsn: str
    environment: dict[str, str] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()


def _ways(home: Path) -> list[Way]:
    # libpq hands a password file to pg_dump by its name; a password in a DSN goes by pg_dump's
    # environment, which its own user and root alone can read.
    secrets = home.parent / "pgpass"
    secrets.write_text(f"*:*:*:*:{SECRET}\n")
    secrets.chmod(0o600)
    name = Path(sys.executable).resolve().name
    spared = {f"words of {one}" for one in (name, "python", "python3", "vrss-contract")}
    return [
        Way("in the DSN", f"postgresql://reader:{SECRET}@/app?host={home}", {},
            frozenset({*spared, "environment of pg_dump"})),
        Way("in a password file", f"postgresql://reader@/app?host={home}",
            {"PGPASSFILE": str(secrets)}),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command."""

    way: Way
    seconds: float
    code: int
    told: bool
    """Whether the password is in what it wrote."""
    watch: Watch


def _run(home: Path, way: Way, *words: str) -> Run:
    del home
    command = [sys.executable, "-m", "vrss_contract", "verify", way.dsn, *words]
    watch, began = Watch(way.spared), time.perf_counter()
    with watch.watching():
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, capture_output=True, check=False, env=dict(os.environ) | way.environment
        )
    seconds = time.perf_counter() - began
    print((done.stdout + done.stderr).decode().replace(SECRET, "***"), file=sys.stderr)
    return Run(way, seconds, done.returncode, SECRET.encode() in done.stdout + done.stderr, watch)


def _reading(home: Path) -> float:
    """Seconds that the live schema takes to be read."""
    address = dsn_text.read(f"postgresql://reader:{SECRET}@/app?host={home}")
    began = time.perf_counter()
    dumped(address, ("subscription_tiers",))
    return time.perf_counter() - began


def _told(home: Path, reading: float, runs: Sequence[Run], *, changed: str) -> int:
    log = (home / "log").read_text(errors="replace")
    print(timing.table(("what", "seconds"), [
        ("reading the schema by pg_dump", f"{reading:.2f}"),
        *((f"verify DSN --kind table, the password {run.way.name}", f"{run.seconds:.1f}")
          for run in runs),
    ]))  # fmt: skip
    print(f"\nfiles and the next transaction id: {changed or 'as before'}")
    print(f"statements in the log: {log.count('statement:') + log.count('execute'):,};"
          f" the password among them: {'YES' if SECRET in log else 'no'}")  # fmt: skip
    for run in runs:
        where = ", ".join(sorted(run.watch.seen)) or "nowhere"
        print(f"the password {run.way.name}: seen in {where}, in {run.watch.looks:,} looks")
    held = not changed and SECRET not in log and not any(
        run.code or run.told or run.watch.faults for run in runs
    )  # fmt: skip
    print("held" if held else "NOT held")
    return 0 if held else 1


def _filled(way: str, size: int) -> int:
    """Load the schema and make rows until the database has that size. Returns its bytes."""
    with psycopg.connect(way, autocommit=True) as session:
        session.execute(paths.schema().read_bytes())
        session.execute(_USERS.encode())
        for place in range(1_000):
            first, last = place * _PART + 1, (place + 1) * _PART
            session.execute(_ROWS.format(first=first, last=last).encode())
            (found,) = session.execute("SELECT pg_database_size('app')").fetchone() or (0,)
            if found >= size:
                break
        session.execute("VACUUM (FREEZE, ANALYZE)")
        # What that wrote itself: whoever first reads a new row of a catalog notes that it is seen.
        session.execute("VACUUM (FREEZE)")
        return int(found)


def _state(admin: psycopg.Connection, home: Path) -> tuple[str, dict[str, str]]:
    """The next transaction id, and the digest of each file of the database."""
    (oid,) = admin.execute("SELECT oid FROM pg_database WHERE datname = 'app'").fetchone() or ("",)
    (transaction,) = admin.execute(_TRANSACTION).fetchone() or ("",)
    files = (home / "data" / "base" / str(oid)).iterdir()
    digests = {}
    for path in files:
        if path.name != "pg_internal.init":  # what a new session caches for itself
            with path.open("rb") as file:
                digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return transaction, digests


def _changed(before: tuple[str, dict[str, str]], after: tuple[str, dict[str, str]]) -> str:
    """What is otherwise than before."""
    names = sorted({name for name, _ in before[1].items() ^ after[1].items()})
    transactions = [] if before[0] == after[0] else [f"transaction {before[0]} is now {after[0]}"]
    return ", ".join([*transactions, *(f"CHANGED: {name}" for name in names)])


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_target", description=__doc__)
    parser.add_argument("--size", type=_bytes, default="1GB", help="such as 1GB or 50MB")
    parser.add_argument("--folder", type=Path, help="where the server runs; else a RAM disk")
    return parser.parse_args(arguments)


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size, such as 1GB")
    return int(float(found[1]) * _BYTES[found[2].upper()])


if __name__ == "__main__":
    sys.exit(main())

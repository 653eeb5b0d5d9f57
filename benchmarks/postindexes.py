"""``python -m benchmarks.postindexes``: what an index or the fillfactor of posts costs each write.

Copies of one filled database, each with other indexes or options of posts, rewritten by VACUUM
FULL. Round after round each takes so many single writes, each in a transaction of its own inside of
the server, so that nothing but the server's work is measured. Whoever begins changes from round to
round; ratios are of the same round.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from tests import paths

from benchmarks import timing
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.errors import TroubleError
from vrss_contract.target import sqlfile

_LIVE = "status = 'published' AND deleted_at IS NULL"
OURS = "schema.sql"
VARIANTS: Mapping[str, str] = {
    OURS: "",
    "pages end in time alone": f"""
        DROP INDEX idx_posts_user_created, idx_posts_type_created, idx_posts_engagement_created,
            idx_posts_user_status;
        CREATE INDEX ON posts (user_id, created_at DESC, status) WHERE deleted_at IS NULL;
        CREATE INDEX ON posts (type, created_at DESC) WHERE {_LIVE};
        CREATE INDEX ON posts (likes_count DESC, created_at DESC) WHERE {_LIVE};
        CREATE INDEX ON posts (user_id, status, created_at DESC);
    """,
    "an index for the walk": f"""
        CREATE INDEX IF NOT EXISTS idx_posts_created ON posts (created_at DESC, id DESC)
        INCLUDE (user_id) WHERE {_LIVE};
    """,
    "fillfactor 90": "ALTER TABLE posts SET (fillfactor = 90);",
    "fillfactor 80": "ALTER TABLE posts SET (fillfactor = 80);",
    "no index on likes": "DROP INDEX idx_posts_engagement_created;",
    "no index on likes, fillfactor 90": """
        DROP INDEX idx_posts_engagement_created;
        ALTER TABLE posts SET (fillfactor = 90);
    """,
}
"""What each copy has otherwise."""
WRITES: Mapping[str, str] = {
    "like": """
        INSERT INTO post_interactions (user_id, post_id, type)
        VALUES (1 + (n * 7919) % :users, 1 + (n * 104729) % :posts, 'like') ON CONFLICT DO NOTHING;
    """,
    "view": "UPDATE posts SET views_count = views_count + 1 WHERE id = 1 + (n * 104729) % :posts;",
    "comment": """
        INSERT INTO comments (user_id, post_id, content)
        VALUES (1 + (n * 7919) % :users, 1 + (n * 104729) % :posts, 'Well said.');
    """,
    "post": """
        INSERT INTO posts (user_id, type, content)
        VALUES (1 + (n * 7919) % :users, 'text_short', repeat('A day like any other. ', 5));
    """,
}
_LOOP = """
DO $loop$ BEGIN FOR n IN {first}..{last} LOOP {write} COMMIT; END LOOP; END $loop$
"""
_HOT = """
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'posts'
"""
_SIZES = "SELECT pg_table_size('posts'), pg_indexes_size('posts')"
_HEAD = ("variant, write", "µs", "times as long", "WAL bytes", "HOT", "posts MiB", "indexes MiB")
_SECOND = 1e6
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """What one write took in one round."""

    micros: float
    wal: float
    hot: float | None
    """The share of updated posts that changed no index; nothing where none was updated."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    target, rows = sqlfile.read(paths.schema()), profile(asked.profile, contract)
    chosen = {one: ddl for one, ddl in VARIANTS.items() if one in (asked.variant or VARIANTS)}
    try:
        with (
            filled_database(target, rows, contract) as opened,
            contextlib.ExitStack() as stack,
        ):
            sessions = {}
            for name, ddl in chosen.items():
                copy = opened.databases.create(opened.database)
                sessions[name] = stack.enter_context(copy.administer())
                prepare(sessions[name], ddl)
            taken = measured(sessions, rounds=asked.rounds, calls=asked.calls)
            sizes = {name: _row(session, _SIZES) for name, session in sessions.items()}
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    print(
        f"{timing.machine()}; profile {asked.profile}, medians of {asked.rounds} rounds of"
        f" {asked.calls} calls\n"
    )
    print(timing.table(_HEAD, [row(key, taken, sizes) for key in taken]))
    return 0


def prepare(session: psycopg.Connection, ddl: str) -> None:
    """Make the copy what it is to be, its table and indexes written anew."""
    session.execute(ddl.encode() or b"SELECT")
    session.execute("VACUUM (FULL, ANALYZE) posts")
    session.execute("CHECKPOINT")


def measured(
    sessions: Mapping[str, psycopg.Connection], *, rounds: int, calls: int
) -> dict[tuple[str, str], list[Figure]]:
    """Every write in every copy, round after round, the first one warm-up."""
    users, posts = _row(next(iter(sessions.values())), "SELECT max(user_id), max(id) FROM posts")
    taken: dict[tuple[str, str], list[Figure]] = {
        (name, write): [] for write in WRITES for name in sessions
    }
    for number in range(rounds + 1):
        order = [*sessions]
        order = order[number % len(order) :] + order[: number % len(order)]
        for write, sql in WRITES.items():
            bound = sql.replace(":users", str(users)).replace(":posts", str(posts))
            for name in order:
                figure = _once(sessions[name], bound, first=number * calls + 1, calls=calls)
                if number:
                    taken[name, write].append(figure)
    return taken


def _once(session: psycopg.Connection, write: str, *, first: int, calls: int) -> Figure:
    loop = _LOOP.format(first=first, last=first + calls - 1, write=write)
    wal, hot = _wal(session), _updates(session)
    began = time.perf_counter()
    session.execute(loop.encode())
    took = time.perf_counter() - began
    updated, kept = (after - before for after, before in zip(_updates(session), hot, strict=True))
    return Figure(
        took / calls * _SECOND, (_wal(session) - wal) / calls, kept / updated if updated else None
    )


def _wal(session: psycopg.Connection) -> int:
    return _row(session, "SELECT pg_current_wal_insert_lsn() - '0/0'")[0]


def _updates(session: psycopg.Connection) -> tuple[int, ...]:
    session.execute("SELECT pg_stat_force_next_flush()")
    return _row(session, _HOT)


def _row(session: psycopg.Connection, query: str) -> tuple[int, ...]:
    return tuple(map(int, session.execute(query.encode()).fetchall()[0]))


def row(
    key: tuple[str, str],
    taken: Mapping[tuple[str, str], Sequence[Figure]],
    sizes: Mapping[str, tuple[int, ...]],
) -> tuple[str, ...]:
    """One write of one copy as a row of the table."""
    name, write = key
    own, first = taken[key], taken[next(iter(sizes)), write]
    ratios = sorted(a.micros / b.micros for a, b in zip(own, first, strict=True))
    hot = [one.hot for one in own if one.hot is not None]
    return (
        f"{name}, {write}",
        f"{statistics.median(one.micros for one in own):.0f}",
        f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        f"{statistics.median(one.wal for one in own):,.0f}",
        f"{statistics.median(hot):.2f}" if hot else "",
        *(f"{size / _MIB:.1f}" for size in sizes[name]),
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.postindexes", description=__doc__)
    parser.add_argument("--profile", default="small", choices=["tiny", "small", "medium", "scale"])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=1000, help="writes a round (1,000)")
    parser.add_argument("--variant", action="append", choices=[*VARIANTS], help="only these")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

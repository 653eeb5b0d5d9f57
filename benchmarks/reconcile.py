"""``python -m benchmarks.reconcile``: the repair of posts against an earlier commit's, in one run.

Both walk the same posts, once with all of them drifted and once with none, in turns, round after
round. Beside each another session likes and unlikes posts at random: what it waits is what users
of the platform wait.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import psycopg
from tests import paths

from benchmarks import timing
from benchmarks.schemas import BASE_COMMIT, NoSuchBaseError, file_at
from benchmarks.waits import writing
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import UNJUDGED, TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

_FILE = "contracts/reconcile/posts.sql"
_PATIENCE = 600.0
_USERS = 2000
_FILL = f"""
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, n || '@example.org', 'x' FROM generate_series(1, {_USERS + 1}) AS n;
INSERT INTO posts (user_id, type)
SELECT 1 + n % {_USERS}, 'image' FROM generate_series(1, {{posts}}) AS n;
INSERT INTO post_interactions (user_id, post_id, type)
SELECT 1 + n * 7 % {_USERS}, 1 + n % {{posts}}, 'like'
FROM generate_series(0, 6 * {{posts}} - 1) AS n
ON CONFLICT DO NOTHING;
INSERT INTO comments (user_id, post_id, content)
SELECT 1 + n * 7 % {_USERS}, 1 + n % {{posts}}, 'x' FROM generate_series(0, 2 * {{posts}} - 1) AS n;
INSERT INTO reposts (user_id, post_id)
SELECT 1 + n * 7 % {_USERS}, 1 + n % {{posts}} FROM generate_series(0, {{posts}} - 1) AS n;
"""
_DRIFT = "UPDATE posts SET likes_count = likes_count + 1"
_LIKE = f"""
INSERT INTO post_interactions (user_id, post_id, type) VALUES ({_USERS + 1}, %s, 'like')
ON CONFLICT DO NOTHING
"""
_UNLIKE = f"DELETE FROM post_interactions WHERE user_id = {_USERS + 1} AND post_id = %s"
_LEFT = """
SELECT count(*) FROM posts WHERE likes_count <> (
    SELECT count(*) FROM post_interactions WHERE post_id = posts.id AND type = 'like'
)
"""
_HEAD = ("drifted, repair", "seconds", "a like's longest wait, ms", "p99, ms", "deadlocks")


@dataclass(frozen=True, slots=True)
class Repaired:
    """One repair of all posts, and what another session waited meanwhile."""

    seconds: float
    longest: float
    p99: float
    deadlocks: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had."""
    asked = _asked(arguments)
    try:
        before = file_at(asked.base, _FILE, paths.root())
    except NoSuchBaseError as error:
        print(error, file=sys.stderr)
        return UNJUDGED
    scripts = {asked.base: before, "now": (paths.root() / _FILE).read_text("utf-8")}
    try:
        taken = compared(scripts, posts=asked.posts, rounds=asked.rounds)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    print(f"{timing.machine()}; {asked.posts:,} posts, medians of {asked.rounds} rounds in turns\n")
    print(timing.table(_HEAD, [_row(asked.posts, key, runs) for key, runs in taken.items()]))
    return 0


def compared(
    scripts: Mapping[str, str], *, posts: int, rounds: int
) -> dict[tuple[bool, str], list[Repaired]]:
    """Every script on drifted posts and on sound ones, ``rounds`` times.

    Raises:
        TroubleError: the server can't be had.
    """
    taken: dict[tuple[bool, str], list[Repaired]] = {}
    with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as databases:
        database = databases.load(sqlfile.read(paths.schema()))
        fill(database, posts)
        for number in range(rounds):
            for drifts in (False, True):
                for name in list(scripts)[:: 1 if number % 2 else -1]:
                    one = repaired(database, scripts[name], posts, drifts=drifts)
                    taken.setdefault((drifts, name), []).append(one)
    return taken


def fill(database: Database, posts: int) -> None:
    """Posts with six likes, two comments and a repost each."""
    with database.connect() as session:
        session.execute(_FILL.format(posts=posts))
    with database.administer() as session:
        session.execute("VACUUM (FREEZE, ANALYZE)")


def repaired(database: Database, script: str, posts: int, *, drifts: bool) -> Repaired:
    """The script run until no post is left that drifted, beside somebody who likes."""

    def like(session: psycopg.Connection, number: int) -> None:
        post = 1 + number // 2 * 7919 % posts
        session.execute(_UNLIKE if number % 2 else _LIKE, [post])

    with database.administer() as owner:
        if drifts:
            owner.execute(_DRIFT)
        owner.execute("VACUUM (ANALYZE) posts")
        seconds, left = 0.0, True
        with writing(database, like) as waits:
            while left:
                began = time.perf_counter()
                owner.execute(script.encode())
                seconds += time.perf_counter() - began
                left = bool((owner.execute(_LEFT).fetchone() or (0,))[0])
    return Repaired(seconds, waits.longest, waits.percentile(0.99), waits.retries)


def _row(posts: int, key: tuple[bool, str], runs: Sequence[Repaired]) -> tuple[str, ...]:
    drifts, name = key
    seconds = sorted(run.seconds for run in runs)
    return (
        f"{posts if drifts else 0:,}, {name}",
        f"{median(seconds):.2f} ({seconds[0]:.2f} to {seconds[-1]:.2f})",
        f"{1000 * max(run.longest for run in runs):.0f}",
        f"{1000 * median(run.p99 for run in runs):.1f}",
        f"{sum(run.deadlocks for run in runs)}",
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reconcile", description=__doc__)
    parser.add_argument("--posts", type=int, default=50_000, help="posts, and how many drift")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--base", default=BASE_COMMIT, help="the commit to compare with")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

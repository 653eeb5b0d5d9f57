"""``python -m benchmarks.celebrity``: the end of a user whom many follow, whole and in batches.

The same user in copies of one database, on schema.sql and on that of an earlier commit (``base``):
one DELETE, and contracts/procedures. Beside each, other sessions write on and on: one likes and
unlikes posts that have nothing to do with the user, one posts that the user likes. What they wait
is what users of the platform wait.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import psycopg
from tests import paths

from benchmarks import timing
from benchmarks.schemas import BASE_COMMIT, NoSuchBaseError, committed
from benchmarks.waits import Waits, Write, writing
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import UNJUDGED, TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target, sqlfile

_PATIENCE = 600.0
_FILL = """
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, n || '@example.org', 'x' FROM generate_series(1, {n} + 2) AS n;
INSERT INTO posts (user_id, type) SELECT 1, 'image' FROM generate_series(1, 100);
INSERT INTO posts (user_id, type) SELECT 1 + n, 'image' FROM generate_series(1, {n}) AS n;
INSERT INTO posts (user_id, type) SELECT {n} + 2, 'image' FROM generate_series(1, 100);
INSERT INTO user_follows (follower_id, following_id) SELECT 1 + n, 1 FROM generate_series(1, {n}) n;
INSERT INTO post_interactions (user_id, post_id, type)
SELECT 1 + n, 1 + n % 100, 'like' FROM generate_series(1, {n}) AS n;
INSERT INTO post_interactions (user_id, post_id, type)
SELECT 1, 100 + n, 'like' FROM generate_series(1, {n}) AS n;
INSERT INTO comments (post_id, user_id, content)
SELECT 1 + n % 100, 1 + n, 'x' FROM generate_series(1, {n}) AS n;
INSERT INTO reposts (user_id, post_id) SELECT 1 + n, 1 FROM generate_series(1, {n}) AS n;
INSERT INTO notifications (user_id, type, actor_id, title)
SELECT 1, 'follow', 1 + n, 'x' FROM generate_series(1, {n}) AS n;
"""
_LIKE = """
INSERT INTO post_interactions (user_id, post_id, type) VALUES (%s, %s, 'like')
ON CONFLICT DO NOTHING
"""
_UNLIKE = "DELETE FROM post_interactions WHERE user_id = %s AND post_id = %s"
_WAYS = {
    "one statement": "DELETE FROM users WHERE id = 1",
    "batches of 1,000": "CALL delete_user_in_batches(1)",
    "batches of 200": "CALL delete_user_in_batches(1, 200)",
}
_HEAD = (
    "deleted by",
    "seconds",
    "a stranger's longest wait, ms",
    "who meets them, ms",
    "deadlocks",
)


@dataclass(frozen=True, slots=True)
class Deleted:
    """One delete, and what others waited meanwhile."""

    seconds: float
    strangers: Waits
    neighbours: Waits
    again: int
    """How often it was the victim of a deadlock, and called again."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had."""
    asked = _asked(arguments)
    try:
        targets = {"base": committed(asked.base, paths.root()), "": sqlfile.read(paths.schema())}
        taken = compared(targets, followers=asked.followers, rounds=asked.rounds)
    except NoSuchBaseError as error:
        print(error, file=sys.stderr)
        return UNJUDGED
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    rows = 6 * asked.followers
    print(f"{timing.machine()}; a user with {rows:,} rows; {asked.rounds} rounds, worst waits\n")
    print(timing.table(_HEAD, [_row(name, runs) for name, runs in taken.items()]))
    return 0


def compared(
    targets: Mapping[str, Target], *, followers: int, rounds: int
) -> dict[str, list[Deleted]]:
    """Every way to delete the user on each schema, ``rounds`` times.

    Raises:
        TroubleError: the server can't be had.
    """
    taken: dict[str, list[Deleted]] = {}
    with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as databases:
        filled = {schema: databases.load(target) for schema, target in targets.items()}
        for one in filled.values():
            fill(one, followers)
        for _ in range(rounds):
            for (schema, template), way in itertools.product(filled.items(), _WAYS):
                database = databases.create(template)
                done = deleted(database, _WAYS[way], followers)
                taken.setdefault(f"{way} {schema}".strip(), []).append(done)
                databases.drop(database)
    return taken


def fill(database: Database, followers: int) -> None:
    """User 1 with so many followers, and as many likes, comments and more of and from them."""
    procedures = paths.contracts() / "procedures" / "delete_in_batches.sql"
    with database.connect() as session:
        session.execute(_FILL.format(n=followers))
        session.execute(procedures.read_bytes())
    with database.administer() as session:
        session.execute("VACUUM (FREEZE, ANALYZE)")


def deleted(database: Database, statement: str, followers: int) -> Deleted:
    """The user's end, while others write."""
    with contextlib.ExitStack() as open_:
        session = open_.enter_context(database.connect())
        strangers = open_.enter_context(writing(database, _likes(followers, 101 + followers)))
        neighbours = open_.enter_context(writing(database, _likes(followers + 2, 101)))
        began, again = time.perf_counter(), 0
        while not _done(session, statement):
            again += 1
        seconds = time.perf_counter() - began
    return Deleted(seconds, strangers, neighbours, again)


def _done(session: psycopg.Connection, statement: str) -> bool:
    try:
        session.execute(statement.encode())
    except psycopg.errors.DeadlockDetected:
        return False
    return True


def _likes(user: int, first: int) -> Write:
    """A user who likes a hundred posts, from the first on, and takes each like back."""

    def write(session: psycopg.Connection, number: int) -> None:
        post = first + number // 2 % 100
        session.execute(_UNLIKE if number % 2 else _LIKE, [user, post])

    return write


def _row(name: str, runs: Sequence[Deleted]) -> tuple[str, ...]:
    seconds = sorted(run.seconds for run in runs)
    return (
        name,
        f"{median(seconds):.1f} ({seconds[0]:.1f} to {seconds[-1]:.1f})",
        f"{1000 * max(run.strangers.longest for run in runs):.0f}",
        f"{1000 * max(run.neighbours.longest for run in runs):.0f}",
        f"{sum(run.strangers.retries + run.neighbours.retries + run.again for run in runs)}",
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.celebrity", description=__doc__)
    parser.add_argument("--followers", type=int, default=50_000, help="and likes, and so on")
    parser.add_argument("--base", default=BASE_COMMIT, help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each (1)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

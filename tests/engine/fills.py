"""Small datasets to fill a database with, and what a database looks like from outside.

Knows rows that the canonical schema takes, and how to tell whether anything of a database changed;
does not know what a test expects.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from tests import paths
from vrss_contract.data.dataset import Copied, Portion, Prepared, ReferenceRows, Selected
from vrss_contract.postgres.binaries import locate

TABLES = tuple(re.findall(r"CREATE TABLE (\w+)", paths.schema().read_text("utf-8")))
"""The contract's tables, parents first."""
SECRET = "x" * 60
PEOPLE = Copied(
    "users",
    ("id", "username", "email", "password_hash"),
    [(1, "anna_b", "a@example.org", SECRET), (2, "berta_c", "b@example.org", SECRET)],
)
POSTS = Selected(
    "posts",
    "INSERT INTO posts (id, user_id, type, content)"
    " SELECT i, 1 + i % 2, 'text_short', 'a text' FROM generate_series(1, 50) AS i",
    50,
)
FOLLOW = Selected(
    "user_follows",
    "INSERT INTO user_follows (id, follower_id, following_id) VALUES (7, 1, 2)",
    1,
)
FOLLOW_OF_NOBODY = Selected("user_follows", FOLLOW.statement.replace("1, 2", "1, 9"), 1)
SLEEP = Prepared("SELECT pg_sleep(3600)")
BIG = Selected(
    "posts",
    "INSERT INTO posts (id, user_id, type, content)"
    " SELECT i, 1 + i % 2, 'text_short', repeat('a text ', 100)"
    " FROM generate_series(1, 200000) AS i",
    200_000,
)
_SIZES = """
SELECT c.relname, pg_relation_size(c.oid) FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i', 'S') ORDER BY c.relname
"""


REFERENCE = ReferenceRows(paths.reference().read_text("utf-8"), ("subscription_tiers",))


@dataclass(frozen=True)
class Few:
    """A dataset of the portions it is made with."""

    parts: Sequence[Portion] = (PEOPLE, POSTS, FOLLOW)
    bulk: bool = False
    triggers: bool = False
    name: str = "few"
    digest: str = "few"
    reference: ReferenceRows = REFERENCE

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def portions(self) -> Iterator[Portion]:
        yield from self.parts


def dump(conninfo: str, *words: str) -> str:
    """What pg_dump writes of a database, without the word that it draws anew each time."""
    program = locate() / "bin" / "pg_dump"
    ran = subprocess.run([program, *words, conninfo], capture_output=True, text=True, check=True)
    drawn = ("\\restrict", "\\unrestrict")
    return "\n".join(line for line in ran.stdout.splitlines() if not line.startswith(drawn))


def sizes(session: psycopg.Connection) -> list[tuple[str, int]]:
    """The bytes of each table, index and sequence."""
    return [(str(name), int(size)) for name, size in session.execute(_SIZES)]

"""A healthy database on the server outside, copies of it, and faults to plant in them.

Knows how each fault comes about in life, as SQL, and what a doctor must say of it; does not know
the doctor.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from tests import paths
from tests.engine.runs import Outside

HEALTHY = "doctor_healthy"
_NUMBERS = itertools.count()
_ROWS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, 'user' || n || '@example.org', 'x' FROM generate_series(1, 5) AS n;
INSERT INTO user_profiles (user_id) SELECT id FROM users;
INSERT INTO posts (user_id, type) SELECT 1 + n % 5, 'image' FROM generate_series(1, 10) AS n;
INSERT INTO user_follows (follower_id, following_id) VALUES (1, 2), (2, 1), (2, 3), (3, 4);
INSERT INTO post_interactions (user_id, post_id, type)
SELECT n, 1, 'like' FROM generate_series(1, 3) AS n;
INSERT INTO comments (post_id, user_id, content) VALUES (1, 2, 'x'), (1, 3, 'y');
INSERT INTO comments (post_id, user_id, parent_comment_id, content) VALUES (1, 1, 1, 'z');
INSERT INTO reposts (user_id, post_id) VALUES (2, 1);
INSERT INTO post_media (post_id, user_id, type, file_url, file_size_bytes, mime_type)
VALUES (1, 2, 'image', 'x', 100, 'x'), (2, 3, 'video', 'x', 200, 'x');
INSERT INTO custom_feeds (user_id, name, algorithm_config)
VALUES (1, 'mine', '{"filters": [], "logic": "AND", "sort": "recent"}');
"""


@dataclass(frozen=True)
class Fault:
    """A fault: how it comes about, and the checks that it breaks or leaves undecided."""

    plant: str
    broken: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


def _drifted(statement: str) -> str:
    """The statement with no trigger and no reference looking on."""
    return f"SET session_replication_role = replica; {statement}; RESET session_replication_role"


FAULTS = {
    "likes": Fault(
        _drifted("UPDATE posts SET likes_count = 9 WHERE id = 1"),
        ("invariant.posts.likes-count",),
    ),
    "comments": Fault(
        _drifted("UPDATE posts SET comments_count = 9 WHERE id = 2"),
        ("invariant.posts.comments-count",),
    ),
    "reposts": Fault(
        _drifted("UPDATE posts SET reposts_count = 9 WHERE id = 3"),
        ("invariant.posts.reposts-count",),
    ),
    "replies": Fault(
        _drifted("UPDATE comments SET replies_count = 9 WHERE id = 2"),
        ("invariant.comments.replies-count",),
    ),
    "friendship": Fault("DELETE FROM friendships", ("invariant.friendships.mutual",)),
    "storage": Fault(
        _drifted("UPDATE storage_usage SET used_bytes = used_bytes + 1 WHERE user_id = 2"),
        ("invariant.storage-usage.total", "invariant.storage-usage.parts"),
    ),
    "storage-row": Fault(
        "DELETE FROM storage_usage WHERE user_id = 3", ("invariant.storage-usage.present",)
    ),
    "quota": Fault(
        "UPDATE storage_usage SET quota_bytes = 1 WHERE user_id = 2",
        ("invariant.storage-usage.quota",),
    ),
    "clock": Fault(
        _drifted("UPDATE users SET updated_at = created_at - interval '1 day' WHERE id = 4"),
        ("invariant.updated-at.after-created",),
    ),
    "document": Fault(
        'UPDATE custom_feeds SET algorithm_config = \'{"hush": "s3cret"}\'',
        ("doctor.jsonb.custom_feeds.algorithm_config",),
    ),
    "trigger": Fault(
        "ALTER TABLE comments DISABLE TRIGGER update_comments_updated_at",
        ("doctor.triggers.enabled",),
    ),
    "constraint": Fault(
        "ALTER TABLE users ADD CONSTRAINT late CHECK (id > 0) NOT VALID",
        ("doctor.constraints.valid",),
    ),
    "sequence-behind": Fault("SELECT setval('posts_id_seq', 1)", ("doctor.sequences.ahead",)),
    "sequence-full": Fault(
        "ALTER SEQUENCE list_members_id_seq AS integer RESTART 2000000000",
        ("doctor.sequences.room",),
    ),
    "index-invalid": Fault(
        "CREATE UNIQUE INDEX CONCURRENTLY broken_index ON posts (type)", ("doctor.indexes.valid",)
    ),
    "index-twin": Fault(
        "CREATE INDEX twin_index ON posts (user_id, status, created_at DESC, id DESC)",
        ("doctor.indexes.duplicate",),
    ),
    "statistics": Fault(
        "INSERT INTO notifications (user_id, type, title) SELECT 1, 'follow', 'x'"
        " FROM generate_series(1, 2000)",
        ("doctor.statistics.recent",),
    ),
    "table": Fault(
        "DROP TABLE messages CASCADE",
        ("doctor.tables.present",),
        (
            "invariant.updated-at.after-created",
            "invariant.conversations.last-message",
            "doctor.rows.messages",
        ),
    ),
    "column": Fault(
        "ALTER TABLE user_profiles DROP COLUMN layout_config",
        ("doctor.tables.present",),
        ("doctor.jsonb.user_profiles.layout_config",),
    ),
}
"""One of each kind. Those that take a table or a column away stand last."""


@dataclass(frozen=True)
class Case:
    """A copy of the healthy database."""

    outside: Outside
    name: str

    @property
    def dsn(self) -> str:
        return self.outside.url(database=self.name)

    @contextlib.contextmanager
    def session(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            yield connection

    def do(self, statements: str) -> None:
        """Statements of the administrator's; what is counted of them is there afterwards."""
        with self.session() as session:
            for statement in statements.split("; "):
                # An index that is built concurrently over rows that repeat stays, invalid.
                with contextlib.suppress(psycopg.errors.UniqueViolation):
                    session.execute(statement.encode())
            session.execute("SELECT pg_stat_force_next_flush()")

    def value(self, query: str) -> object:
        with self.session() as session:
            return (session.execute(query.encode()).fetchone() or (None,))[0]


@contextlib.contextmanager
def healthy(outside: Outside) -> Iterator[None]:
    """A database that keeps the contract, every row of it frozen."""
    outside.do(f"CREATE DATABASE {HEALTHY}")
    with psycopg.connect(outside.url(database=HEALTHY), autocommit=True) as session:
        session.execute(paths.schema().read_text("utf-8").encode())
        session.execute(_ROWS.encode())
        session.execute("VACUUM (FREEZE, ANALYZE)")
        session.execute("VACUUM (FREEZE)")  # of the rows that ANALYZE has written, too
    yield
    outside.do(f"DROP DATABASE {HEALTHY} WITH (FORCE)")


@contextlib.contextmanager
def copied(outside: Outside) -> Iterator[Case]:
    """A copy of it, for one test."""
    name = f"doctor_{next(_NUMBERS)}"
    outside.do(f"CREATE DATABASE {name} TEMPLATE {HEALTHY}")
    yield Case(outside, name)
    outside.do(f"DROP DATABASE {name} WITH (FORCE)")


def of_outcome(report: str, outcome: str) -> set[str]:
    """The checks of that outcome, from a report in JSON."""
    verdicts = json.loads(report)["verdicts"]
    return {verdict["id"] for verdict in verdicts if verdict["outcome"] == outcome}

"""One fault of each kind that the doctor knows, three rows of it among all that there are.

Knows how a fault gets past keys, checks and triggers, and what the doctor must count of it; does
not know the doctor. Any dataset has the rows that are needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS = 3
"""Rows, or documents, of each fault."""


@dataclass(frozen=True, slots=True)
class Plant:
    """Statements that make a fault, and how many the doctor must then count, by check."""

    sql: str
    counts: Mapping[str, int] = field(default_factory=dict)


def _drifted(check: str, table: str, column: str) -> Plant:
    sql = f"UPDATE {table} SET {column} = {column} + 1 WHERE id IN ({_some(table)})"
    return Plant(sql, {f"invariant.{check}": ROWS})


def _some(table: str, where: str = "TRUE", skip: int = 0) -> str:
    return f"SELECT id FROM {table} WHERE {where} ORDER BY hashint8(id) OFFSET {skip} LIMIT {ROWS}"


def _document(shape: str, wrong: str) -> Plant:
    table, column = shape.split(".")
    some = _some(table, f"{column} IS NOT NULL")
    sql = f"UPDATE {table} SET {column} = '{wrong}' WHERE id IN ({some})"
    return Plant(sql, {f"doctor.jsonb.{shape}": ROWS})


def _unchecked(constraint: str, table: str, expression: str, plant: Plant) -> Plant:
    """The plant with a constraint away, which comes back without a look at the rows."""
    return Plant(
        f"ALTER TABLE {table} DROP CONSTRAINT {constraint}; {plant.sql};"
        f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({expression}) NOT VALID",
        {**plant.counts, "doctor.constraints.valid": 1},
    )


def _storage(columns: str, skip: int, *checks: str) -> Plant:
    some = _some("storage_usage", "used_bytes > 1", skip)
    return Plant(
        f"UPDATE storage_usage SET {columns} WHERE id IN ({some})",
        {f"invariant.storage-usage.{check}": ROWS for check in checks},
    )


PLANTS = (
    _drifted("posts.likes-count", "posts", "likes_count"),
    _drifted("posts.comments-count", "posts", "comments_count"),
    _drifted("posts.reposts-count", "posts", "reposts_count"),
    _drifted("comments.replies-count", "comments", "replies_count"),
    Plant(
        f"UPDATE comments SET likes_count = -1 WHERE id IN ({_some('comments')})",
        {"invariant.counters.not-negative": ROWS},
    ),
    _storage("used_bytes = used_bytes + 1", 0, "total", "parts"),
    _storage("other_bytes = other_bytes + 1", ROWS, "by-type", "parts"),
    _storage("quota_bytes = 1", 2 * ROWS, "quota"),
    Plant(
        "DELETE FROM storage_usage WHERE id IN"
        f" ({_some('storage_usage', 'used_bytes > 1', 3 * ROWS)})",
        {"invariant.storage-usage.present": ROWS},
    ),
    Plant(
        f"DELETE FROM friendships WHERE id IN ({_some('friendships')})",
        {"invariant.friendships.mutual": ROWS},
    ),
    _unchecked(
        "friendships_ordered",
        "friendships",
        "user_id_1 < user_id_2",
        Plant(
            "INSERT INTO friendships (user_id_1, user_id_2)"
            f" SELECT user_id_2, user_id_1 FROM friendships WHERE id IN ({_some('friendships')})",
            {"invariant.friendships.ordered": ROWS, "invariant.friendships.unique": ROWS},
        ),
    ),
    Plant(
        "UPDATE users SET updated_at = created_at - interval '1 day'"
        f" WHERE id IN ({_some('users')})",
        {"invariant.updated-at.after-created": ROWS},
    ),
    _document("posts.media_urls", "{}"),
    _document("custom_feeds.algorithm_config", "[]"),
    _document("feed_filters.value", "null"),
    _document("profile_sections.config", "[]"),
    _document("user_profiles.layout_config", "[]"),
    _unchecked(
        "user_profiles_music_config_valid",
        "user_profiles",
        "music_config IS NULL OR jsonb_typeof(music_config) = 'object'",
        _document("user_profiles.music_config", "[]"),
    ),
    Plant("ALTER TABLE user_subscriptions DROP COLUMN canceled_at", {"doctor.tables.present": 1}),
    Plant(
        "ALTER TABLE posts DISABLE TRIGGER update_posts_updated_at", {"doctor.triggers.enabled": 1}
    ),
    Plant("SELECT setval('comments_id_seq', 1)", {"doctor.sequences.ahead": 1}),
    Plant(
        "ALTER SEQUENCE list_members_id_seq AS integer RESTART 2000000000",
        {"doctor.sequences.room": 1},
    ),
    Plant(
        "UPDATE pg_index SET indisvalid = FALSE"
        " WHERE indexrelid = 'idx_posts_type_created'::regclass",
        {"doctor.indexes.valid": 1},
    ),
    Plant(
        "CREATE INDEX twin ON notifications (user_id, created_at DESC)",
        {"doctor.indexes.duplicate": 1},
    ),
    Plant(
        "CREATE TABLE extra AS SELECT n FROM generate_series(1, 10000) AS n",
        {"doctor.statistics.recent": 1},
    ),
)


def expected() -> Counter[str]:
    """What the doctor must count, by check."""
    total: Counter[str] = Counter()
    for plant in PLANTS:
        total.update(plant.counts)
    return total

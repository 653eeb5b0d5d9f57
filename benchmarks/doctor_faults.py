"""One fault of each kind that the doctor knows, three rows of it among all that there are.

Knows how a fault gets past keys, checks and triggers, and what the doctor must count of it; does
not know the doctor. Any dataset has the rows that are needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

READER = "doctor_reader"
"""The role that the doctor is run as, which owns nothing but for what is planted here."""
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


def _document(shape: str, wrong: str, *others: str) -> Plant:
    table, column = shape.split(".")
    some = _some(table, f"{column} IS NOT NULL")
    sql = f"UPDATE {table} SET {column} = '{wrong}' WHERE id IN ({some})"
    return Plant(sql, dict.fromkeys((f"doctor.jsonb.{shape}", *others), ROWS))


def _unchecked(constraint: str, table: str, expression: str, plant: Plant) -> Plant:
    """The plant with a constraint away, which comes back without a look at the rows."""
    return Plant(
        f"ALTER TABLE {table} DROP CONSTRAINT {constraint}; {plant.sql};"
        f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({expression}) NOT VALID",
        {**plant.counts, "doctor.constraints.valid": 1},
    )


def _behind(catalog: str, rows: str, counts: Mapping[str, int]) -> Plant:
    """Rows written while the catalog does not say what it says before and after."""
    return Plant(f"{catalog.format('FALSE')}; {rows}; {catalog.format('TRUE')}", counts)


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
            {
                "invariant.friendships.ordered": ROWS,
                "invariant.friendships.unique": ROWS,
                "doctor.rows.friendships": ROWS,
            },
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
        _document("user_profiles.music_config", "[]", "doctor.rows.user_profiles"),
    ),
    Plant("", {"doctor.checks.optional": 1}),  # the CHECK that came back is a looser one
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
    Plant("ALTER TABLE feed_filters SET UNLOGGED", {"doctor.tables.form": 1}),
    Plant(
        "ALTER TABLE reposts ADD COLUMN tenant integer NOT NULL DEFAULT 1;"
        "ALTER TABLE reposts ALTER COLUMN tenant DROP DEFAULT",
        {"doctor.tables.undeclared": 1},
    ),
    Plant("ALTER TYPE media_type ADD VALUE 'hologram'", {"doctor.types.present": 1}),
    Plant("ALTER TABLE users ALTER username TYPE varchar(40)", {"doctor.columns.type": 1}),
    Plant("ALTER TABLE reposts ALTER user_id DROP NOT NULL", {"doctor.columns.not-null": 1}),
    Plant("ALTER TABLE posts ALTER likes_count DROP DEFAULT", {"doctor.columns.default": 1}),
    Plant("ALTER TABLE users DROP CONSTRAINT users_username_key", {"doctor.keys.present": 1}),
    Plant(
        "ALTER TABLE reposts DROP CONSTRAINT reposts_user_id_fkey",
        {"doctor.references.present": 1},
    ),
    Plant("ALTER TABLE users DROP CONSTRAINT users_username_format", {"doctor.checks.present": 1}),
    Plant(
        "ALTER TABLE user_profiles DROP CONSTRAINT user_profiles_style_config_valid",
        {"doctor.checks.optional": 1},
    ),
    Plant("DROP INDEX idx_posts_user_created", {"doctor.indexes.present": 1}),
    Plant("DROP INDEX idx_comments_user_fk", {"doctor.indexes.useful": 1}),
    Plant("DROP INDEX idx_posts_media_urls_gin", {"doctor.indexes.optional": 1}),
    Plant(
        "ALTER TABLE users ENABLE ALWAYS TRIGGER update_users_updated_at",
        {"doctor.triggers.replicated": 1},
    ),
    Plant(
        f"ALTER ROLE {READER} SET session_replication_role = replica",
        {"doctor.triggers.session": 1},
    ),
    Plant(
        f"ALTER FUNCTION update_storage_on_media_insert() OWNER TO {READER}",
        {"doctor.triggers.owner": 1},
    ),
    Plant(
        "DELETE FROM pg_trigger AS t USING pg_constraint AS c"
        " WHERE t.tgconstraint = c.oid AND c.conname = 'messages_sender_id_fkey'",
        {"doctor.constraints.enforced": 1},
    ),
    Plant(
        "INSERT INTO messages (conversation_id, sender_id, content, created_at, updated_at)"
        " SELECT conversation_id, sender_id, 'later', '2100-01-01', '2100-01-01' FROM messages"
        " LIMIT 1",
        {"invariant.conversations.last-message": 1},
    ),
    Plant(
        "ALTER FUNCTION create_friendship_on_mutual_follow() RESET search_path",
        {"doctor.functions.present": 1},
    ),
    Plant(
        "CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN new; END'",
        {"doctor.functions.body": 1},
    ),
    Plant(
        "GRANT EXECUTE ON FUNCTION update_post_reposts_count() TO PUBLIC",
        {"doctor.functions.private": 1},
    ),
    Plant("ALTER SEQUENCE custom_feeds_id_seq OWNED BY NONE", {"doctor.sequences.owned": 1}),
    Plant(
        "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = current_database()",
        {"doctor.collations.version": 1},
    ),
    Plant(
        f"UPDATE user_lists SET user_id = -id WHERE id IN ({_some('user_lists')})",
        {"doctor.rows.user_lists": ROWS},
    ),
    _behind(
        "UPDATE pg_index SET indisunique = {} WHERE indexrelid = 'users_email_key'::regclass",
        f"UPDATE users SET email = 'twice@example.org' WHERE id IN ({_some('users')})",
        {"doctor.rows.users": ROWS},
    ),
    _behind(
        "UPDATE pg_attribute SET attnotnull = {} WHERE attrelid = 'users'::regclass"
        " AND attname = 'password_hash'",
        f"UPDATE users SET password_hash = NULL WHERE id IN ({_some('users')})",
        {"doctor.rows.users": ROWS},
    ),
    Plant(
        "UPDATE pg_class SET relhastriggers = FALSE WHERE oid = 'feed_filters'::regclass",
        {"doctor.triggers.flagged": 1},
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

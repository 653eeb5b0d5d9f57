"""The rows that the write path begins with.

Each key has a user, a like, a comment and a file of its own, and a fan who has done nothing yet, so
that whoever is given a key of their own finds rows that nobody else writes. Rows that are deleted
for good have keys apart. Filled once without triggers, then copied for every round.
"""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.database.scratch import Database
from vrss_contract.sql.split import statements

POSTS = 20_000
"""Posts that everybody writes on; those that are deleted for good have higher ids."""
HOT, MANY, COMMON = 1, 2, 12
"""The post that all like; the first of ten that one statement likes; the first of the others."""


@dataclass(frozen=True, slots=True)
class Keys:
    """How many keys there are."""

    kept: int
    """For what happens every day; an even number."""
    gone: int
    """For what is deleted for good."""


NONE = Keys(0, 0)


def fill(database: Database, keys: Keys) -> None:
    """Make the rows. The planner then knows them, and nothing is left to vacuum."""
    with database.administer() as admin:
        admin.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        for statement in statements(f"{_people(keys)};{_said(keys)};{_posts(keys)}"):
            admin.execute(statement.text.encode())
        admin.execute("VACUUM (FREEZE, ANALYZE)")


def home(key: str) -> str:
    """The post on which a key's like, comment and file are, as SQL and pgbench both read it."""
    return f"({COMMON} + ({key}) * 7919 % {POSTS - COMMON})"


def _people(keys: Keys) -> str:
    """Users, what they like, and whom they follow; those who go have higher ids."""
    users, leaving = 2 * keys.kept, 2 * keys.kept + keys.gone
    each_kept, each_gone = _each(keys)
    return f"""
        INSERT INTO users (username, email, password_hash)
        SELECT 'user_' || n, n || '@example.org', 'x' FROM generate_series(1, {leaving}) AS n;
        INSERT INTO storage_usage (user_id, used_bytes, images_bytes)
        SELECT n, 5000, 5000 FROM generate_series(1, {users}) AS n;

        INSERT INTO post_interactions (user_id, post_id, type)
        SELECT k, {home("k")}, 'like'::interaction_type {each_kept}
        UNION ALL
        SELECT k, {POSTS} + k, 'like' {each_gone}
        UNION ALL
        SELECT {users} + k, {home("k + n * 1000")}, 'like' {each_gone}, generate_series(1, 5) AS n;
        INSERT INTO user_follows (follower_id, following_id)
        SELECT {users} + k, k {each_gone} UNION ALL SELECT k, {users} + k {each_gone}
    """


def _said(keys: Keys) -> str:
    """Comments, a reply after each; then those that go, with what replies to them."""
    kept, gone, users = keys.kept, keys.gone, 2 * keys.kept
    each_kept, each_gone = _each(keys)
    return f"""
        INSERT INTO comments (id, user_id, post_id, parent_comment_id, replies_count, content)
        SELECT
            k, k, {home("(k + 1) / 2")}, CASE k % 2 WHEN 0 THEN k - 1 END, k % 2, 'text'
        {each_kept}
        UNION ALL
        SELECT {kept} + k, k, {home("k")}, NULL, 1, 'text' {each_gone}
        UNION ALL
        SELECT {kept + gone} + k, k + 1, {home("k")}, {kept} + k, 0, 'text' {each_gone};
        SELECT setval('comments_id_seq', (SELECT max(id) FROM comments));
        INSERT INTO comments (user_id, post_id, content)
        SELECT k + n, {POSTS} + k, 'text' {each_gone}, generate_series(1, 3) AS n
        UNION ALL
        SELECT {users} + k, {home("k + n * 1000")}, 'text' {each_gone}, generate_series(1, 3) AS n
        UNION ALL
        SELECT k + n, {POSTS + gone} + k, 'text' {each_gone}, generate_series(1, 2) AS n
    """


def _posts(keys: Keys) -> str:
    """Files and posts: everybody's, those that go, and one of each user who goes."""
    kept, gone, users = keys.kept, keys.gone, 2 * keys.kept
    each_kept, each_gone = _each(keys)
    return f"""
        INSERT INTO post_media (id, post_id, user_id, type, file_url, file_size_bytes, mime_type)
        SELECT k, {home("k")}, k, 'image'::media_type, 'url', 1000, 'image/png' {each_kept}
        UNION ALL
        SELECT {kept} + k, {POSTS} + k, k, 'image', 'url', 1000, 'image/png' {each_gone};
        SELECT setval('post_media_id_seq', (SELECT max(id) FROM post_media));

        INSERT INTO posts (id, user_id, type, content, likes_count, comments_count)
        SELECT
            id,
            CASE
                WHEN id > {POSTS + gone} THEN id + {users - POSTS - gone}
                ELSE id % {users} + 1
            END,
            'text_short', 'text', coalesce(likes.n, 0), coalesce(said.n, 0)
        FROM generate_series(1, {POSTS + 2 * gone}) AS id
        LEFT JOIN (
            SELECT post_id, count(*) AS n FROM post_interactions GROUP BY post_id
        ) AS likes ON likes.post_id = id
        LEFT JOIN (
            SELECT post_id, count(*) AS n FROM comments GROUP BY post_id
        ) AS said ON said.post_id = id;
        SELECT setval('posts_id_seq', (SELECT max(id) FROM posts))
    """


def _each(keys: Keys) -> tuple[str, str]:
    """A row for each key that is kept, and for each that goes."""
    kept, gone = (f"FROM generate_series(1, {count}) AS k" for count in (keys.kept, keys.gone))
    return kept, gone

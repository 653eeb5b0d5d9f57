"""The rows that a storm rages over: many of each thing, made by sets.

Knows how many there are of what, and how they are put in; does not know what is done to them.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

SIZES: Mapping[str, int] = {
    "user": 200,
    "post": 300,
    "comment": 600,
    "medium": 400,
    "conversation": 50,
    "message": 400,
}
"""How many of each thing there are, with ids from 1; the names that parameters end in."""
_TABLES = {
    "users": "user",
    "posts": "post",
    "comments": "comment",
    "post_media": "medium",
    "conversations": "conversation",
    "messages": "message",
}
_FILL = (
    """
    INSERT INTO users (id, username, email, password_hash)
    SELECT n, 'user_' || n, 'user_' || n || '@example.org', 'x'
    FROM generate_series(1, {user}) AS n
    """,
    """
    INSERT INTO storage_usage (user_id) SELECT n FROM generate_series(1, {user}) AS n
    """,
    """
    INSERT INTO posts (id, user_id, type, content)
    SELECT n, 1 + n % {user}, 'text_short', 'a post' FROM generate_series(1, {post}) AS n
    """,
    """
    INSERT INTO comments (id, post_id, user_id, content)
    SELECT n, 1 + n % {post}, 1 + n % {user}, 'a comment' FROM generate_series(1, {comment}) AS n
    """,
    """
    INSERT INTO post_media (
        id, post_id, user_id, type, file_url, file_size_bytes, mime_type
    )
    SELECT n, 1 + n % {post}, 1 + n % {user}, 'image', 'https://example.org/file', 500, 'image/png'
    FROM generate_series(1, {medium}) AS n
    """,
    """
    INSERT INTO conversations (id, participant_ids)
    SELECT n, ARRAY[n, n + 1] FROM generate_series(1, {conversation}) AS n
    """,
    """
    INSERT INTO messages (id, conversation_id, sender_id, content)
    SELECT n, 1 + n % {conversation}, 1 + n % {user}, 'a message'
    FROM generate_series(1, {message}) AS n
    """,
)


def fill(connection: psycopg.Connection) -> None:
    """Put the rows in, in place of any that are there, and let new ones have ids of their own."""
    connection.execute(f"TRUNCATE {', '.join(_TABLES)} CASCADE")
    for statement in _FILL:
        connection.execute(statement.format(**SIZES))
    for table, thing in _TABLES.items():
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        connection.execute(f"SELECT setval({sequence}, {SIZES[thing]})")
    connection.execute(f"ANALYZE {', '.join(_TABLES)}")

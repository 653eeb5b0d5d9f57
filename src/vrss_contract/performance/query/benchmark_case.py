"""What a benchmark measures: each case of each query, then the writes that carry triggers.

Knows with which rows a write is called so that it is refused nowhere; does not know the clock or
what is made of the times. A write is undone after each call, so that all calls find the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vrss_contract.contract.model import Contract, Query, QueryCase

_STRANGERS = """
SELECT reader.id AS "user", post.id AS post
FROM generate_series(1, 400) AS n
JOIN users AS reader ON reader.id = n * 7919 % (SELECT count(*) FROM users) + 1
JOIN posts AS post ON post.id = n * 104729 % (SELECT count(*) FROM posts) + 1
WHERE
    NOT EXISTS (
        SELECT FROM post_interactions AS liked
        WHERE liked.user_id = reader.id AND liked.post_id = post.id
    )
    AND NOT EXISTS (
        SELECT FROM reposts AS passed WHERE passed.user_id = reader.id AND passed.post_id = post.id
    )
ORDER BY n
"""
_LIKES = """
SELECT user_id AS "user", post_id AS post
FROM post_interactions
WHERE type = 'like' AND id % 1009 = 0
ORDER BY id
LIMIT 400
"""
_PAIRS = """
SELECT one.id AS "user", other.id AS other_user
FROM generate_series(1, 400) AS n
JOIN users AS one ON one.id = n * 7919 % (SELECT count(*) FROM users) + 1
JOIN users AS other ON other.id = n::bigint * 15485863 % (SELECT count(*) FROM users) + 1
WHERE
    one.id <> other.id
    AND NOT EXISTS (
        SELECT FROM user_follows AS there
        WHERE there.follower_id = one.id AND there.following_id = other.id
    )
ORDER BY n
"""
_COMMENTS = """
SELECT user_id AS "user", id AS comment
FROM comments
WHERE deleted_at IS NULL AND id % 499 = 0
ORDER BY id
LIMIT 400
"""
_FILES = """
SELECT user_id AS "user", id AS post, 'image' AS type, '300000' AS bytes
FROM posts
WHERE id % 997 = 0
ORDER BY id
LIMIT 400
"""
WRITES: Mapping[str, str] = {
    "like": _STRANGERS,
    "unlike": _LIKES,
    "repost": _STRANGERS,
    "comment": _STRANGERS,
    "reply": _COMMENTS,
    "follow": _PAIRS,
    "upload": _FILES,
}
"""Operations of the contract that fire triggers, to the rows that they are called with."""


@dataclass(frozen=True, slots=True)
class BenchmarkCase:
    """One thing that is measured."""

    name: str
    sql: str
    draws: str
    query: Query | None = None
    """None for a write."""
    case: QueryCase | None = None


def benchmark_cases(contract: Contract) -> Iterator[BenchmarkCase]:
    """All that is measured, in the order it is measured in: what writes comes last."""
    for query in contract.queries.values():
        for case in query.cases:
            name = f"{query.name}.{case.name}"
            yield BenchmarkCase(name, query.sql, case.draws, query, case)
    for name, draws in WRITES.items():
        if name in contract.operations:
            yield BenchmarkCase(f"write.{name}", contract.operations[name].sql, draws)

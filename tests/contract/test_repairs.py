"""The repairs as a person runs them: alone they commit as they go, and pass over what is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import paths
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target

pytestmark = pytest.mark.once

ROWS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, 'user' || n || '@example.org', 'x' FROM generate_series(1, 1100) AS n;
INSERT INTO posts (user_id, type) SELECT 1, 'image' FROM generate_series(1, 1100);
INSERT INTO comments (post_id, user_id, content) SELECT n, 1, 'x' FROM generate_series(1, 1100) n;
INSERT INTO user_follows (follower_id, following_id) SELECT 1, n FROM generate_series(2, 1100) n;
INSERT INTO user_follows (follower_id, following_id) SELECT n, 1 FROM generate_series(2, 1100) n;
INSERT INTO post_media (post_id, user_id, type, file_url, file_size_bytes, mime_type)
SELECT 1, n, 'image', 'x', 7, 'x' FROM generate_series(1, 1100) AS n;
"""
DRIFTS = {
    "posts": "UPDATE posts SET reposts_count = 9",
    "comments": "UPDATE comments SET replies_count = 9",
    "friendships": "DELETE FROM friendships",
    "storage": """
        DELETE FROM storage_usage WHERE user_id <> 2; UPDATE storage_usage SET used_bytes = 9
    """,
}
"""Of each repair: what makes more than a batch of rows drift."""
DRIFTED = {
    "posts": "posts WHERE reposts_count = 9",
    "comments": "comments WHERE replies_count = 9",
    "friendships": """
        user_follows LEFT JOIN friendships ON user_id_1 = follower_id AND user_id_2 = following_id
        WHERE follower_id = 1 AND friendships.id IS NULL
    """,
    "storage": """
        users LEFT JOIN storage_usage ON user_id = users.id WHERE used_bytes IS DISTINCT FROM 7
    """,
}
HELD = {
    "posts": "UPDATE posts SET title = 'x' WHERE id = 5",
    "comments": "UPDATE comments SET content = 'y' WHERE id = 5",
    "friendships": "DELETE FROM user_follows WHERE follower_id = 5",
    "storage": "UPDATE storage_usage SET quota_bytes = 1 WHERE user_id = 2",
}

LEFT = {"posts": (1, 1), "comments": (1, 1), "friendships": (1, 1000), "storage": (1, 1000)}
"""How many are left, at least and at most, where one is held."""


@pytest.fixture(scope="module")
def filled(databases: Databases, target: Target) -> Database:
    made = databases.load(target)
    with made.connect() as session:
        session.execute(ROWS)
    return made


@pytest.fixture
def drifting(databases: Databases, filled: Database) -> Iterator[Database]:
    made = databases.create(filled)
    yield made
    databases.drop(made)


def repair(name: str) -> bytes:
    return Path(paths.contracts() / "reconcile" / f"{name}.sql").read_bytes()


def drifted(session: psycopg.Connection, name: str) -> int:
    (count,) = session.execute(f"SELECT count(*) FROM {DRIFTED[name]}").fetchone() or (0,)
    return int(count)


@pytest.mark.parametrize("name", DRIFTS)
def test_one_run_mends_more_than_a_batch(name: str, drifting: Database) -> None:
    with drifting.connect() as session:
        session.execute(DRIFTS[name])
        before = drifted(session, name)

        session.execute(repair(name))

        assert (before > 1000, drifted(session, name)) == (True, 0)


@pytest.mark.parametrize("name", DRIFTS)
def test_within_a_transaction_nothing_is_committed(name: str, drifting: Database) -> None:
    with drifting.connect() as session:
        session.execute(DRIFTS[name])
        before = drifted(session, name)

        with session.transaction(force_rollback=True):
            session.execute(repair(name))
            assert drifted(session, name) == 0

        assert drifted(session, name) == before


@pytest.mark.parametrize("name", DRIFTS)
def test_what_is_held_is_left_and_the_rest_mended(name: str, drifting: Database) -> None:
    with drifting.connect() as session, drifting.connect() as other:
        session.execute(DRIFTS[name])
        session.execute("SET lock_timeout = '5ms'")

        with other.transaction(force_rollback=True):
            other.execute(HELD[name])
            session.execute(repair(name))
        left, (least, most) = drifted(session, name), LEFT[name]
        session.execute(repair(name))

        assert (least <= left <= most, drifted(session, name)) == (True, 0)


@pytest.mark.parametrize("name", DRIFTS)
def test_a_batch_is_told_once_it_is_committed(name: str, drifting: Database) -> None:
    told: list[tuple[str | None, int]] = []
    with drifting.connect() as session, drifting.connect() as other:
        session.execute(DRIFTS[name])
        session.add_notice_handler(
            lambda notice: told.append((notice.table_name, drifted(other, name)))
        )

        session.execute(repair(name))

    assert len(told) > 1
    assert told == sorted(told, key=lambda one: -one[1])


@pytest.mark.parametrize("name", DRIFTS)
def test_within_a_transaction_what_is_held_is_an_error(name: str, drifting: Database) -> None:
    with drifting.connect() as session, drifting.connect() as other:
        session.execute(DRIFTS[name])
        session.execute("SET lock_timeout = '5ms'")

        with other.transaction(force_rollback=True):
            other.execute(HELD[name])
            with pytest.raises(psycopg.errors.LockNotAvailable), session.transaction():
                session.execute(repair(name))

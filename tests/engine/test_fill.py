"""Filling a database: what is in it afterwards, and what of it is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fills import FOLLOW, PEOPLE, POSTS, TABLES, Few, dump, sizes
from vrss_contract.data.dataset import Copied, Selected
from vrss_contract.data.dataset.clearing import truncatable
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once

Fill = Callable[..., int]
BOTH = pytest.mark.parametrize("bulk", [False, True], ids=["few", "bulk"])
BULK_ONLY = """
COMMENT ON CONSTRAINT users_pkey ON users IS 'who is who';
COMMENT ON INDEX users_username_key IS 'a name is of one user';
COMMENT ON INDEX idx_posts_user_status IS 'quoted '' and \\ once';
COMMENT ON CONSTRAINT posts_user_id_fkey ON posts IS 'whose';
CREATE VIEW per_user AS
SELECT users.id, users.email, count(*) FROM users INNER JOIN posts ON users.id = posts.user_id
GROUP BY users.id;
ALTER TABLE user_follows REPLICA IDENTITY USING INDEX user_follows_pkey;
CLUSTER posts USING idx_posts_user_status;
CREATE INDEX by_length ON posts (length(content)) WITH (fillfactor = 70);
ALTER INDEX by_length ALTER COLUMN 1 SET STATISTICS 500;
ALTER TABLE posts ADD CONSTRAINT posts_packed UNIQUE (id, type) WITH (fillfactor = 50);
ALTER TABLE posts ADD CONSTRAINT later FOREIGN KEY (user_id) REFERENCES users (id)
DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE messages ADD CONSTRAINT apart EXCLUDE USING btree (id WITH =);
CREATE SCHEMA stranger;
CREATE TABLE stranger.badges (user_id bigint REFERENCES public.users (id));
"""
TRIGGERS = """
ALTER TABLE posts DISABLE TRIGGER update_posts_updated_at;
ALTER TABLE users ENABLE ALWAYS TRIGGER update_users_updated_at;
ALTER TABLE comments ENABLE REPLICA TRIGGER update_comments_updated_at;
"""
STATISTICS = """
SELECT relname, reltuples, relpages - relallvisible FROM pg_class
WHERE relname IN ('users', 'posts', 'user_follows', 'subscription_tiers') ORDER BY reltuples
"""
POST = ("id", "user_id", "type", "content", "created_at")


@pytest.fixture
def filled(fresh_session: psycopg.Connection) -> Fill:
    def call(dataset: Few, **more: Any) -> int:
        return fill(fresh_session, dataset, TABLES, **more)

    return call


def one(session: psycopg.Connection, query: str) -> object:
    row = session.execute(query).fetchone()
    assert row
    return row[0]


@BOTH
def test_all_rows_are_there_and_counted(
    filled: Fill, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    count = filled(Few(bulk=bulk))

    assert count == 53
    assert [one(fresh_session, f"SELECT count(*) FROM {t}") for t in ("users", "posts")] == [2, 50]


@BOTH
def test_the_reference_rows_are_there(
    filled: Fill, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    filled(Few(bulk=bulk))

    assert one(fresh_session, "SELECT count(*) FROM subscription_tiers") == 4


@BOTH
def test_the_next_id_follows_the_highest(
    filled: Fill, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    filled(Few(bulk=bulk))

    assert one(fresh_session, "SELECT nextval('user_follows_id_seq')") == 8
    assert one(fresh_session, "SELECT nextval('comments_id_seq')") == 1


@BOTH
def test_triggers_do_not_fire(
    filled: Fill, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    like = Selected(
        "post_interactions",
        "INSERT INTO post_interactions (user_id, post_id, type) VALUES (1, 1, 'like')",
        1,
    )

    filled(Few((PEOPLE, POSTS, like), bulk=bulk))

    assert one(fresh_session, "SELECT sum(likes_count) FROM posts") == 0


@BOTH
def test_the_schema_is_what_it_was_to_the_byte(
    filled: Fill, fresh_session: psycopg.Connection, fresh: Database, *, bulk: bool
) -> None:
    fresh_session.execute((BULK_ONLY + TRIGGERS).encode())
    before = dump(fresh.user, "--schema-only")

    filled(Few(bulk=bulk))

    assert dump(fresh.user, "--schema-only") == before


def test_the_order_of_indexes_is_what_it_was(
    filled: Fill, fresh_session: psycopg.Connection
) -> None:
    query = """SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indrelid, indexrelid)
    FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')"""
    before = one(fresh_session, query)

    filled(Few(bulk=True))

    assert one(fresh_session, query) == before


@BOTH
def test_the_planner_has_statistics_and_every_page_is_known_to_be_visible(
    filled: Fill, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    filled(Few(bulk=bulk))

    assert fresh_session.execute(STATISTICS).fetchall() == [
        ("user_follows", 1, 0),
        ("users", 2, 0),
        ("subscription_tiers", 4, 0),
        ("posts", 50, 0),
    ]


def test_a_tier_of_the_operators_stays_as_it_is(
    filled: Fill, fresh_session: psycopg.Connection
) -> None:
    fresh_session.execute(
        "INSERT INTO subscription_tiers (name, storage_bytes, price_monthly_cents)"
        " VALUES ('own', 1, 99)"
    )
    before = fresh_session.execute("SELECT * FROM subscription_tiers").fetchall()

    filled(Few(bulk=True))

    assert (
        fresh_session.execute("SELECT * FROM subscription_tiers WHERE id = 1").fetchall() == before
    )
    assert one(fresh_session, "SELECT nextval('subscription_tiers_id_seq')") == 6


def test_the_session_is_set_as_it_was(filled: Fill, fresh_session: psycopg.Connection) -> None:
    query = "SELECT name, setting FROM pg_settings WHERE name <> 'transaction_isolation'"
    before = fresh_session.execute(query).fetchall()

    filled(Few(bulk=True))

    assert fresh_session.execute(query).fetchall() == before


def test_what_a_session_is_set_to_is_no_obstacle(
    filled: Fill, fresh_session: psycopg.Connection
) -> None:
    fresh_session.execute(
        "SET default_transaction_isolation = serializable; SET TimeZone = 'Asia/Tokyo';"
        "SET default_transaction_read_only = on; SET search_path = ''; SET lock_timeout = 1"
    )
    born = Copied("posts", POST, [(1, 1, "text_short", "a text", "2026-01-01 00:00:00")])

    filled(Few((PEOPLE, born), bulk=True))

    query = "SELECT created_at AT TIME ZONE 'UTC' = '2026-01-01' FROM public.posts"
    assert one(fresh_session, query) is True


@BOTH
def test_progress_never_falls_and_ends_with_all(filled: Fill, *, bulk: bool) -> None:
    seen: list[FillProgress] = []

    filled(Few(bulk=bulk), seen=seen.append)

    assert [step.share for step in seen] == sorted(step.share for step in seen)
    assert (seen[0].share, round(seen[-1].share, 9), seen[-1].rows) == (0, 1, 53)
    assert {step.phase for step in seen} == (
        {"rows", "keys", "indexes", "references", "vacuum"} if bulk else {"rows", "vacuum"}
    )


@BOTH
def test_a_fill_that_fails_leaves_no_byte(
    filled: Fill, fresh_session: psycopg.Connection, fresh: Database, *, bulk: bool
) -> None:
    before = dump(fresh.user), sizes(fresh_session)

    def stop(progress: FillProgress) -> None:
        if progress.rows == 53:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled(Few(bulk=bulk), seen=stop)

    assert (dump(fresh.user), sizes(fresh_session)) == before


def test_deferred_references_are_asked_before_triggers_are_back(
    filled: Fill, fresh_session: psycopg.Connection
) -> None:
    fresh_session.execute(
        "ALTER TABLE user_follows ALTER CONSTRAINT user_follows_follower_id_fkey"
        " DEFERRABLE INITIALLY DEFERRED"
    )

    assert filled(Few((PEOPLE, FOLLOW))) == 3


NAMES = st.sampled_from("abcdef")


@given(st.lists(NAMES, unique=True), st.lists(st.tuples(NAMES, st.none() | NAMES)))
def test_what_is_truncated_is_referred_to_by_nothing_else(
    empty: list[str], referring: list[tuple[str, str | None]]
) -> None:
    chosen = truncatable(empty, referring)

    assert set(chosen) <= set(empty)
    assert all(by in chosen for table, by in referring if table in chosen)


def test_what_nobody_refers_to_is_truncated() -> None:
    assert truncatable(["a", "b"], [("a", "b"), ("c", None)]) == ("a", "b")


def test_what_is_referred_to_by_what_is_kept_is_kept() -> None:
    assert truncatable(["a", "b", "c"], [("a", "b"), ("b", None)]) == ("c",)

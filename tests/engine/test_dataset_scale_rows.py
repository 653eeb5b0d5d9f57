"""The data at scale on a server, at a size that takes a second."""

from __future__ import annotations

import pytest

from tests.engine.scales import SIZES, rows
from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.data.documents.sql import expression
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once

PRESENT = "timestamptz '2026-01-01 00:00:00+00'"
EXACT = {
    "users": ("users",),
    "user_profiles": ("users",),
    "storage_usage": ("users",),
    "posts": ("posts", "imports"),
    "post_media": ("media",),
    "user_follows": ("follows",),
    "post_interactions": ("likes", "bookmarks", "shares"),
    "comments": ("comments",),
    "profile_sections": ("sections",),
    "section_content": ("contents",),
    "custom_feeds": ("feeds",),
    "feed_filters": ("filters",),
    "user_lists": ("lists",),
    "list_members": ("members",),
    "conversations": ("conversations",),
    "messages": ("messages",),
}
_CHILDREN = (
    ("user_profiles", "user_id", "users"),
    ("user_follows", "follower_id", "users"),
    ("user_follows", "following_id", "users"),
    ("friendships", "user_id_2", "users"),
    ("posts", "user_id", "users"),
    ("post_media", "post_id", "posts"),
    ("post_interactions", "user_id", "users"),
    ("post_interactions", "post_id", "posts"),
    ("comments", "user_id", "users"),
    ("comments", "post_id", "posts"),
    ("comments", "parent_comment_id", "comments"),
    ("reposts", "user_id", "users"),
    ("reposts", "post_id", "posts"),
    ("profile_sections", "user_id", "users"),
    ("section_content", "section_id", "profile_sections"),
    ("custom_feeds", "user_id", "users"),
    ("feed_filters", "feed_id", "custom_feeds"),
    ("user_lists", "user_id", "users"),
    ("messages", "conversation_id", "conversations"),
    ("messages", "sender_id", "users"),
    ("notifications", "user_id", "users"),
    ("notifications", "actor_id", "users"),
    ("notifications", "post_id", "posts"),
    ("notifications", "comment_id", "comments"),
    ("user_subscriptions", "user_id", "users"),
)
_FOLLOWS = """
SELECT users.id, count(user_follows.id)
FROM users LEFT JOIN user_follows ON users.id = user_follows.follower_id
WHERE users.id BETWEEN 21 AND 59 GROUP BY users.id ORDER BY users.id
"""
_FRIENDS = """
SELECT DISTINCT count(friendships.id)
FROM users LEFT JOIN friendships ON users.id IN (user_id_1, user_id_2)
WHERE users.id BETWEEN 60 AND 220 GROUP BY users.id
"""
_HEAPED = "SELECT count(*) FROM {} HAVING array_agg(id) <> array_agg(id ORDER BY id)"


def test_every_invariant_holds(tiny: Database, contract: Contract) -> None:
    promises = [one.promise for one in contract.clauses]
    asked = [one for one in promises if isinstance(one, InvariantPromise) if not one.never_falls]

    found = {one.query: rows(tiny, one.query) for one in asked}

    assert len(found) == 15
    assert {query: rows for query, rows in found.items() if rows} == {}


def test_every_document_has_its_shape(tiny: Database, contract: Contract) -> None:
    for shape in contract.shapes.values():
        checker = Checker(shape)
        query = f"SELECT DISTINCT {expression(shape)} FROM {shape.table}"
        documents = [row[0] for row in rows(tiny, query) if row[0] is not None]
        assert documents
        assert [one for one in documents if checker.faults(str(one))] == []


def test_tables_have_the_rows_that_sizes_say(tiny: Database) -> None:
    found = {table: rows(tiny, f"SELECT count(*) FROM {table}")[0][0] for table in EXACT}

    assert found == {table: sum(SIZES[size] for size in of) for table, of in EXACT.items()}


def test_each_import_is_reposted_and_the_first_of_them_by_as_many(tiny: Database) -> None:
    found = rows(tiny, "SELECT count(*) FROM reposts")[0][0]

    assert found == SIZES["reposts"] + 2 * SIZES["imports"] - len(("the author", "the reposter"))


def test_there_are_as_many_of_each_reaction_as_sizes_say(tiny: Database) -> None:
    query = "SELECT type::text, count(*) FROM post_interactions GROUP BY 1 ORDER BY 1"

    assert rows(tiny, query) == [("bookmark", 2000), ("like", 20_000), ("share", 1000)]


def test_ids_are_given_from_1_without_a_gap(tiny: Database, contract: Contract) -> None:
    for table in contract.tables:
        query = f"SELECT min(id), max(id) - count(*) FROM {table}"
        assert rows(tiny, query) == [(1, 0)], table


def test_rows_stand_in_the_order_of_their_ids(tiny: Database, contract: Contract) -> None:
    strewn = [table for table in contract.tables if rows(tiny, _HEAPED.format(table))]

    assert strewn == []


def test_the_named_follow_exactly_as_many_as_is_said(tiny: Database) -> None:
    found = [row[1] for row in rows(tiny, _FOLLOWS)]

    assert found == [5] * 10 + [10] * 10 + [20] * 10 + [50] * 9


def test_everybody_in_the_circle_has_100_friends(tiny: Database) -> None:
    assert rows(tiny, _FRIENDS) == [(100,)]


def test_some_are_followed_far_more_than_others(tiny: Database) -> None:
    query = "SELECT count(*) FROM user_follows GROUP BY following_id ORDER BY 1 DESC LIMIT 1"

    assert int(str(rows(tiny, query)[0][0])) > 200


def test_some_posts_are_liked_much_and_many_by_nobody(tiny: Database) -> None:
    query = "SELECT max(likes_count), count(*) FILTER (WHERE likes_count = 0) FROM posts"

    most, without = map(int, map(str, rows(tiny, query)[0]))

    assert most > 100
    assert 1500 < without - SIZES["imports"] < 2700


def test_nobody_reacts_to_a_draft(tiny: Database) -> None:
    query = """
        SELECT count(*), max(likes_count + comments_count + reposts_count), max(published_at)
        FROM posts WHERE status IN ('draft', 'scheduled')
    """

    ((found, reactions, published),) = rows(tiny, query)

    assert int(str(found)) > 100
    assert (reactions, published) == (0, None)


def test_threads_go_deep(tiny: Database) -> None:
    query = """
        WITH RECURSIVE thread AS (
            SELECT id, 0 AS depth FROM comments WHERE parent_comment_id IS NULL
            UNION ALL
            SELECT comments.id, depth + 1 FROM thread
            JOIN comments ON comments.parent_comment_id = thread.id
        )
        SELECT max(depth), count(*) FROM thread
    """

    assert rows(tiny, query) == [(39, 10_000)]


def test_a_reply_is_about_the_post_of_what_it_answers(tiny: Database) -> None:
    query = """
        SELECT reply.id FROM comments AS reply
        JOIN comments AS answered ON answered.id = reply.parent_comment_id
        WHERE answered.post_id <> reply.post_id OR answered.id >= reply.id
    """

    assert rows(tiny, query) == []


@pytest.mark.parametrize(("table", "column", "parent"), _CHILDREN)
def test_a_row_is_no_older_than_what_it_refers_to(
    tiny: Database, table: str, column: str, parent: str
) -> None:
    query = f"""
        SELECT child.id FROM {table} AS child JOIN {parent} AS parent ON parent.id = child.{column}
        WHERE child.created_at < parent.created_at
    """

    assert rows(tiny, query) == []


def test_nothing_happened_after_the_present(tiny: Database, contract: Contract) -> None:
    for table in contract.tables.values():
        for column in table.columns:
            if column.type == "timestamptz" and column.name not in {
                "scheduled_for",
                "current_period_end",
            }:
                query = f"SELECT count(*) FROM {table.name} WHERE {column.name} > {PRESENT}"
                assert rows(tiny, query) == [(0,)], f"{table.name}.{column.name}"


def test_a_sender_takes_part_and_a_last_message_is_the_last(tiny: Database) -> None:
    query = """
        SELECT messages.conversation_id
        FROM messages JOIN conversations ON conversations.id = messages.conversation_id
        GROUP BY messages.conversation_id, last_message_at
        HAVING abs(extract(epoch FROM max(messages.created_at) - last_message_at)) > 0.001
        OR bool_or(messages.sender_id <> ALL (participant_ids))
    """

    assert rows(tiny, query) == []


def test_a_file_is_one_of_its_posts_media(tiny: Database) -> None:
    query = """
        SELECT post_media.id FROM post_media JOIN posts ON posts.id = post_media.post_id
        WHERE media_urls ->> display_order <> file_url OR posts.user_id <> post_media.user_id
    """

    assert rows(tiny, query) == []

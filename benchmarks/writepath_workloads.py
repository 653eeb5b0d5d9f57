"""What is written: statements that are timed, and scripts that many connections run.

Knows the rows each begins with and the fixes that bear on it; does not know how it is run. The
scripts are pgbench's: ``n`` counts a connection's transactions, ``client_id`` is the connection's
number from 0. No two transactions write the same row unless they are meant to, and where the rows
that are made before do not last, the server refuses the next: no rate counts what did nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.writepath_schemas import (
    CHECKS,
    COUNTERS,
    DEFINER,
    INDEXES,
    LOCK_ORDER,
    MORE_COUNTERS,
    PAIR_LOCK,
    PROBE,
    STORAGE,
    UPDATED_AT,
)

CONNECTIONS = 8
POSTS = 2_000
FRONT = "bench_front"
"""The sequence of the race: the like that goes next."""
_RACE, _FANS = 2, 20
"""How many times a load's seconds the race takes, since a deadlock costs one; the likes that each
post begins with."""


@dataclass(frozen=True, slots=True)
class Size:
    """How long the loads are, and how many rows they have."""

    seconds: int = 1
    likes_a_second: int = 40_000
    """Every user likes the hot post once, so this bounds the rate that can be measured."""
    deletes_a_second: int = 1_500
    """Of each connection, where what is deleted has to be made before."""
    unlikes_a_second: int = 40_000
    """A bound, as that of the likes."""
    many: int = 20_000
    """Rows of the statements that write many."""

    @property
    def users(self) -> int:
        """How many users there have to be."""
        return self.likes_a_second * self.seconds


@dataclass(frozen=True, slots=True)
class Script:
    """What each of some connections repeats."""

    row: str
    """As the table calls it."""
    sql: str
    connections: int = CONNECTIONS
    done: str = ""
    """Counts what was done, where a transaction may have done nothing."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, which is timed and rolled back."""

    row: str
    sql: str
    fixes: tuple[str, ...]
    """The fixes that bear on it."""
    given: str = ""
    """Statements that make the rows it needs."""


@dataclass(frozen=True, slots=True)
class Load:
    """Scripts that run at the same time, for some seconds or for a number of transactions."""

    scripts: tuple[Script, ...]
    fixes: tuple[str, ...]
    given: str = ""
    seconds: int = 0
    transactions: int = 0
    """Of each connection; 0 where ``seconds`` count."""
    isolation: str = "read committed"


Workload = Statement | Load


def workloads(size: Size) -> tuple[Workload, ...]:
    """All, in the table's order."""
    return (
        *_likes(size),
        *_follows(size),
        *_deletes(size),
        _race(size),
        *_bulk(size.many),
        _thread(size.many * 3 // 20),
        _account(size.many // 20),
    )


def rows(workload: Workload) -> tuple[str, ...]:
    """The rows of the table that the workload gives."""
    if isinstance(workload, Statement):
        return (workload.row,)
    return tuple(script.row for script in workload.scripts)


def _turn(name: str, first: int, last: int) -> str:
    """A number that no other transaction has, as long as they suffice."""
    count = last - first + 1
    return f"\\set n :n + 1\n\\set {name} {first} + (:n * {CONNECTIONS} + :client_id) % {count}\n"


def _likes(size: Size) -> tuple[Load, ...]:
    who = _turn("who", 1, size.users)
    like = "INSERT INTO post_interactions (user_id, post_id, type) VALUES (:who, {}, 'like');"
    hot = who + like.format(1)
    spread = who + f"\\set post random(1, {POSTS})\n" + like.format(":post")
    return tuple(
        Load((Script(row, sql),), (COUNTERS, DEFINER), seconds=size.seconds)
        for row, sql in (("likes of one hot post", hot), ("likes of random posts", spread))
    )


def _follows(size: Size) -> tuple[Load, ...]:
    count = size.users
    who = _turn("who", 2, count)
    follow = "INSERT INTO user_follows (follower_id, following_id) VALUES (:who, {});"
    other = f"\\set other 1 + (:who - 1 + random(1, {count - 1})) % {count}\n"
    hot, spread = who + follow.format(1), who + other + follow.format(":other")
    fixes = (PAIR_LOCK, PROBE)
    return (
        Load((Script("follows of one celebrity", hot),), fixes, seconds=size.seconds),
        Load((Script("random follows", spread),), (*fixes, DEFINER), seconds=size.seconds),
        Load(
            (Script("random follows at REPEATABLE READ", spread),),
            fixes,
            seconds=size.seconds,
            isolation="repeatable read",
        ),
    )


def _deletes(size: Size) -> tuple[Load, ...]:
    each = size.deletes_a_second * size.seconds
    made = each * CONNECTIONS
    which = _turn("which", 1, made)
    likes = f"""
        INSERT INTO post_interactions (user_id, post_id, type)
        SELECT n, 1 + n % {POSTS}, 'like' FROM generate_series(1, {made}) AS n;
        UPDATE posts SET likes_count = {made // POSTS + 1};
        VACUUM ANALYZE post_interactions
    """
    unlike = f"""{which}DELETE FROM post_interactions
        WHERE user_id = :which AND post_id = 1 + :which % {POSTS} AND type = 'like';"""
    mark = f"{which}UPDATE comments SET deleted_at = now() WHERE id = :which;"
    marked = (COUNTERS, UPDATED_AT, INDEXES, CHECKS, LOCK_ORDER)
    return (
        Load((Script("unlikes", unlike),), (COUNTERS, LOCK_ORDER), likes, transactions=each),
        Load((Script("soft deletes", mark),), marked, _comments(made), transactions=each),
    )


def _race(size: Size) -> Load:
    """The likes go in turn, and with them the post that the next like is of."""
    seconds = size.seconds * _RACE
    likes = size.unlikes_a_second * seconds
    posts = likes // _FANS
    given = f"""
        ALTER SEQUENCE {FRONT} MAXVALUE {likes - 1} RESTART;
        INSERT INTO posts (id, user_id, type)
        SELECT n, 1, 'text_short' FROM generate_series({POSTS + 1}, {posts}) AS n;
        UPDATE posts SET likes_count = {_FANS};
        INSERT INTO post_interactions (user_id, post_id, type)
        SELECT 1 + n % {_FANS}, 1 + n / {_FANS}, 'like' FROM generate_series(0, {likes - 1}) AS n;
        VACUUM ANALYZE posts;
        VACUUM ANALYZE post_interactions
    """
    unlike = f"""SELECT nextval('{FRONT}') AS next \\gset
        DELETE FROM post_interactions
        WHERE user_id = 1 + :next % {_FANS} AND post_id = 1 + :next / {_FANS} AND type = 'like';"""
    delete = f"""SELECT 1 + last_value / {_FANS} AS post FROM {FRONT} \\gset
        \\if :post > :n
        \\set n :post
        DELETE FROM posts WHERE id = :post;
        \\else
        \\sleep 100 us
        \\endif"""
    gone = f"SELECT {posts} - count(*) FROM posts"
    both = (
        Script("7 unlike, 1 deletes the same posts: unlikes", unlike, CONNECTIONS - 1),
        Script("7 unlike, 1 deletes the same posts: posts", delete, 1, gone),
    )
    return Load(both, (COUNTERS, LOCK_ORDER), given, seconds)


def _bulk(many: int) -> tuple[Statement, ...]:
    series = f"FROM generate_series(1, {many}) AS n"
    side = int((many * 3) ** 0.5) + 1
    return (
        Statement(
            f"{many:,} likes of 10 posts in a statement",
            f"""INSERT INTO post_interactions (user_id, post_id, type)
            SELECT n, 1 + n % 10, 'like' {series}""",
            (COUNTERS,),
        ),
        Statement(
            f"{many:,} comments, half of them replies, in a statement",
            f"""INSERT INTO comments (user_id, post_id, parent_comment_id, content)
            SELECT n, 1 + n % {POSTS}, CASE n % 2 WHEN 0 THEN 1 + n % 1000 END, 'text' {series}""",
            (COUNTERS, MORE_COUNTERS, INDEXES, CHECKS),
            f"SELECT setval('comments_id_seq', 1000); {_comments(1000)}",
        ),
        Statement(
            f"{many * 3:,} follows in a statement",
            f"""INSERT INTO user_follows (follower_id, following_id)
            SELECT a, b FROM generate_series(1, {side}) AS a, generate_series(1, {side}) AS b
            WHERE a <> b LIMIT {many * 3}""",
            (PAIR_LOCK, PROBE),
        ),
        Statement(
            f"{many:,} media of 100 users in a statement",
            f"""INSERT INTO post_media
            (post_id, user_id, type, file_url, file_size_bytes, mime_type)
            SELECT 1 + n % {POSTS}, 1 + n % 100, 'image', 'url', 1000, 'image/png' {series}""",
            (STORAGE, UPDATED_AT, DEFINER),
        ),
    )


def _thread(many: int) -> Statement:
    return Statement(
        f"delete of a post with {many:,} comments",
        f"DELETE FROM posts WHERE id = {POSTS + 1}",
        (COUNTERS, INDEXES, LOCK_ORDER),
        f"""
        INSERT INTO posts (id, user_id, type, comments_count)
        VALUES ({POSTS + 1}, 1, 'text_short', {many});
        INSERT INTO comments (id, user_id, post_id, content)
        SELECT n, n, {POSTS + 1}, 'text' FROM generate_series({many + 1}, {many * 2}) AS n;
        {_comments(many)}
        """,
    )


def _account(many: int) -> Statement:
    """The user likes and comments the posts of others, and nobody answers."""
    return Statement(
        f"delete of a user with {many:,} likes and {many:,} comments",
        f"DELETE FROM users WHERE id = {POSTS + 1}",
        (COUNTERS, INDEXES, LOCK_ORDER),
        f"""
        INSERT INTO post_interactions (user_id, post_id, type)
        SELECT {POSTS + 1}, n, 'like' FROM generate_series(1, {many}) AS n;
        UPDATE posts SET likes_count = 1 WHERE id <= {many};
        VACUUM ANALYZE post_interactions;
        INSERT INTO comments (id, user_id, post_id, content)
        SELECT n, {POSTS + 1}, 1 + n % {POSTS}, 'text'
        FROM generate_series({many + 1}, {many * 2}) AS n;
        UPDATE posts SET comments_count = {many // POSTS + 1};
        {_comments(many)}
        """,
    )


def _comments(many: int) -> str:
    """Comments 1 to ``many``, spread over all posts."""
    return f"""
        INSERT INTO comments (id, user_id, post_id, content)
        SELECT n, n, 1 + n % {POSTS}, 'text' FROM generate_series(1, {many}) AS n;
        UPDATE posts SET comments_count = comments_count + {many // POSTS + 1};
        VACUUM ANALYZE comments
    """

"""What is written: operations, loads that many connections run, and statements of many rows.

The scripts are pgbench's. ``key`` is a number that no other transaction of a round has; what it
stands for says writepath_world. Does not know how anything is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.writepath_world import COMMON, HOT, MANY, NONE, POSTS, Keys, home

CONNECTIONS = 8
MANY_ROWS = 3_000
_A_SECOND = 500
"""More than a connection does of one operation in a second."""
READ_COMMITTED = "read committed"
LEVELS = [READ_COMMITTED, "repeatable read", "serializable"]
_POST = f"\\set post random({COMMON}, {POSTS})\n"
_DAILY = {
    "like": f"""{_POST}INSERT INTO post_interactions (user_id, post_id, type)
        VALUES (:fan, :post, 'like');""",
    "like of one post": f"""INSERT INTO post_interactions (user_id, post_id, type)
        VALUES (:fan, {HOT}, 'like');""",
    "unlike": f"""\\set post {home(":key")}
        DELETE FROM post_interactions
        WHERE user_id = :key AND post_id = :post AND type = 'like';""",
    "follow": """\\set other :kept + random(2, :kept)
        INSERT INTO user_follows (follower_id, following_id) VALUES (:key, :other);""",
    "follow of one user": """\\set other :kept + 1
        INSERT INTO user_follows (follower_id, following_id) VALUES (:key, :other);""",
    "comment": f"""{_POST}INSERT INTO comments (user_id, post_id, content)
        VALUES (:fan, :post, 'text');""",
    "reply": f"""\\set pair random(1, :kept / 2)
        \\set post {home(":pair")}
        \\set parent :pair * 2 - 1
        INSERT INTO comments (user_id, post_id, parent_comment_id, content)
        VALUES (:fan, :post, :parent, 'text');""",
    "edit of a comment": "UPDATE comments SET content = 'other' WHERE id = :key;",
    "edit of a post": f"{_POST}UPDATE posts SET content = 'other' WHERE id = :post;",
    "soft delete": "UPDATE comments SET deleted_at = now() WHERE id = :key;",
    "repost": f"{_POST}INSERT INTO reposts (user_id, post_id) VALUES (:fan, :post);",
    "upload": f"""{_POST}INSERT INTO post_media
        (post_id, user_id, type, file_url, file_size_bytes, mime_type)
        VALUES (:post, :key, 'image', 'url', 1000, 'image/png');""",
    "removal of a file": "DELETE FROM post_media WHERE id = :key;",
}
_FOR_GOOD = {
    "delete of a comment": "\\set gone :kept + :lost\nDELETE FROM comments WHERE id = :gone;",
    "delete of a post": f"\\set gone {POSTS} + :lost\nDELETE FROM posts WHERE id = :gone;",
    "delete of a user": "\\set gone 2 * :kept + :lost\nDELETE FROM users WHERE id = :gone;",
}
_MIXED = {
    "like": 40,
    "unlike": 15,
    "follow": 6,
    "comment": 12,
    "reply": 6,
    "edit of a comment": 2,
    "edit of a post": 2,
    "soft delete": 6,
    "repost": 5,
    "upload": 4,
    "removal of a file": 2,
}
_DELETED = {"delete of a comment": 5, "delete of a post": 4, "delete of a user": 1}


@dataclass(frozen=True, slots=True)
class Load:
    """Operations that all connections run, for a number of transactions or of seconds."""

    row: str
    """As the table calls it."""
    weights: Mapping[str, int]
    """How often each operation is chosen."""
    each: Keys
    """How many keys a connection has; an operation takes its next one each time."""
    transactions: int = 0
    """Of each connection; 0 where ``seconds`` count."""
    seconds: int = 0
    isolation: str = READ_COMMITTED
    unlike_left_open: bool = False
    """Whether one more connection leaves its transaction open after an unlike, half of the time."""
    first: Keys = NONE
    """The keys before its own are other loads'."""

    @property
    def mixed(self) -> bool:
        """Whether it is made of several operations."""
        return len(self.weights) > 1

    @property
    def end(self) -> Keys:
        """Its last keys; the connection that leaves its transaction open has some too."""
        connections = CONNECTIONS + self.unlike_left_open
        return Keys(
            self.first.kept + connections * self.each.kept,
            self.first.gone + connections * self.each.gone,
        )


@dataclass(frozen=True, slots=True)
class Bulk:
    """One statement of many rows, which is timed and rolled back."""

    row: str
    sql: str
    """With ``{kept}`` for how many keys there are."""
    users: int
    """How many keys that takes at least."""


Workload = Load | Bulk


def workloads(
    transactions: int = 320, many: int = MANY_ROWS, seconds: int = 2
) -> tuple[Workload, ...]:
    """All, in the table's order; no two loads of an operation use the same keys."""
    loads = (*_single(transactions), *_mixes(transactions, seconds))
    return (*_apart(loads), *_many(many))


def keys(listed: Iterable[Workload]) -> Keys:
    """How many keys the world needs."""
    ends = [Keys(one.users, 0) if isinstance(one, Bulk) else one.end for one in listed]
    kept = max(end.kept for end in ends)
    return Keys(kept + kept % 2, max(end.gone for end in ends))


def script(operation: str) -> str:
    """What pgbench runs for it: a key of its own, then the statement."""
    turn = _turn(operation)
    return (
        f"\\set {turn} :{turn} + 1\n"
        f"\\set key :first_kept + :client_id * :each_kept + :{turn}\n"
        f"\\set lost :first_gone + :client_id * :each_gone + :{turn}\n"
        f"\\set fan :kept + :key\n{(_DAILY | _FOR_GOOD)[operation]}\n"
    )


def variables(load: Load, kept: int) -> dict[str, int]:
    """What the scripts of a load have to be told."""
    return {
        **{_turn(operation): 0 for operation in load.weights},
        "kept": kept,
        "first_kept": load.first.kept,
        "first_gone": load.first.gone,
        "each_kept": load.each.kept,
        "each_gone": load.each.gone,
    }


def unlikes_left_open(load: Load) -> Iterator[str]:
    """Unlikes of the connection that leaves its transaction open, one after another."""
    first = load.first.kept + CONNECTIONS * load.each.kept
    for key in range(first + 1, load.end.kept + 1):
        yield (
            f"DELETE FROM post_interactions WHERE user_id = {key}"
            f" AND post_id = {home(str(key))} AND type = 'like'"
        )


def daily(operation: str) -> bool:
    """Whether nothing is deleted for good."""
    return operation in _DAILY


def _turn(operation: str) -> str:
    return f"turn_{operation.replace(' ', '_')}"


def _single(transactions: int) -> Iterator[Load]:
    few = max(transactions // 16, 1)
    for operation in _DAILY:
        levels = LEVELS if operation.startswith("follow") else [READ_COMMITTED]
        for level in levels:
            row = f"{operation}, {level.upper()}" if len(levels) > 1 else operation
            each = Keys(transactions, 0)
            yield Load(row, {operation: 1}, each, transactions, isolation=level)
    for operation in _FOR_GOOD:
        yield Load(operation, {operation: 1}, Keys(0, few), few)


def _mixes(transactions: int, seconds: int) -> Iterator[Load]:
    each = Keys(transactions, max(transactions // 10, 1))
    for per_mille in (3, 50):
        row = f"mix, {per_mille / 10:g} % deletes"
        yield Load(row, _weights(per_mille), each, transactions)
    row = "mix, 1 % deletes, an unlike left open 0.5 s in each second"
    each = Keys(_A_SECOND * seconds, _A_SECOND * seconds // 20)
    yield Load(row, _weights(10), each, seconds=seconds, unlike_left_open=True)


def _weights(per_mille: int) -> dict[str, int]:
    """Everyday operations, and some in a thousand that delete for good."""
    each_day, for_good = sum(_MIXED.values()), sum(_DELETED.values())
    return {
        **{name: weight * (1000 - per_mille) * for_good for name, weight in _MIXED.items()},
        **{name: weight * per_mille * each_day for name, weight in _DELETED.items()},
    }


def _apart(loads: Iterable[Load]) -> Iterator[Load]:
    """The loads, each with keys that no other load of the same operation has."""
    ends: dict[str, Keys] = {}
    for load in loads:
        before = [ends.get(operation, NONE) for operation in load.weights]
        first = Keys(max(end.kept for end in before), max(end.gone for end in before))
        moved = replace(load, first=first)
        yield moved
        ends |= dict.fromkeys(load.weights, moved.end)


def _many(many: int) -> Iterator[Bulk]:
    series = f"FROM generate_series(1, {many}) AS n"
    side = int((many * 2) ** 0.5) + 2
    yield Bulk(
        f"{many:,} likes of 10 posts in a statement",
        f"""INSERT INTO post_interactions (user_id, post_id, type)
        SELECT n, {MANY} + n % 10, 'like' {series}""",
        many,
    )
    yield Bulk(
        f"{many:,} comments, half of them replies, in a statement",
        f"""INSERT INTO comments (user_id, post_id, parent_comment_id, content)
        SELECT
            n, {home("1 + n % 1000")}, CASE n % 2 WHEN 0 THEN 1 + n % 1000 * 2 END, 'text'
        {series}""",
        many,
    )
    yield Bulk(
        f"{many * 2:,} follows in a statement",
        f"""INSERT INTO user_follows (follower_id, following_id)
        SELECT {{kept}} + a, {{kept}} + b
        FROM generate_series(1, {side}) AS a, generate_series(1, {side}) AS b
        WHERE a <> b LIMIT {many * 2}""",
        side,
    )
    yield Bulk(
        f"{many:,} files of 100 users in a statement",
        f"""INSERT INTO post_media
        (post_id, user_id, type, file_url, file_size_bytes, mime_type)
        SELECT {COMMON} + n % 1000, 1 + n % 100, 'image', 'url', 1000, 'image/png' {series}""",
        many,
    )

"""What is raced: transactions drawn from the contract's operations, and the rows they meet on.

Does not know a connection's time, nor how a transaction ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import psycopg

from benchmarks.deadlocks_run import Draw
from vrss_contract.concurrency.load_test.world import fill
from vrss_contract.concurrency.workload.call import Call, Operations, statement
from vrss_contract.contract.model import Contract, Operation

Sizes = Mapping[str, int]
"""How many there are of each thing, their keys from 1."""
_WIDE = {"user": 200, "post": 100}
_NARROW = {"user": 12, "post": 10, "comment": 40, "medium": 20, "conversation": 5}
_AT_ONCE = 10
_MORE = (
    """INSERT INTO post_interactions (user_id, post_id, type)
    SELECT users.id, posts.id, 'like' FROM users CROSS JOIN posts
    WHERE (users.id * 7 + posts.id) % 5 = 0""",
    """INSERT INTO reposts (user_id, post_id)
    SELECT users.id, posts.id FROM users CROSS JOIN posts
    WHERE (users.id * 7 + posts.id) % 20 = 0""",
    """INSERT INTO user_follows (follower_id, following_id)
    SELECT one.id, other.id FROM users AS one CROSS JOIN users AS other
    WHERE one.id <> other.id AND (one.id * 7 + other.id) % 10 = 0""",
    "ANALYZE post_interactions, reposts, user_follows",
)
"""Rows that the load test's own script leaves out: what is taken back has to be there."""


@dataclass(frozen=True, slots=True)
class Race:
    """What is drawn, on how many rows, for how much of the time that was asked for."""

    name: str
    draw: Draw
    sizes: Sizes
    share: float = 1.0


def races(operations: Operations, sizes: Sizes) -> list[Race]:
    """Everything that is raced.

    Args:
        operations: the contract's.
        sizes: of the things of which a race says nothing else.
    """
    wide, narrow = {**sizes, **_WIDE}, {**sizes, **_NARROW}
    daily = {name: one for name, one in operations.items() if not one.deletes}

    def several(random: Random) -> list[str]:
        return [_call(operations, wide, random) for _ in range(random.choice((2, 3)))]

    def one(random: Random) -> list[str]:
        return [_call(daily, narrow, random)]

    return [
        Race("two or three operations", several, wide),
        Race("an everyday operation, few rows", one, narrow, 0.5),
        Race("an INSERT of ten comments in any order", _comments, wide, 0.25),
    ]


def rows(session: psycopg.Connection, contract: Contract, sizes: Sizes) -> None:
    """Put the rows in.

    Raises:
        TroubleError: the target does not take them.
    """
    sized = replace(contract.manifest.required_load_test(), sizes=sizes)
    fill(session, replace(contract, manifest=replace(contract.manifest, load_test=sized)))
    for text in _MORE:
        session.execute(text.encode())


def _call(operations: Operations, sizes: Sizes, random: Random) -> str:
    """One of the operations, on any rows."""
    name = random.choice(list(operations))
    values = tuple(_values(operations[name], sizes, random))
    return statement(Call(name, values), operations)


def _values(
    operation: Operation, sizes: Sizes, random: Random
) -> Sequence[int | str | bool | None]:
    """A row's key for each parameter whose last word names a thing, else one of its few values."""
    things = {parameter: parameter.rpartition("_")[2] for parameter in operation.takes}
    return [
        random.randint(1, sizes[things[parameter]])
        if things[parameter] in sizes
        else random.choice(few)
        for parameter, few in operation.takes.items()
    ]


def _comments(random: Random) -> list[str]:
    posts = random.sample(range(1, _AT_ONCE + 1), _AT_ONCE)
    listed = ", ".join(f"({post}, 1, 'a comment')" for post in posts)
    return [f"INSERT INTO comments (post_id, user_id, content) VALUES {listed}"]

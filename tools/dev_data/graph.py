"""Who follows whom, and the friendships that came of it.

Knows the fifty follows; does not know posts. They are written down, for every number of the
strategy's list is in them: 50 follows, 10 of them mutual, five users followed by many, others by
two or three. Rule: the strategy's Seeding Strategy, category 2, "Social Relationships".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.dev_data.draw import Draw
from tools.dev_data.people import Person
from tools.dev_data.rows import Rows, rows_of

_FOLLOWERS: Mapping[int, tuple[int, ...]] = {
    1: (2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 18),
    2: (1, 3, 6, 7, 9, 12, 14, 15),
    3: (1, 2, 8, 10, 11, 13, 16),
    4: (1, 5, 6, 14, 15, 19),
    5: (4, 7, 10, 11, 12, 17),
    6: (1, 7),
    7: (2, 6),
    8: (3, 9, 13),
    9: (10, 20),
    10: (9,),
    11: (14,),
}
"""By whom each user is followed."""


@dataclass(frozen=True, slots=True)
class Follow:
    """One user follows another since then."""

    follower: Person
    followed: Person
    at: datetime


def follows(all_: Sequence[Person]) -> tuple[Follow, ...]:
    """The follows, oldest first."""
    draw, by_id = Draw("follows"), {one.id: one for one in all_}
    pairs = [(by_id[a], by_id[b]) for b, followers in _FOLLOWERS.items() for a in followers]
    made = [Follow(a, b, draw.moment(max(a.joined, b.joined), a.until)) for a, b in pairs]
    return tuple(sorted(made, key=lambda one: one.at))


def friends(all_: Sequence[Follow]) -> tuple[tuple[int, int, datetime], ...]:
    """The pairs that follow each other, the lower id first, since the later of the two follows."""
    at = {(one.follower.id, one.followed.id): one.at for one in all_}
    mutual = [(a, b, max(at[a, b], at[b, a])) for a, b in at if a < b and (b, a) in at]
    return tuple(sorted(mutual, key=lambda pair: pair[2]))


def portions(all_: Sequence[Follow]) -> tuple[Rows, ...]:
    """The rows of both tables."""
    edges = ((n, f.follower.id, f.followed.id, f.at) for n, f in enumerate(all_, start=1))
    pairs = ((n, *pair) for n, pair in enumerate(friends(all_), start=1))
    return (
        rows_of("user_follows", "id follower_id following_id created_at", edges),
        rows_of("friendships", "id user_id_1 user_id_2 created_at", pairs),
    )

"""The development data: twenty users and what they do, the same rows every time.

Knows the order in which rows come from one another; the nouns are modules of their own. Rule: the
strategy's Seeding Strategy, category 2; contracts/datasets.yaml says what is true of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache

from vrss_contract.data.dataset import Copied, Portion, Prepared, Selected
from vrss_contract.data.dataset.dev import (
    feeds,
    graph,
    media,
    notices,
    people,
    plans,
    posts,
    reactions,
    sections,
    talk,
)
from vrss_contract.data.dataset.dev.draw import NOW
from vrss_contract.data.dataset.reference import aged

__all__ = ["NOW", "DevDataset"]


class DevDataset:
    """Its rows are made when they are first asked for, once in a process."""

    name = "dev"
    bulk = False

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(portion.rows for portion in _portions())

    @property
    def digest(self) -> str:
        """Changes when a row does."""
        return hashlib.sha256(repr(_portions()).encode()).hexdigest()

    def portions(self) -> Iterator[Portion]:
        """A portion for each table, parents first; before them the age of the tiers."""
        yield from _portions()


@cache
def _portions() -> tuple[Portion, ...]:
    """Read it from the top: each noun is made of those before it."""
    users = people.people()
    follows = graph.follows(users)
    written = posts.posts(users)
    reacted = reactions.reactions(users, written)
    files = media.files(written)
    paid = plans.plans(users)
    talks = talk.conversations(users, follows)
    tables: tuple[Copied | Selected | Prepared, ...] = (
        aged(NOW),
        people.users(users),
        people.profiles(users),
        media.storage(users, files, plans.quotas(paid)),
        posts.portion(written, reacted.received(), media.urls(files)),
        media.portion(files),
        *graph.portions(follows),
        *reactions.portions(reacted),
        *sections.portions(users),
        *feeds.portions(feeds.feeds(follows), users),
        *talk.portions(talks),
        notices.portion(users, follows, reacted, talks),
        plans.portion(paid),
    )
    return tables

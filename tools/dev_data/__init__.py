"""The development data: twenty users and what they do, the same rows every time.

``python -m tools.dev_data --write`` draws them with Faker and writes the SQL files of
fixtures/datasets/dev; ``--check`` says whether the files are what it would write. This module knows
the order in which rows come from one another; the nouns are modules of their own. Rule: the
strategy's Seeding Strategy, category 2; contracts/datasets.yaml says what is true of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tools.dev_data import (
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
from tools.dev_data.draw import NOW
from tools.dev_data.rows import Rows, wrapped
from vrss_contract.sql.literal import text

_TIERS = "subscription_tiers"
_AGED = """UPDATE {table} SET
    created_at = {now},
    updated_at = {now}
WHERE created_at = now()"""
"""Dates the tiers that reference.sql has made in the same transaction, and no others."""


@cache
def tables() -> tuple[Rows, ...]:
    """The rows of every table but the tiers, parents first: each noun is made of those before."""
    users = people.people()
    follows = graph.follows(users)
    written = posts.posts(users)
    reacted = reactions.reactions(users, written)
    files_ = media.files(written)
    paid = plans.plans(users)
    talks = talk.conversations(users, follows)
    return (
        people.users(users),
        people.profiles(users),
        media.storage(users, files_, plans.quotas(paid)),
        posts.portion(written, reacted.received(), media.urls(files_)),
        media.portion(files_),
        *graph.portions(follows),
        *reactions.portions(reacted),
        *sections.portions(users),
        *feeds.portions(feeds.feeds(follows), users),
        *talk.portions(talks),
        notices.portion(users, follows, reacted, talks),
        plans.portion(paid),
    )


def files() -> Mapping[str, str]:
    """Name and text of each SQL file; in the order of names they can be loaded."""
    now = text(NOW.isoformat(sep=" "))
    made = [(_TIERS, wrapped(_TIERS, _AGED.format(table=_TIERS, now=now)))]
    made += [(rows.table, rows.file()) for rows in tables()]
    return {f"{n:02}-{table}.sql": words for n, (table, words) in enumerate(made, start=1)}

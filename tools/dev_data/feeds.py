"""The custom feeds, and the filters of each as rows.

Knows what the feeds are called and take; does not know the posts that they find. Rule: the
strategy's Seeding Strategy, category 2, "Custom Feeds".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.dev_data.draw import Draw
from tools.dev_data.graph import Follow, friends
from tools.dev_data.people import Person
from tools.dev_data.rows import Rows, document, rows_of

_FILMS = ["video_short", "video_long"]
_PICTURES = ["image", "image_gallery", "gif"]
_FEEDS = """id user_id name description algorithm_config is_default display_order
    created_at updated_at"""
_FILTERS = "id feed_id type operator value group_id logical_operator display_order created_at"
Filter = tuple[str, str, Any]
"""Type, operator and value."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A custom feed; ``limit`` is how many posts it shows at a time."""

    owner: int
    name: str
    says: str
    filters: tuple[Filter, ...]
    sort: str = "recent"
    logic: str = "AND"
    limit: int = 20


def feeds(follows: Sequence[Follow]) -> tuple[Feed, ...]:
    """The ten of them, of which no two have the same filters."""
    mine = sorted({b if a == 1 else a for a, b, _ in friends(follows) if 1 in (a, b)})
    week, month = {"days": 7}, {"days": 30}
    spring = {"from": "2025-03-01T00:00:00Z", "to": "2025-06-01T00:00:00Z"}
    films: Filter = ("post_type", "contains", _FILMS)
    return (
        Feed(1, "Only Videos", "Short and long ones", (films,)),
        Feed(1, "Friends Only", "Of those I follow back", (("author", "contains", mine),)),
        Feed(
            2,
            "Popular Last Week",
            "What everybody liked in seven days",
            (("date_range", "in_range", week), ("engagement", "greater_than", {"min": 10})),
            "popular",
        ),
        Feed(3, "Pictures", "Nothing to read", (("post_type", "contains", _PICTURES),)),
        Feed(
            4,
            "Long Reads of the Month",
            "For the weekend",
            (("post_type", "equals", "text_long"), ("date_range", "in_range", month)),
            limit=10,
        ),
        Feed(6, "New Music", "Songs, albums or the tag", _MUSIC, "recent", "OR"),
        Feed(7, "Quiet Corner", "Before it was popular", _QUIET, limit=50),
        Feed(9, "Discussions", "Much commented", _DISCUSSED, "engagement"),
        Feed(11, "Not My Own", "", (("author", "not_equals", 11), ("tag", "contains", "travel"))),
        Feed(14, "Spring", "A season to look back on", (("date_range", "in_range", spring),)),
    )


_MUSIC: tuple[Filter, ...] = (
    ("post_type", "contains", ["song", "album"]),
    ("tag", "equals", "music"),
)
_QUIET: tuple[Filter, ...] = (
    ("engagement", "less_than", 5),
    ("date_range", "greater_than", "2025-10-01T00:00:00Z"),
)
_DISCUSSED: tuple[Filter, ...] = (
    ("engagement", "in_range", {"min": 5, "max": 100}),
    ("post_type", "not_equals", "gif"),
)


def portions(all_: Sequence[Feed], people: Sequence[Person]) -> tuple[Rows, ...]:
    """The rows of both tables."""
    draw, joined = Draw("feeds"), {one.id: one.joined for one in people}
    made = [draw.moment(joined[feed.owner]) for feed in all_]
    return (
        rows_of("custom_feeds", _FEEDS, _feeds(all_, made)),
        rows_of("feed_filters", _FILTERS, _filters(all_, made)),
    )


def _feeds(all_: Sequence[Feed], made: Sequence[datetime]) -> Iterator[tuple[Any, ...]]:
    seen: set[int] = set()
    for n, (feed, at) in enumerate(zip(all_, made, strict=True), start=1):
        first = feed.owner not in seen
        seen.add(feed.owner)
        config = {
            "filters": [{"type": t, "operator": o, "value": v} for t, o, v in feed.filters],
            "logic": feed.logic,
            "sort": feed.sort,
            "limit": feed.limit,
        }
        order = 0 if first else 1
        yield n, feed.owner, feed.name, feed.says or None, document(config), first, order, at, at


def _filters(all_: Sequence[Feed], made: Sequence[datetime]) -> Iterator[tuple[Any, ...]]:
    rows = (
        (n, *filter_, feed.logic, order, at)
        for n, (feed, at) in enumerate(zip(all_, made, strict=True), start=1)
        for order, filter_ in enumerate(feed.filters)
    )
    for id_, (feed, type_, operator, value, logic, order, at) in enumerate(rows, start=1):
        yield id_, feed, type_, operator, document(value), 0, logic, order, at

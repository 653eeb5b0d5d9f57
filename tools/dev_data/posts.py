"""What the users published, drafted, scheduled and took back.

Knows posts; does not know who reacted to them or which files they hold until it is told. Rule: the
strategy's Seeding Strategy, category 2, "Posts": the published ones of each type are counted
there; 60 % are by popular users.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle
from typing import Any

from tools.dev_data.draw import DAY, NOW, SECOND, Draw
from tools.dev_data.people import Person
from tools.dev_data.rows import Rows, document, rows_of

_PUBLISHED = (
    ("image_gallery", 6, 4),
    ("image", 12, 8),
    ("video_short", 9, 6),
    ("video_long", 3, 2),
    ("song", 3, 2),
    ("album", 3, 2),
    ("gif", 3, 2),
    ("text_short", 12, 8),
    ("text_long", 12, 8),
)
"""Of each type, how many are by popular users and by others."""
_ONCE = (16, 17, 18, 19)
"""Users who posted one text each: the suspended ones, and two of the new ones."""
_OTHERS = (
    ("text_short", "draft", 1),
    ("text_long", "draft", 2),
    ("image", "draft", 6),
    ("song", "draft", 3),
    ("text_short", "scheduled", 4),
    ("video_long", "scheduled", 1),
    ("text_long", "scheduled", 8),
    ("text_short", "deleted", 5),
    ("image", "deleted", 10),
    ("gif", "deleted", 12),
)
"""Type, status and author of those that are not published."""
_RECENT = 3 * DAY
_EVERY = 11
"""One of so many is recent."""
_COLUMNS = """id user_id type status title content content_html media_urls thumbnail_url likes_count
    comments_count reposts_count views_count published_at scheduled_for created_at updated_at
    deleted_at"""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, as the rows of other tables need to know it."""

    author: Person
    type: str
    status: str
    at: datetime
    """When it was written, and published if it was."""
    id: int = 0

    @property
    def recent(self) -> bool:
        """Whether it is new."""
        return self.at >= NOW - _RECENT

    @property
    def published(self) -> bool:
        """Whether others see it."""
        return self.status == "published"


@dataclass(frozen=True, slots=True)
class Reception:
    """What others made of a post."""

    likes: int = 0
    comments: int = 0
    reposts: int = 0


def posts(people: Sequence[Person]) -> tuple[Post, ...]:
    """All of them, oldest first."""
    draw = Draw("posts")
    by_id = {one.id: one for one in people}
    made = [_written(draw, n, *one) for n, one in enumerate(_dealt(people))]
    for type_, status, id_ in _OTHERS:
        at = _old(draw, by_id[id_]) if status == "deleted" else draw.moment(NOW - 20 * DAY)
        made.append(Post(by_id[id_], type_, status, at))
    ordered = sorted(made, key=lambda post: post.at)
    return tuple(replace(post, id=n) for n, post in enumerate(ordered, start=1))


def _dealt(people: Sequence[Person]) -> Iterator[tuple[Person, str]]:
    """Author and type of each that is published."""
    once = [one for one in people if one.id in _ONCE]
    popular = cycle([one for one in people if one.group == "popular"])
    regular = cycle([one for one in people if one.group == "regular"])
    for type_, many, few in _PUBLISHED:
        yield from ((next(popular), type_) for _ in range(many))
        last = once if type_ == _PUBLISHED[-1][0] else []
        yield from ((next(regular), type_) for _ in range(few - len(last)))
        yield from ((one, type_) for one in last)


def _written(draw: Draw, number: int, author: Person, type_: str) -> Post:
    recent = author.group == "new" or (number % _EVERY == 0 and author.group != "suspended")
    at = draw.moment(max(author.joined, NOW - _RECENT), NOW - DAY / 8) if recent else None
    return Post(author, type_, "published", at or _old(draw, author))


def _old(draw: Draw, author: Person) -> datetime:
    """A time before what is new; a platform that grows has more of late."""
    return draw.moment(author.joined + DAY, author.until - 4 * DAY, bend=0.6)


def portion(
    all_: Sequence[Post], received: Mapping[int, Reception], urls: Mapping[int, Sequence[str]]
) -> Rows:
    """The rows.

    Args:
        all_: the posts.
        received: what came of them, by id.
        urls: where the files are that were uploaded for them, by id.
    """
    draw = Draw("words of posts")
    nothing = Reception()
    rows = (
        _row(post, received.get(post.id, nothing), urls.get(post.id, ()), draw) for post in all_
    )
    return rows_of("posts", _COLUMNS, rows)


def _row(post: Post, got: Reception, urls: Sequence[str], draw: Draw) -> tuple[Any, ...]:
    text = _text(post, draw)
    linked = list(urls) or _elsewhere(post)
    edited = post.at + SECOND * draw.random.randint(0, 3600)
    viewed = 12 * got.likes + draw.random.randint(3, 40) if post.published else 0
    return (
        *(post.id, post.author.id, post.type, post.status, _title(post, draw)),
        *(text, f"<p>{text}</p>" if post.type == "text_long" else None, document(linked or None)),
        f"https://media.example.com/thumbnails/{post.id}.webp" if linked else None,
        *(got.likes, got.comments, got.reposts, viewed),
        *(post.at if post.status in ("published", "deleted") else None, _scheduled(post, draw)),
        *(post.at, edited, edited if post.status == "deleted" else None),
    )


def _title(post: Post, draw: Draw) -> str | None:
    if post.type in ("text_short", "gif"):
        return None
    return str(draw.fake.catch_phrase())


def _text(post: Post, draw: Draw) -> str | None:
    if post.type == "text_long":
        return " ".join(draw.fake.paragraphs(nb=5))
    if post.type == "text_short":
        return str(draw.fake.sentence(nb_words=14))
    return str(draw.fake.sentence(nb_words=6)) if post.id % 2 else None


def _elsewhere(post: Post) -> list[str]:
    """Pictures, films and music that are only linked to."""
    count = {"image_gallery": 4, "album": 3}.get(post.type, 1)
    if post.type.startswith("text"):
        return []
    return [f"https://cdn.example.net/{post.type}/{post.id}/{n}" for n in range(1, count + 1)]


def _scheduled(post: Post, draw: Draw) -> datetime | None:
    return draw.moment(NOW + DAY, NOW + 14 * DAY) if post.status == "scheduled" else None

"""What users were told of: of each type of notification some.

Knows which event tells whom; does not know how the events came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.dev_data.draw import DAY, NOW, Draw
from tools.dev_data.graph import Follow
from tools.dev_data.people import Person
from tools.dev_data.reactions import Comment, Mark, Reactions
from tools.dev_data.rows import Rows, rows_of
from tools.dev_data.talk import Conversation

_LATEST = 40
"""Likes that are still told of."""
_MENTIONS = 5
_COLUMNS = """id user_id type actor_id post_id comment_id title content action_url is_read
    read_at created_at"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is told of something."""

    user: int
    type: str
    at: datetime
    title: str
    url: str
    actor: int | None = None
    post: int | None = None
    comment: int | None = None


def portion(
    people: Sequence[Person],
    follows: Sequence[Follow],
    reactions: Reactions,
    conversations: Sequence[Conversation],
) -> Rows:
    """The rows; what is older than a week was read, of the rest some."""
    notices = [
        *(_followed(one) for one in follows),
        *_marked(reactions),
        *(_answered(one) for one in reactions.comments if _other(one)),
        *_mentioned(reactions.comments),
        *(notice for one in conversations for notice in _written(one)),
        *_greeted(people),
    ]
    draw = Draw("notices")
    rows = (_row(n, one, draw) for n, one in enumerate(sorted(notices, key=_at), start=1))
    return rows_of("notifications", _COLUMNS, rows)


def _at(one: Notice) -> datetime:
    return one.at


def _followed(one: Follow) -> Notice:
    who = one.follower
    return Notice(
        *(one.followed.id, "follow", one.at, f"{who.username} follows you"),
        *(f"/users/{who.username}", who.id),
    )


def _marked(all_: Reactions) -> Iterator[Notice]:
    likes = [mark for mark in all_.marks if mark.type == "like"][-_LATEST:]
    for mark in (*likes, *all_.reposts):
        yield _of_post(mark, "liked" if mark.type == "like" else "reposted")


def _of_post(mark: Mark, verb: str) -> Notice:
    title = f"{mark.user.username} {verb} your post"
    url = f"/posts/{mark.post.id}"
    return Notice(mark.post.author.id, mark.type, mark.at, title, url, mark.user.id, mark.post.id)


def _other(one: Comment) -> bool:
    return one.user is not one.post.author


def _answered(one: Comment) -> Notice:
    title = f"{one.user.username} commented on your post"
    return _of_comment(one, one.post.author.id, "comment", title)


def _of_comment(one: Comment, user: int, type_: str, title: str) -> Notice:
    url = f"/posts/{one.post.id}#comment-{one.id}"
    return Notice(user, type_, one.at, title, url, one.user.id, one.post.id, one.id)


def _mentioned(all_: Sequence[Comment]) -> Iterator[Notice]:
    """Who is replied to by somebody else counts as mentioned."""
    replies = [one for one in all_ if one.parent and one.parent.user is not one.user]
    for one in replies[-_MENTIONS:]:
        if one.parent:
            title = f"{one.user.username} mentioned you"
            yield _of_comment(one, one.parent.user.id, "mention", title)


def _written(one: Conversation) -> Iterator[Notice]:
    last = one.messages[-1]
    for user in one.participants:
        if user != last.sender:
            url = f"/conversations/{one.id}"
            yield Notice(user, "message", last.at, "You have a new message", url, last.sender)


def _greeted(people: Sequence[Person]) -> Iterator[Notice]:
    """New users are welcomed, and ask the most followed user for friendship."""
    for one in people:
        if one.group == "new":
            yield Notice(one.id, "system", one.joined, f"Welcome, {one.username}", "/settings")
            title = f"{one.username} would like to be your friend"
            at = one.joined + timedelta(hours=1)
            yield Notice(1, "friend_request", at, title, f"/users/{one.username}", one.id)


def _row(n: int, one: Notice, draw: Draw) -> tuple[Any, ...]:
    read = one.at < NOW - 7 * DAY or draw.chance(0.3)
    when = draw.moment(one.at, min(one.at + 2 * DAY, NOW)) if read else None
    return (
        *(n, one.user, one.type, one.actor, one.post, one.comment, one.title, None),
        *(one.url, read, when, one.at),
    )

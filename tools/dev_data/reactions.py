"""Likes, bookmarks, shares, comments and reposts, and the counts of them.

Knows who reacts to which post; does not know what posts say. Only active users react, nobody to
what is not published, and nobody likes or reposts what is their own. Rule: the strategy's Seeding
Strategy, category 2, "Interactions"; erratum dev-popularity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tools.dev_data.draw import DAY, NOW, SECOND, Draw
from tools.dev_data.people import Person
from tools.dev_data.posts import Post, Reception
from tools.dev_data.rows import Rows, rows_of

_POPULAR = 6
"""Posts that nearly everybody likes."""
_MOST, _MOST_RECENT = 8, 5
"""Likes that another post has at most."""
_TOPS, _REPLIES, _REPOSTS = 85, 40, 25
_TAKEN_BACK = frozenset({7, 31, 64, 90})
"""Comments that are deleted softly, by their place among all."""
_COMMENTS = """id post_id user_id parent_comment_id content content_html likes_count replies_count
    created_at updated_at deleted_at"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A like, bookmark, share or repost."""

    user: Person
    post: Post
    type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What a user said about a post, in reply to another comment perhaps."""

    user: Person
    post: Post
    at: datetime
    parent: Comment | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Reactions:
    """All of them, each in the order of time."""

    marks: tuple[Mark, ...]
    comments: tuple[Comment, ...]
    reposts: tuple[Mark, ...]

    def received(self) -> Mapping[int, Reception]:
        """What each post got, by its id."""
        likes = Counter(mark.post.id for mark in self.marks if mark.type == "like")
        reposts = Counter(mark.post.id for mark in self.reposts)
        comments = Counter(one.post.id for one in self.comments if one.id not in _TAKEN_BACK)
        ids = likes.keys() | comments.keys() | reposts.keys()
        return {id_: Reception(likes[id_], comments[id_], reposts[id_]) for id_ in ids}


def reactions(people: Sequence[Person], posts: Sequence[Post]) -> Reactions:
    """What active users made of the published posts."""
    seen = [post for post in posts if post.published]
    known = [one for one in people if one.group in ("popular", "regular")]
    new = [one for one in people if one.group == "new"]
    popular = _popular(seen)
    marks = [*_likes(seen, popular, known, new), *_kept(seen, known)]
    return Reactions(
        tuple(sorted(marks, key=lambda mark: mark.at)),
        tuple(_comments(seen, popular, known)),
        tuple(sorted(_reposts(popular, seen, known), key=lambda mark: mark.at)),
    )


def _popular(seen: Sequence[Post]) -> list[Post]:
    old = [post for post in seen if post.author.group == "popular" and post.at < NOW - 10 * DAY]
    return Draw("popular posts").some(old, _POPULAR, _POPULAR)


def _likes(
    seen: Sequence[Post], popular: Sequence[Post], known: Sequence[Person], new: Sequence[Person]
) -> Iterator[Mark]:
    draw = Draw("likes")
    for post in seen:
        others = [one for one in known if one is not post.author]
        if post in popular:
            likers = others + draw.some(new, 1, len(new))
        else:
            likers = draw.some(others, 0, _MOST_RECENT if post.recent else _MOST)
        yield from (_mark(draw, one, post, "like") for one in likers)


def _kept(seen: Sequence[Post], known: Sequence[Person]) -> Iterator[Mark]:
    """Bookmarks and shares, which anybody may make of anything."""
    draw = Draw("bookmarks and shares")
    for type_, share in (("bookmark", 0.5), ("share", 0.25)):
        for post in seen:
            if draw.chance(share):
                yield _mark(draw, draw.one(known), post, type_)


def _reposts(
    popular: Sequence[Post], seen: Sequence[Post], known: Sequence[Person]
) -> Iterator[Mark]:
    draw = Draw("reposts")
    pairs = [(one, post) for post in seen for one in known if one is not post.author]
    liked = [(one, post) for one, post in pairs if post in popular]
    chosen = dict.fromkeys(draw.some(liked, 15, 15) + draw.some(pairs, _REPOSTS, _REPOSTS))
    for one, post in list(chosen)[:_REPOSTS]:
        yield _mark(draw, one, post, "repost")


def _mark(draw: Draw, user: Person, post: Post, type_: str) -> Mark:
    return Mark(user, post, type_, _after(draw, user, post.at))


def _after(draw: Draw, user: Person, at: datetime, before: datetime = NOW) -> datetime:
    """When the user may have reacted to what was then."""
    return draw.moment(max(at, user.joined) + SECOND, before)


def _comments(
    seen: Sequence[Post], popular: Sequence[Post], known: Sequence[Person]
) -> Iterator[Comment]:
    """Comments first and then replies, to replies as well, numbered by time."""
    draw = Draw("comments")
    made: list[Comment] = []
    places = [*seen, *(list(popular) * 6)]
    for _ in range(_TOPS):
        post, user = draw.one(places), draw.one(known)
        made.append(Comment(user, post, _after(draw, user, post.at, NOW - DAY / 24)))
    for _ in range(_REPLIES):
        said, user = draw.one(made), draw.one(known)
        made.append(Comment(user, said.post, _after(draw, user, said.at), said))
    ids = {id(one): n for n, one in enumerate(sorted(made, key=lambda c: c.at), start=1)}
    for one in sorted(made, key=lambda c: ids[id(c)]):
        parent = one.parent and replace(one.parent, id=ids[id(one.parent)])
        yield replace(one, parent=parent, id=ids[id(one)])


def portions(all_: Reactions) -> tuple[Rows, ...]:
    """The rows of the three tables."""
    draw = Draw("words of reactions")
    marks = (
        (n, mark.user.id, mark.post.id, mark.type, mark.at)
        for n, mark in enumerate(all_.marks, start=1)
    )
    reposts = (
        (n, mark.user.id, mark.post.id, draw.fake.sentence() if n % 3 == 0 else None, mark.at)
        for n, mark in enumerate(all_.reposts, start=1)
    )
    return (
        rows_of("post_interactions", "id user_id post_id type created_at", marks),
        rows_of("comments", _COMMENTS, _rows(all_.comments, draw)),
        rows_of("reposts", "id user_id post_id comment created_at", reposts),
    )


def _rows(comments: Sequence[Comment], draw: Draw) -> Iterator[tuple[Any, ...]]:
    replies = Counter(one.parent.id for one in comments if one.parent and _stands(one))
    for one in comments:
        gone = None if _stands(one) else one.at + DAY / 48
        text = draw.fake.sentence(nb_words=8)
        yield (
            *(one.id, one.post.id, one.user.id, one.parent.id if one.parent else None, text, None),
            *(0, replies[one.id], one.at, gone or one.at, gone),
        )


def _stands(one: Comment) -> bool:
    return one.id not in _TAKEN_BACK

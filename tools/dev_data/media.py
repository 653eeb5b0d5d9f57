"""The fifty files that were uploaded, and what they add up to.

Knows files and storage; does not know who likes them. Files have 100 KB to 10 MB; those of two
users add up to nearly all that the free tier has. Rule: the strategy's Seeding Strategy, category
2, "Media Files".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.dev_data.draw import SECOND, Draw
from tools.dev_data.people import Person
from tools.dev_data.plans import FREE
from tools.dev_data.posts import Post
from tools.dev_data.rows import Rows, rows_of

_NEAR: Mapping[int, int] = {4: FREE * 86 // 100, 7: FREE * 96 // 100}
"""Users near their quota, and the bytes that they hold: past the first warning, past the second."""
_LEAST, _MOST = 100_000, 10_000_000
_WANTED = (
    ("image", ("image",), 15),
    ("gif", ("gif",), 3),
    ("video", ("video_short", "video_long"), 8),
    ("audio", ("song", "album"), 7),
    ("document", ("text_long",), 2),
)
"""Type of file, types of post, and how many posts have one; galleries have more."""
_GALLERIES = (4, 4, 3, 2, 2)
"""Files of each gallery; those of the users near their quota come first."""
_MIME = {
    "image": ("image/jpeg", "jpg"),
    "gif": ("image/gif", "gif"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/mpeg", "mp3"),
    "document": ("application/pdf", "pdf"),
}
_MEDIA = """id post_id user_id type file_url file_size_bytes mime_type width height
    duration_seconds thumbnail_url display_order created_at"""
_STORAGE = """id user_id used_bytes quota_bytes images_bytes videos_bytes audio_bytes other_bytes
    last_calculated_at created_at updated_at"""


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file, by the number it has among those of its post."""

    id: int
    post: Post
    type: str
    number: int
    size: int
    at: datetime

    @property
    def url(self) -> str:
        """Where it can be had."""
        return f"https://media.example.com/{self.post.id}/{self.number}.{_MIME[self.type][1]}"


def files(posts: Sequence[Post]) -> tuple[File, ...]:
    """All of them, oldest first."""
    draw = Draw("files")
    places = sorted(_places(posts, draw), key=lambda place: (place[0].at, place[2]))
    sizes = _sizes([post.author.id for post, _, _ in places], draw)
    return tuple(
        File(id_, post, type_, number, sizes[id_ - 1], post.at)
        for id_, (post, type_, number) in enumerate(places, start=1)
    )


def _places(posts: Sequence[Post], draw: Draw) -> Iterator[tuple[Post, str, int]]:
    """Post, type and number of each file."""
    for type_, kinds, count in _WANTED:
        fitting = [post for post in posts if post.published and post.type in kinds]
        near = [post for post in fitting if type_ == "image" and post.author.id in _NEAR]
        others = [post for post in fitting if post.author.id not in _NEAR]
        chosen = near + draw.some(others, count - len(near), count - len(near))
        yield from ((post, type_, 0) for post in chosen)
    galleries = [post for post in posts if post.published and post.type == "image_gallery"]
    galleries.sort(key=lambda post: post.author.id not in _NEAR)
    for post, count in zip(galleries, _GALLERIES, strict=False):
        yield from ((post, "image", number) for number in range(count))


def _sizes(owners: Sequence[int], draw: Draw) -> list[int]:
    """Small files are many; who is near the quota has shares of it that differ a little."""
    sizes = [int(_LEAST * (_MOST / _LEAST) ** draw.random.random()) for _ in owners]
    for near, total in _NEAR.items():
        mine = [n for n, owner in enumerate(owners) if owner == near]
        for place, n in enumerate(mine):
            sizes[n] = total // len(mine) + 1000 * (2 * place - len(mine) + 1)
    return sizes


def urls(all_: Sequence[File]) -> Mapping[int, Sequence[str]]:
    """The URLs of each post's files, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    for file in sorted(all_, key=lambda file: (file.post.id, file.number)):
        found[file.post.id].append(file.url)
    return found


def portion(all_: Sequence[File]) -> Rows:
    """The rows of the files."""
    draw = Draw("frames")
    return rows_of("post_media", _MEDIA, (_row(file, draw) for file in all_))


def _row(file: File, draw: Draw) -> tuple[Any, ...]:
    seen = file.type in ("image", "gif", "video")
    width, height = draw.one([(1080, 1350), (1920, 1080), (1200, 1200)]) if seen else (None, None)
    lasts = _lasts(file, draw)
    thumbnail = f"https://media.example.com/thumbnails/{file.id}.webp" if seen else None
    return (
        *(file.id, file.post.id, file.post.author.id, file.type, file.url, file.size),
        *(_MIME[file.type][0], width, height, lasts, thumbnail, file.number, file.at),
    )


def _lasts(file: File, draw: Draw) -> int | None:
    if file.type not in ("video", "audio"):
        return None
    return draw.random.randint(600, 1800) if file.post.type == "video_long" else 30 + file.id


def storage(people: Sequence[Person], all_: Sequence[File], quotas: Mapping[int, int]) -> Rows:
    """A row for each user, with what their files add up to."""
    rows = (_stored(one, [f for f in all_ if f.post.author is one], quotas) for one in people)
    return rows_of("storage_usage", _STORAGE, rows)


def _stored(one: Person, mine: Sequence[File], quotas: Mapping[int, int]) -> tuple[Any, ...]:
    used = {kind: sum(file.size for file in mine if file.type == kind) for kind in _MIME}
    last = max([one.joined, *(file.at for file in mine)]) + SECOND
    parts = (used["image"], used["video"], used["audio"], used["gif"] + used["document"])
    quota = quotas.get(one.id, FREE)
    return (one.id, one.id, sum(parts), quota, *parts, last, one.joined, last)

"""The twenty users, and what they are to each other's feeds: popular, regular, suspended, new.

Knows accounts and profiles; does not know what they did. Rule: the strategy's Seeding Strategy,
category 2, "Test Users" and "User Profiles".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tools.dev_data.draw import DAY, NOW, Draw
from tools.dev_data.rows import Rows, document, rows_of

Group = Literal["popular", "regular", "suspended", "new"]
_GROUPS: tuple[tuple[Group, int, int, int], ...] = (
    ("popular", 5, 700, 500),
    ("regular", 10, 490, 120),
    ("suspended", 2, 110, 60),
    ("new", 3, 6, 1),
)
"""How many there are, and at most and at least how many days ago they came."""
SUSPENDED_AT = NOW - 30 * DAY
_PASSWORD = "$2b$10$abcdefghijklmnopqrstuu0SYq8twpcthS10uxQ26rv0s3Obj8Ufu"  # noqa: S105 - everybody's
"""bcrypt of ``password123``, as in the strategy."""
_USERS = """id username email email_verified password_hash status
    created_at updated_at last_login_at deleted_at"""
_PROFILES = """id user_id display_name bio age location website visibility background_config
    music_config style_config layout_config created_at updated_at"""
_NAMED, _MUSICAL = 15, 5
_COLOURS = ("#1A2B3C", "#F4F1DE", "#E07A5F", "#3D405B", "#81B29A", "#F2CC8F", "#264653", "#2A9D8F")
_POSITIONS = ("center", "top", "bottom", "cover")
_FONTS = ("Inter", "Georgia", "Fira Sans", "Courier New")
_BLOCKS = ("feed", "gallery", "links", "static_text", "static_image", "video")


@dataclass(frozen=True, slots=True)
class Person:
    """A user, as the rows of other tables need to know them."""

    id: int
    name: str
    username: str
    group: Group
    joined: datetime

    @property
    def until(self) -> datetime:
        """When they last could do anything."""
        return SUSPENDED_AT if self.group == "suspended" else NOW


def people() -> tuple[Person, ...]:
    """All of them, in the order in which they came."""
    draw = Draw("people")
    found: list[Person] = []
    for group, count, most, least in _GROUPS:
        for joined in sorted(
            draw.moment(NOW - most * DAY, NOW - least * DAY) for _ in range(count)
        ):
            name = f"{draw.fake.unique.first_name()} {draw.fake.unique.last_name()}"
            username = re.sub("[^a-z0-9]+", "_", name.lower())[:20]
            found.append(Person(len(found) + 1, name, username, group, joined))
    return tuple(found)


def users(all_: Sequence[Person]) -> Rows:
    """Their accounts."""
    draw = Draw("users")
    return rows_of("users", _USERS, (_account(one, draw) for one in all_))


def _account(one: Person, draw: Draw) -> tuple[Any, ...]:
    seen = draw.moment(max(one.joined, one.until - 5 * DAY), one.until)
    suspended = one.group == "suspended"
    changed = SUSPENDED_AT if suspended else draw.moment(one.joined, seen)
    status, email = "suspended" if suspended else "active", f"{one.username}@example.com"
    verified = one.group != "new"
    return (
        *(one.id, one.username, email, verified, _PASSWORD, status),
        *(one.joined, changed, seen, None),
    )


def profiles(all_: Sequence[Person]) -> Rows:
    """A profile for each: 15 with a name and a bio, 10 with a background, 5 with music."""
    return rows_of("user_profiles", _PROFILES, _profiles(all_))


def _profiles(all_: Sequence[Person]) -> Iterator[tuple[Any, ...]]:
    draw = Draw("profiles")
    for one in all_:
        told = one.id <= _NAMED
        yield (
            *(one.id, one.id, one.name if told else None),
            draw.fake.sentence(nb_words=9) if told else None,
            draw.random.randint(18, 50) if told else None,
            draw.fake.city() if told else None,
            f"https://{one.username.replace('_', '-')}.example.com" if one.id % 3 == 1 else None,
            _visibility(one),
            document(_background(one, draw)),
            document(_music(one)),
            document(_style(one, draw)),
            document({"sections": _layout(one, draw)}),
            *(one.joined, draw.moment(one.joined, one.until)),
        )


def _visibility(one: Person) -> str:
    """A mix, and everybody whom many follow can be seen by all."""
    if one.group == "popular":
        return "public"
    return ("public", "followers", "public", "private")[one.id % 4]


def _background(one: Person, draw: Draw) -> dict[str, str]:
    """Every other user has chosen one: colours, pictures and films."""
    if one.id % 2 == 0:
        return {}
    kind = ("color", "image", "color", "image", "video")[one.id // 2 % 5]
    if kind == "color":
        return {"type": kind, "value": draw.one(_COLOURS)}
    ending = "webp" if kind == "image" else "mp4"
    value = f"https://media.example.com/backgrounds/{one.id}.{ending}"
    return {"type": kind, "value": value, "position": draw.one(_POSITIONS)}


def _music(one: Person) -> dict[str, Any] | None:
    """Those with music are not all of one group."""
    if one.id % 3 or one.id > 3 * _MUSICAL:
        return None
    url = f"https://media.example.com/music/{one.id}.mp3"
    return {"url": url, "autoplay": one.id % 2 == 0, "volume": 10 * (one.id // 3)}


def _style(one: Person, draw: Draw) -> dict[str, str]:
    if one.id % 4 == 0:
        return {}
    style = {"font": draw.one(_FONTS), "primaryColor": draw.one(_COLOURS)}
    if one.group == "popular":
        accents = {"secondaryColor": draw.one(_COLOURS), "accentColor": draw.one(_COLOURS)}
        style |= accents | {"customCSS": ".profile { border-radius: 8px; }"}
    return style


def _layout(one: Person, draw: Draw) -> list[dict[str, Any]]:
    if one.id > _NAMED:
        return []
    kinds = draw.some(_BLOCKS, 1, 4)
    return [{"id": f"block-{n}", "type": kind, "order": n} for n, kind in enumerate(kinds)]

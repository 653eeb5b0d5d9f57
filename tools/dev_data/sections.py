"""What profiles are made of, and the lists that users keep of each other.

Knows sections, their content and lists; does not know feeds. Fifteen users have sections. Rule: the
strategy's Seeding Strategy, category 2, "Profile Sections".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tools.dev_data.draw import DAY, Draw
from tools.dev_data.people import Person
from tools.dev_data.rows import Rows, document, rows_of

_OWNERS = 15
_TYPES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("feed", "Latest posts", {"limit": 10}),
    ("gallery", "Gallery", {"columns": 3}),
    ("links", "Elsewhere", {"display": "buttons"}),
    ("static_text", "About me", {"align": "left"}),
    ("static_image", "Picture of the month", {"alt": "A picture"}),
    ("video", "Trailer", {"autoplay": False}),
    ("reposts", "Passed on", {"limit": 5}),
    ("friends", "Friends", {"sort": "name"}),
    ("followers", "Followers", {}),
    ("following", "Following", {"sort": "recent", "limit": 20}),
    ("list", "People to read", {"limit": 12}),
)
"""Type, title and configuration."""
_FILLED = {
    "links": ("link", 3),
    "static_text": ("text", 1),
    "static_image": ("image", 1),
    "video": ("embed", 1),
}
"""What content these types hold, and how many pieces of it."""
_LISTS = (
    (1, "Close friends", False, (2, 3, 4, 6)),
    (1, "Photographers", True, (5, 8, 10, 13)),
    (3, "Musicians", True, (2, 7, 9)),
    (6, "To catch up with", False, (1, 7)),
    (10, "Local", True, (9, 11, 12, 14, 15)),
)
"""Owner, name, whether others see it, and who stands on it."""
_SECTIONS = """id user_id type title description config display_order is_visible
    created_at updated_at"""
_CONTENT = "id section_id content_type title content url display_order created_at updated_at"


def portions(people: Sequence[Person]) -> tuple[Rows, ...]:
    """The rows of sections, content, lists and their members."""
    sections = tuple(_sections(people[:_OWNERS], Draw("sections")))
    return (
        rows_of("profile_sections", _SECTIONS, sections),
        rows_of("section_content", _CONTENT, _content(sections, Draw("content"))),
        *_lists(people),
    )


def _sections(owners: Sequence[Person], draw: Draw) -> Iterator[tuple[Any, ...]]:
    """Two to four each, begun at another type each time, so that every type is somebody's."""
    id_ = 0
    for one in owners:
        at = draw.moment(one.joined, one.joined + 30 * DAY)
        for order in range(draw.random.randint(2, 4)):
            type_, title, config = _TYPES[(3 * one.id + order) % len(_TYPES)]
            says = draw.fake.sentence(nb_words=6) if order == 0 else None
            visible = (one.id + order) % 8 != 0
            id_ += 1
            yield id_, one.id, type_, title, says, document(config), order, visible, at, at


def _content(sections: Sequence[tuple[Any, ...]], draw: Draw) -> Iterator[tuple[Any, ...]]:
    id_ = 0
    for section, _, type_, *_, at, _ in sections:
        kind, count = _FILLED.get(type_, ("", 0))
        for order in range(count):
            id_ += 1
            text = draw.fake.paragraph() if kind == "text" else None
            url = None if text else f"https://www.example.org/{kind}/{id_}"
            yield id_, section, kind, draw.fake.catch_phrase(), text, url, order, at, at


def _lists(people: Sequence[Person]) -> tuple[Rows, ...]:
    draw, by_id = Draw("lists"), {one.id: one for one in people}
    made = [draw.moment(by_id[owner].joined) for owner, *_ in _LISTS]
    members = (
        (n, one, draw.moment(max(at, by_id[one].joined)))
        for n, ((*_, names), at) in enumerate(zip(_LISTS, made, strict=True), start=1)
        for one in names
    )
    return (
        rows_of("user_lists", _USER_LISTS, _list_rows(made)),
        rows_of(
            "list_members",
            "id list_id member_user_id added_at",
            ((id_, *member) for id_, member in enumerate(members, start=1)),
        ),
    )


_USER_LISTS = "id user_id name description is_public created_at updated_at"


def _list_rows(made: Sequence[datetime]) -> Iterator[tuple[Any, ...]]:
    for n, ((owner, name, public, _), at) in enumerate(zip(_LISTS, made, strict=True), start=1):
        yield n, owner, name, None, public, at, at

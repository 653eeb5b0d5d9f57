"""Conversations of two and more, with three to ten messages each.

Knows who writes to whom and who has read it; does not know the rest of the platform.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.dev_data.draw import DAY, NOW, Draw
from tools.dev_data.graph import Follow, friends
from tools.dev_data.people import Person
from tools.dev_data.rows import Rows, rows_of

_GROUPS = ((1, 2, 3), (4, 5, 6, 7))
"""Those who talk in one conversation, besides each pair of friends."""
_LEAST, _MOST = 3, 10
_TAKEN_BACK = 20
"""One message of so many is deleted softly."""
_MESSAGES = "id conversation_id sender_id content read_by created_at updated_at deleted_at"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, and those who have read it."""

    conversation: int
    sender: int
    at: datetime
    read_by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who takes part, since when, and what was said."""

    id: int
    participants: tuple[int, ...]
    at: datetime
    messages: tuple[Message, ...]


def conversations(people: Sequence[Person], follows: Sequence[Follow]) -> tuple[Conversation, ...]:
    """All of them, oldest first."""
    draw, joined = Draw("talk"), {one.id: one.joined for one in people}
    circles = [*((a, b) for a, b, _ in friends(follows)), *_GROUPS]
    begun = ((draw.moment(max(joined[id_] for id_ in some), NOW - DAY), some) for some in circles)
    return tuple(
        Conversation(n, some, at, tuple(_said(draw, n, some, at)))
        for n, (at, some) in enumerate(sorted(begun), start=1)
    )


def _said(draw: Draw, conversation: int, some: Sequence[int], at: datetime) -> Iterator[Message]:
    """Everybody has read all but the last message, which the sender alone may have seen."""
    count = draw.random.randint(_LEAST, _MOST)
    for n in range(count):
        sender = draw.one(some)
        at = min(
            at + timedelta(seconds=draw.random.randint(5, 4000)), NOW - timedelta(seconds=count - n)
        )
        unread = n == count - 1 and draw.chance(0.7)
        yield Message(conversation, sender, at, (sender,) if unread else tuple(sorted(some)))


def portions(all_: Sequence[Conversation]) -> tuple[Rows, ...]:
    """The rows of both tables."""
    held = ((c.id, list(c.participants), c.messages[-1].at, c.at) for c in all_)
    return (
        rows_of("conversations", "id participant_ids last_message_at created_at", held),
        rows_of("messages", _MESSAGES, _rows(all_)),
    )


def _rows(all_: Sequence[Conversation]) -> Iterator[tuple[Any, ...]]:
    draw = Draw("words of messages")
    said = sorted((one for c in all_ for one in c.messages), key=lambda one: one.at)
    for n, one in enumerate(said, start=1):
        gone = one.at + timedelta(minutes=2) if n % _TAKEN_BACK == 0 else None
        text = draw.fake.sentence(nb_words=8)
        yield (
            *(n, one.conversation, one.sender, text, list(one.read_by)),
            *(one.at, gone or one.at, gone),
        )

"""Chance that is the same every time, and the one clock of the development data.

Knows seeds, moments and words; does not know any table. Each noun draws from a source of its own,
so that a row more of one table changes no row of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from faker import Faker

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When all of it is looked at: no row is later, but for what is still to come."""
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
_SEED = "vrss-contract"
_Thing = TypeVar("_Thing")


class Draw:
    """A source of numbers, moments and words.

    Args:
        name: what is drawn for; another name draws other things.
    """

    def __init__(self, name: str) -> None:
        self.random = Random(f"{_SEED} {name}")  # noqa: S311 - is to be foreseen
        self.fake = Faker("en_US")
        self.fake.seed_instance(f"{_SEED} {name}")

    def moment(self, after: datetime, before: datetime = NOW, bend: float = 1.0) -> datetime:
        """A whole second of ``after`` to ``before``; a bend below 1 makes the later ones likelier.

        The earlier bound where there is no second in between.
        """
        span = max((before - after).total_seconds() - 1, 0)
        return after + timedelta(seconds=int(span * self.random.random() ** bend))

    def some(self, things: Sequence[_Thing], least: int, most: int) -> list[_Thing]:
        """That many different ones of them, in a drawn order."""
        return self.random.sample(things, min(self.random.randint(least, most), len(things)))

    def one(self, things: Sequence[_Thing]) -> _Thing:
        """Any one of them."""
        return things[self.random.randrange(len(things))]

    def chance(self, share: float) -> bool:
        """Whether it comes to pass, in that share of all cases."""
        return self.random.random() < share

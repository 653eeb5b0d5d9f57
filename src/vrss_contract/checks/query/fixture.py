"""The worlds that queries are judged in, each opened when first asked for.

Knows how large they are and how many parameter sets there is time for; does not know what
is judged.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.database.scratch import Database
from vrss_contract.errors import TroubleError
from vrss_contract.performance.query.measure import Calibration
from vrss_contract.performance.query.session import QuerySession

GATE, LARGEST = "small", "scale"
"""The profile that a gate has time for, and the one that budgets and bounds are about."""
_SIZES, _THOROUGH_SIZES = ("tiny", "small"), ("small", "medium", "scale")
"""The profiles that growth is fitted over."""
_DRAWS, _THOROUGH_DRAWS = 3, 12
_FEW_BLOCKS = 64
"""A table of fewer blocks is rightly read from end to end."""
_BLOCKS = "SELECT relname, relpages FROM pg_class WHERE relkind IN ('r', 'm', 'p')"


@dataclass(frozen=True)
class SourceLocation:
    """One world, and what is asked there."""

    profile: str
    query_session: QuerySession
    users: int
    """How many users there are: what growth is told against."""
    small_tables: frozenset[str]
    """Tables that are rightly read from end to end."""

    @cached_property
    def calibration(self) -> Calibration:
        """The query that times are taken beside."""
        return Calibration(self.query_session.connection)


class Places:
    """The worlds of one run."""

    def __init__(self, context: JudgingContext) -> None:
        self._context = context
        self._open = contextlib.ExitStack()
        self._places: dict[str, SourceLocation] = {}
        self._failed: dict[str, TroubleError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    @property
    def thorough(self) -> bool:
        """Whether there is time for the larger worlds."""
        return self._context.thorough

    @property
    def judged(self) -> tuple[SourceLocation, ...]:
        """The worlds that plans and buffers are judged in."""
        profiles = (GATE, LARGEST) if self.thorough else (GATE,)
        return tuple(self.place(profile) for profile in profiles)

    @property
    def sizes(self) -> tuple[SourceLocation, ...]:
        """The worlds that growth is fitted over, the smallest first."""
        profiles = _THOROUGH_SIZES if self.thorough else _SIZES
        return tuple(self.place(profile) for profile in profiles)

    def place(self, profile: str) -> SourceLocation:
        """The world of that profile.

        Raises:
            TroubleError: it can't be made.
            psycopg.Error: it can't be asked.
        """
        if profile not in self._places:
            database = self._world(profile)
            session = self._open.enter_context(database.connect())
            session.execute("SET TimeZone = 'UTC'")  # rows are read as values, not as text
            most = _THOROUGH_DRAWS if self.thorough else _DRAWS
            few = {str(name) for name, pages in session.execute(_BLOCKS) if pages < _FEW_BLOCKS}
            (users,) = session.execute("SELECT count(*) FROM users").fetchone() or (0,)
            self._places[profile] = SourceLocation(
                profile, QuerySession(session, most=most), int(users), frozenset(few)
            )
        return self._places[profile]

    def _world(self, profile: str) -> Database:
        """The database, or what kept it from being made, which is not tried a second time."""
        if profile in self._failed:
            raise self._failed[profile]
        try:
            return self._context.filled(profile)
        except TroubleError as error:
            self._failed[profile] = error
            raise

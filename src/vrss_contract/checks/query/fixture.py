"""The filled databases that queries are judged in, each opened when first asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.table import same_index
from vrss_contract.contract.manifest import Manifest
from vrss_contract.database.scratch import Database
from vrss_contract.errors import TroubleError
from vrss_contract.performance.query.drop_indexes import LiveIndex, every
from vrss_contract.performance.query.growth import size_of
from vrss_contract.performance.query.measure import Calibration
from vrss_contract.performance.query.session import QuerySession

_DRAWS, _THOROUGH_DRAWS = 3, 12
_FEW_BLOCKS = 64
"""A table of fewer blocks is rightly read from end to end."""
_BLOCKS = "SELECT relname, relpages FROM pg_class WHERE relkind IN ('r', 'm', 'p')"


@dataclass(frozen=True)
class QueryFixture:
    """One filled database, and what is asked there."""

    profile: str
    query_session: QuerySession
    size: int
    """How large the data are: what growth is told against."""
    small_tables: frozenset[str]
    """Tables that are rightly read from end to end."""
    manifest: Manifest

    @cached_property
    def indexes(self) -> list[LiveIndex]:
        """Every index there is; what is dropped here is dropped in a transaction that is undone."""
        return every(self.query_session.connection)

    @cached_property
    def calibration(self) -> Calibration:
        """The query that times are taken beside.

        Raises:
            TroubleError: the contract has none.
        """
        return Calibration(self.query_session.connection, self.manifest.required_calibration())


class Places:
    """The filled databases of one run."""

    def __init__(self, context: JudgingContext) -> None:
        self._context = context
        self._open = contextlib.ExitStack()
        self._places: dict[str, QueryFixture] = {}
        self._failed: dict[str, TroubleError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    @property
    def thorough(self) -> bool:
        """Whether there is time for the larger filled databases."""
        return self._context.thorough

    @property
    def judged(self) -> tuple[QueryFixture, ...]:
        """The filled databases that plans and buffers are judged in."""
        profiles = (self.gate, self.largest) if self.thorough else (self.gate,)
        return tuple(self.place(profile) for profile in dict.fromkeys(profiles))

    @property
    def answering(self) -> tuple[QueryFixture, ...]:
        """The filled databases that answers are compared in."""
        return tuple(map(self.place, self.manifest.of_answers(thorough=self.thorough)))

    @property
    def sizes(self) -> tuple[QueryFixture, ...]:
        """The filled databases that growth is fitted over, the smallest first."""
        names = self.manifest.measured
        if self.thorough:
            profiles = names[names.index(self.gate) :]
        else:
            profiles = self.manifest.of_gate("query")
        return tuple(self.place(profile) for profile in profiles)

    @property
    def manifest(self) -> Manifest:
        """The manifest of the contract that is judged by."""
        return self._context.contract.manifest

    @property
    def gate(self) -> str:
        """The profile that a gate has time for. Raises TroubleError."""
        return self.manifest.at_gate("query")

    @property
    def largest(self) -> str:
        """The profile that budgets are about. Raises TroubleError."""
        return self.manifest.largest

    def called(self, names: Iterable[str]) -> frozenset[str]:
        """What these declared indexes, or those of these declared keys, are called in the target.

        Raises:
            psycopg.Error: its catalog can't be read.
        """
        return frozenset().union(*(self._names.get(name, {name}) for name in names))

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        return same_index.names(self._context.contract, self._context.catalog)

    def place(self, profile: str) -> QueryFixture:
        """The filled database of that profile.

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
            size = size_of(session, self.manifest)
            asked = QuerySession(session, most=most, known=self._context.known(profile))
            self._places[profile] = QueryFixture(
                profile, asked, size, frozenset(few), self.manifest
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

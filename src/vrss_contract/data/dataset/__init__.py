"""Rows for a whole database, as values: who makes them and who writes them agree on these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ReferenceRows:
    """The rows that every installation needs, and that a dataset's may refer to."""

    script: str = ""
    """What makes those that are missing, and changes none that is there."""
    tables: tuple[str, ...] = ()
    """The tables that may hold rows when a database is filled."""


NO_REFERENCE = ReferenceRows()


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows that are sent, in the order of ``columns``."""

    table: str
    columns: tuple[str, ...]
    values: Sequence[tuple[Any, ...]]

    @property
    def rows(self) -> int:
        """How many rows it writes."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Selected:
    """Rows that one INSERT ... SELECT makes on the server."""

    table: str
    statement: str
    rows: int
    """About how many rows it writes, for an estimate of what is left."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that writes no row of the schema's: a temporary table, say."""

    statement: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class PortionOutcome:
    """What came of a row that was offered."""

    returned: tuple[tuple[Any, ...], ...] = ()
    """What the statement returned of it, where it returns something."""
    refusal: str = ""
    """Why the database did not take it; empty where it did."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Rows that the database may refuse, and who wants to know which it took."""

    table: str
    values: Sequence[Any]
    statement: Callable[[Sequence[Any]], str]
    """The SQL that writes some of the values, each or none."""
    answer: Callable[[Sequence[PortionOutcome]], None]
    """Called with what came of each, in order, before the next portion is asked for."""

    @property
    def rows(self) -> int:
        """How many rows it writes at most."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at what is there, and who wants to know."""

    query: str
    answer: Callable[[Sequence[tuple[Any, ...]]], None]
    """Called with the rows before the next portion is asked for."""
    rows: int = 0


Portion = Copied | Selected | Prepared | Offered | Looked


class Dataset(Protocol):
    """The rows of every table, the same ones every time."""

    @property
    def name(self) -> str:
        """The profile's name."""
        ...

    @property
    def bulk(self) -> bool:
        """Whether keys and indexes are better made after the rows."""
        ...

    @property
    def triggers(self) -> bool:
        """Whether triggers see the rows come; else the rows are as if they had."""
        ...

    @property
    def reference(self) -> ReferenceRows:
        """The rows that are put in before, and that these may refer to."""
        ...

    @property
    def rows(self) -> int:
        """About how many rows there are in all."""
        ...

    @property
    def digest(self) -> str:
        """Changes when a row would."""
        ...

    def portions(self) -> Iterator[Portion]:
        """Its parts in the order they are written in, each small enough to show progress by."""
        ...

"""Rows that promises name: those that are there before, and those that something becomes of."""

from __future__ import annotations

from dataclasses import dataclass, field

from vrss_contract.contract.declared import ADDED, Row


@dataclass(frozen=True, slots=True)
class Given:
    """A row that is there before: the factory fills what is not said."""

    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class RowTarget:
    """A row named by its table and id, or by the values of its key."""

    table: str
    id: int = 0
    key: Row | None = field(default=None, metadata=ADDED)
    """Column to value, where the row is not named by its id."""

    @property
    def where(self) -> Row:
        """The columns that tell the row from others, with their values."""
        return self.key or {"id": self.id}

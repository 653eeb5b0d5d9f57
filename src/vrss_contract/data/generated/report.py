"""What came of drawing and offering rows, table by table, for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class FilledTables:
    """How a table's rows fared."""

    table: str
    wanted: int
    taken: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    """By reason, how many candidates the database refused."""
    reason: str = ""
    """Why there are not more rows, where there are fewer than wanted."""

    def add(self, refusal: str) -> None:
        """A candidate was taken, or refused for that reason."""
        if refusal:
            self.refusals[refusal] += 1
        else:
            self.taken += 1

    @property
    def refused(self) -> int:
        """How many candidates the database refused."""
        return sum(self.refusals.values())

    def __str__(self) -> str:
        why = self.reason
        if self.refusals:
            most, times = self.refusals.most_common(1)[0]
            why = (
                f"{why + '; ' if why else ''}refused {self.refused} times, mostly {most} ({times})"
            )
        return f"{self.table}: {self.taken:,} of {self.wanted:,} rows: {why}"

"""The statements that make the rows which interleavings and steps begin with.

The baseline rows that the SQL speaks of, with those that they refer to, then the given ones.
Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from vrss_contract.contract.model import Contract, Given
from vrss_contract.contract.whole_rows import WholeRows
from vrss_contract.database.row_factory import CANDIDATE, Factory


def inserts(given: Sequence[Given], factory: Factory) -> list[str]:
    """What puts the given rows in."""
    return [
        factory.insert(one.table, one.row, number=CANDIDATE + n)
        for n, one in enumerate(given, start=1)
    ]


class BaselineRows:
    """A contract's baseline rows: those of all tables are made once, and taken from."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def of(self, texts: Iterable[str], given: Sequence[Given]) -> list[str]:
        """What makes the baseline rows that the SQL speaks of, and then the given ones."""
        needed = self.needed(texts, given)
        return [*(one for table in needed for one in self._made[table]), *self.inserts(given)]

    def needed(self, texts: Iterable[str], given: Sequence[Given]) -> tuple[str, ...]:
        """The tables of baseline rows that the SQL speaks of, with those their rows refer to."""
        return self._whole.needs_of(texts, given)

    def inserts(self, given: Sequence[Given]) -> list[str]:
        """What puts the given rows in."""
        return inserts(given, self._factory)

    @cached_property
    def _factory(self) -> Factory:
        return Factory(self._contract)

    @cached_property
    def _whole(self) -> WholeRows:
        return WholeRows.of(self._contract)

    @cached_property
    def _made(self) -> dict[str, tuple[str, ...]]:
        return self._factory.baseline()


def rows(texts: Iterable[str], given: Sequence[Given], contract: Contract) -> list[str]:
    """As ``BaselineRows.of``, once."""
    return BaselineRows(contract).of(texts, given)

"""The statements that make the rows which interleavings and steps begin with.

The baseline rows that the SQL speaks of, with those that they refer to, then the given ones.
Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vrss_contract.contract.model import Contract, Given
from vrss_contract.contract.whole_rows import WholeRows
from vrss_contract.database.row_factory import CANDIDATE, Factory


def inserts(given: Sequence[Given], factory: Factory) -> list[str]:
    """What puts the given rows in."""
    return [
        factory.insert(one.table, one.row, number=CANDIDATE + n)
        for n, one in enumerate(given, start=1)
    ]


def baseline_of(
    texts: Iterable[str], given: Sequence[Given], contract: Contract
) -> tuple[str, ...]:
    """The tables of baseline rows that the SQL speaks of, with those that their rows refer to."""
    return WholeRows.of(contract).needs_of(texts, given)


def rows(texts: Iterable[str], given: Sequence[Given], contract: Contract) -> list[str]:
    """What makes the baseline rows that the SQL speaks of, and then the given ones."""
    factory = Factory(contract)
    baseline = factory.baseline()
    made = [one for table in baseline_of(texts, given, contract) for one in baseline[table]]
    return [*made, *inserts(given, factory)]

"""The statements that make the rows which interleavings and steps begin with.

The baseline rows that the SQL speaks of, with those that they refer to, then the given ones.
Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vrss_contract.contract.model import Contract, Given
from vrss_contract.database.row_factory import CANDIDATE, Factory

_WORD = re.compile(r"[a-z_]+")


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
    factory = Factory(contract)
    words = {word for sql in texts for word in _WORD.findall(sql)} & contract.tables.keys()
    named = dict.fromkeys(need for one in given for need in factory.needs(one.table, one.row))
    words |= {one.table for one in given if _refers_to_its_own(one, contract)}
    for table in (name for name in contract.tables if name in words):
        named.update(dict.fromkeys((*factory.needs(table), table)))
    baseline = factory.baseline()
    return tuple(table for table in baseline if table in named)


def _refers_to_its_own(one: Given, contract: Contract) -> bool:
    """Whether the row needs another one of its table."""
    keys = contract.tables[one.table].foreign_keys
    return any(key.references == one.table and one.row.get(key.column) for key in keys)


def rows(texts: Iterable[str], given: Sequence[Given], contract: Contract) -> list[str]:
    """What makes the baseline rows that the SQL speaks of, and then the given ones."""
    factory = Factory(contract)
    baseline = factory.baseline()
    made = [one for table in baseline_of(texts, given, contract) for one in baseline[table]]
    return [*made, *inserts(given, factory)]

"""What comes of it where rows that every clause begins with may be others, or be kept otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from vrss_contract.checks.changed.reach import Node, Reach
from vrss_contract.checks.changed.touched import Touched

_MEETS_ROWS = frozenset({"insert", "update", "delete", "truncate", "read"})
_WRITES = _MEETS_ROWS - {"read"}


def held(nodes: Iterable[Node]) -> frozenset[Node]:
    """The rows that are met there, as far as triggers may have made them others."""
    return frozenset(("held", name) for event, name in nodes if event in _MEETS_ROWS)


def data(nodes: Iterable[Node]) -> frozenset[Node]:
    """The rows of a profile that are read there."""
    return frozenset(("data", name) for event, name in nodes if event == "read")


def taint(result: Touched, reach: Reach) -> None:
    """Add what reads rows that are there before and may be others: those of the baseline.

    These are put in by INSERTs, after an empty table was emptied: each runs into what its triggers
    do, and what these read may be another row in turn. A database that is filled with a profile's
    rows is none of it: that is done without triggers.
    """
    begun: dict[str, frozenset[Node]] = {}
    for table in reach.tables:
        nodes = reach.from_([("insert", table)]) | reach.from_(reach.fired(("delete", table)))
        begun[table] = nodes | held(nodes)
    while True:
        written = {
            name
            for nodes in begun.values()
            if nodes & result.behaves
            for event, name in nodes
            if event in _WRITES
        }
        rows: set[Node] = {("held", name) for name in written}
        if rows <= result.behaves:
            return
        result.behaves |= rows
        result.nodes |= rows


def checked(result: Touched, reach: Reach) -> None:
    """Add the tables whose rows are checked, made or indexed by a routine that changed."""
    for table in reach.tables:
        if reach.from_(reach.calculated(table)) & result.nodes:
            result.refusing.add(table)
            result.layout.add(table)
            result.nodes |= {("data", table), ("plan", table)}

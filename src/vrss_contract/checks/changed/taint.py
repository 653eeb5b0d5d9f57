"""What comes of it where rows that every clause begins with may be others."""

from __future__ import annotations

from vrss_contract.checks.changed.reach import Node, Reach
from vrss_contract.checks.changed.touched import Touched


def taint(result: Touched, reach: Reach) -> None:
    """Add what reads rows that are there before and may be others: those of the baseline.

    These are put in by INSERTs, after an empty table was emptied: each runs into what its triggers
    do, and what these read may be another row in turn.
    """
    begun = {table: reach.from_([("insert", table)]) for table in reach.tables}
    for table in reach.tables:
        begun[table] |= reach.from_(reach.fired(("delete", table)))
    while True:
        written = {
            name
            for nodes in begun.values()
            if nodes & result.behaves
            for event, name in nodes
            if event in {"insert", "update", "delete", "truncate"}
        }
        rows: set[Node] = {
            (event, name)
            for name in written
            for event in ("insert", "update", "delete", "truncate", "read")
        }
        if rows <= result.behaves:
            return
        result.behaves |= rows
        result.nodes |= rows

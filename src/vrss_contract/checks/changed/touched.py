"""What a change can bear on, gathered difference by difference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from vrss_contract.checks.changed.reach import EVENTS, Node


@dataclass(slots=True)
class Touched:
    """What a change can bear on."""

    everything: str = ""
    """Why every clause is judged; nothing where not."""
    nodes: set[Node] = field(default_factory=set)
    behaves: set[Node] = field(default_factory=set)
    """Those of the nodes by which rows that are there before may be others."""
    tables: set[str] = field(default_factory=set)
    """Those whose facts in the catalog differ."""
    plain: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Columns, by their table, that are NULL unless somebody writes them."""
    layout: set[str] = field(default_factory=set)
    """Tables whose rows may take other room."""
    refusing: set[str] = field(default_factory=set)
    """Tables that may refuse a row which they took."""
    may_grow: set[str] = field(default_factory=set)
    """Tables of a row that takes more room with a NULL in it than without one."""
    restored: bool = False
    """Whether a dump may be another but for columns that are NULL, and comments."""

    def whole(self, table: str) -> None:
        """All that can come to a table, and what is in it."""
        here: set[Node] = {(event, table) for event in (*EVENTS, "key", "data")}
        self.nodes |= here
        self.behaves |= here
        self.layout.add(table)
        self.refusing.add(table)
        self.restored = True

    def add(self, table: str, *events: str) -> None:
        """These events of a table."""
        self.nodes |= {(event, table) for event in events}
        self.restored = True

"""What the server does for a query, as a value.

EXPLAIN's answer as a tree of nodes, which tables it reads in which way, and whether one plan is of
a worse class than another. Costs are no part of it: they change with every ANALYZE. Rule:
contracts/README.md, "query".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_SCANS = {
    "Index Only Scan": 0,
    "Index Scan": 1,
    "Bitmap Heap Scan": 2,
    "Seq Scan": 3,
}
"""Ways to read a table, the better first."""
_WAYS = ("by an index alone", "by an index", "by a bitmap", "from end to end")
_SORTS = ("Sort", "Incremental Sort")
_VALUE = re.compile(
    r"(\$\d+|'(?:[^']|'')*')(?:::[a-z_]+(?: varying| with(?:out)? time zone)?(?:\[\])?)?"
    r"|(?<![\w.$:])(\d+)(?![\w.])"
)
"""A parameter or a quoted constant, with its type, or a number."""
_DETAILS = ("Index Cond", "Recheck Cond", "Order By", "Sort Key", "Presorted Key")
"""What a node's line says of it beside its kind; filters are as long as the query and left out."""

_MORE, _MORE_BLOCKS = 1.25, 2
"""How many times as many blocks, and how many more, an index that is gone is missed by."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a plan."""

    kind: str
    """As EXPLAIN names it, such as ``Index Scan``."""
    relation: str = ""
    index: str = ""
    role: str = ""
    """What it is to the node above, where that is not its input: ``InitPlan 1``, for one."""
    details: tuple[str, ...] = ()
    rows: float = 0
    """Rows it gave in all of its loops together."""
    removed: float = 0
    """Rows it read and threw away, in all of its loops together."""
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Summary:
    """What of a plan is kept and compared: all of it can be written as JSON and read again."""

    shape: str
    """A line for each node, indented: the same for the same plan, whatever the parameters."""
    buffers: int
    rows: int
    scans: Mapping[str, int]
    """The worst way in which each table is read: its place in the order, 0 the best."""
    sorts: int
    """How many times rows are sorted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query's plan with what it touched."""

    root: Node
    buffers: int
    """Blocks of 8 KiB that it asked for, be they in memory or not; planning is no part of it."""

    @property
    def rows(self) -> int:
        """How many rows it returned."""
        return round(self.root.rows)

    @property
    def indexes(self) -> frozenset[str]:
        """The indexes that are read."""
        return frozenset(node.index for node in self.root.walk() if node.index)

    @property
    def scans(self) -> Mapping[str, int]:
        """The worst way in which each table is read, as a place in the order of ways."""
        worst: dict[str, int] = {}
        for node in self.root.walk():
            if node.relation and node.kind in _SCANS:
                rank = _SCANS[node.kind]
                worst[node.relation] = max(rank, worst.get(node.relation, rank))
        return worst

    @property
    def sorts(self) -> int:
        """How many times rows are sorted."""
        return sum(node.kind in _SORTS for node in self.root.walk())

    @property
    def shape(self) -> str:
        """The tree as text, a line for each node."""
        return "\n".join(_lines(self.root, 0))

    @property
    def summary(self) -> Summary:
        """What is kept of it."""
        return Summary(self.shape, self.buffers, self.rows, self.scans, self.sorts)


def read(explained: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Plan:
    """The plan out of one element of EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON).

    ``names`` is what stands there (``$1``, ``'7'``) to the parameter that it stands for, so that
    the plan reads the same whatever the values, be it generic or custom.
    """
    top = explained["Plan"]
    buffers = top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0)
    return Plan(_node(top, names or {}), buffers)


def worse(before: Summary, after: Summary) -> tuple[str, ...]:
    """Why ``after`` is of a worse class than ``before``: a sentence for each table and for sorts.

    Nothing where it is of the same class or a better one.
    """
    found = []
    for table, rank in sorted(after.scans.items()):
        was = before.scans.get(table)
        if was is not None and rank > was:
            found.append(f"{table} is read {_WAYS[rank]} and was read {_WAYS[was]}")
        elif was is None and rank == _SCANS["Seq Scan"]:
            found.append(f"{table} is read {_WAYS[rank]} and was not read")
    if after.sorts > before.sorts:
        found.append(f"rows are sorted {_times(after.sorts)} and were {_times(before.sorts)}")
    return tuple(found)


def missed(having: Summary, lacking: Summary) -> tuple[str, ...]:
    """Why a plan is worse without an index: its class, or many more blocks; nothing where not."""
    found = worse(having, lacking)
    if lacking.buffers > max(having.buffers * _MORE, having.buffers + _MORE_BLOCKS):
        return (*found, f"{lacking.buffers:,} blocks and were {having.buffers:,}")
    return found


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _node(raw: Mapping[str, Any], names: Mapping[str, str]) -> Node:
    loops = raw.get("Actual Loops", 1)
    children = tuple(_node(child, names) for child in raw.get("Plans", ()))
    index, relation = raw.get("Index Name", ""), raw.get("Relation Name", "")
    return Node(
        kind=_kind(raw),
        relation=relation,
        index=index,
        role=raw.get("Subplan Name", ""),
        details=tuple(f"{name}: {_told(raw[name], names)}" for name in _DETAILS if name in raw),
        rows=raw.get("Actual Rows", 0) * loops,
        removed=raw.get("Rows Removed by Filter", 0) * loops,
        children=children,
    )


def _kind(raw: Mapping[str, Any]) -> str:
    """The node's type, with what tells an outer or anti join and a strategy from others."""
    kind = str(raw["Node Type"])
    words = (raw.get("Join Type", "Inner"), raw.get("Strategy", "Plain"))
    shown = [word for word in words if word not in ("Inner", "Plain")]
    return f"{kind} ({', '.join(shown)})" if shown else kind


def _told(value: Any, names: Mapping[str, str]) -> str:
    told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return _VALUE.sub(lambda match: names.get(match[1] or match[2], match[0]), told)


def _lines(node: Node, depth: int) -> Iterator[str]:
    parts = [node.kind]
    if node.index:
        parts.append(f"using {node.index}")
    if node.relation:
        parts.append(f"on {node.relation}")
    head = " ".join(parts)
    role = f"{node.role}: " if node.role else ""
    details = f" [{'; '.join(node.details)}]" if node.details else ""
    yield f"{'  ' * depth}{role}{head}{details}"
    for child in node.children:
        yield from _lines(child, depth + 1)

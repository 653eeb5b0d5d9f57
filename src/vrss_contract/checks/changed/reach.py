"""Where statements come in a database: by triggers, foreign keys, routines and views.

Built of two databases at once, before and after a change, since a statement may come to a table in
either. Tables are called without their schemas: two of one name are taken for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.sql.spoken import spoken, words

Node = tuple[str, str]
"""What can be touched: an event and the table it is of, or ``name`` and a routine, type or view."""
EVENTS = ("insert", "update", "rekey", "delete", "truncate", "read", "plan")
"""``rekey`` is an UPDATE of columns that others refer to; ``plan`` is how rows are found."""
CATALOG: Node = ("catalog", "")
"""Reached by what asks the catalog."""
_BITS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_TRANSITION = re.compile(r"\b(?:NEW|OLD) TABLE AS (\w+)")
_KEY = re.compile(r"FOREIGN KEY \((.*?)\) REFERENCES [^(]*\((.*?)\)", re.DOTALL)


def trigger_events(facts: Facts) -> frozenset[str]:
    """The events that a trigger fires at."""
    return frozenset(word for bit, word in _BITS.items() if facts["type"] & bit)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A foreign key, as far as it carries statements from one table to another."""

    child: str
    parent: str
    on_delete: str
    on_update: str
    columns: frozenset[str]
    referred: frozenset[str]


class Reach:
    """Follows statements through databases."""

    def __init__(self, *databases: Mapping[Item, Facts]) -> None:
        self._items = [(item, facts) for one in databases for item, facts in one.items()]
        self._closures: dict[Node, frozenset[Node]] = {}

    @cached_property
    def tables(self) -> frozenset[str]:
        """All tables."""
        return frozenset(item.table for item, _ in self._items if item.kind == "table")

    def of_text(self, text: str) -> frozenset[Node]:
        """Where a statement, or a routine's body, begins."""
        told = spoken(text)
        if told.dynamic:
            return self._anything
        found = {(event, name) for name in told.words & self.tables for event in ("read", "plan")}
        found |= {("name", name) for name in told.words & self._named}
        for write in told.writes:
            for table in self._behind(write.table):
                found |= {(write.event, table), ("plan", table)}
                if write.event == "update" and self._refers(table, write.columns):
                    found.add(("rekey", table))
        return frozenset(found | ({CATALOG} if told.catalog else set()))

    def from_(self, nodes: Iterable[Node]) -> frozenset[Node]:
        """All that is reached from there, the nodes themselves too."""
        return frozenset().union(*(self._closure(node) for node in nodes))

    def fired(self, node: Node) -> frozenset[Node]:
        """What a statement fires by itself, though it meets no row."""
        return frozenset(("name", name) for name in self._fired.get(node, ()))

    def calculated(self, table: str) -> frozenset[Node]:
        """What a row of the table is checked, made or indexed by, without any trigger."""
        return frozenset(("name", name) for name in self._expressions.get(table, ()))

    def texts(self, nodes: Iterable[Node]) -> Iterator[str]:
        """The bodies among these nodes."""
        for kind, name in nodes:
            if kind == "name":
                yield from self._bodies.get(name, ())

    def _closure(self, start: Node) -> frozenset[Node]:
        if start not in self._closures:
            found, open_ = {start}, [start]
            while open_:
                new = self._next(open_.pop()) - found
                found |= new
                open_ += new
            self._closures[start] = frozenset(found)
        return self._closures[start]

    def _next(self, node: Node) -> frozenset[Node]:
        event, name = node
        if event == "name":
            return frozenset().union(*map(self.of_text, self._bodies.get(name, ())))
        found = {("name", one) for one in self._fired.get(node, ())}
        if event in {"insert", "update"}:
            found |= {("key", one.parent) for one in self._references if one.child == name}
            found |= {("name", one) for one in self._expressions.get(name, ())}
        if event in {"delete", "rekey", "truncate"}:
            for one in self._references:
                if one.parent == name:
                    found |= self._referred(event, one)
        return frozenset(found)

    def _referred(self, event: str, key: _Reference) -> set[Node]:
        """Where a foreign key carries what happens to a row that is referred to."""
        if event == "truncate":
            return {("truncate", key.child)}
        action = key.on_delete if event == "delete" else key.on_update
        found = {("read", key.child), ("plan", key.child)}
        if event == "delete" and action == "c":
            return {*found, ("delete", key.child)}
        if action in {"c", "n", "d"}:
            found.add(("update", key.child))
            if self._refers(key.child, key.columns):
                found.add(("rekey", key.child))
        return found

    def _refers(self, table: str, columns: frozenset[str] | None) -> bool:
        """Whether others refer to any of these columns."""
        return columns is None or any(
            one.parent == table and one.referred & columns for one in self._references
        )

    def _behind(self, name: str) -> Iterable[str]:
        """The table, or those behind a view, or none where nothing of that name is known."""
        if name in self.tables:
            return (name,)
        return {one for text in self._bodies.get(name, ()) for one in words(text)} & self.tables

    @cached_property
    def transitions(self) -> frozenset[str]:
        """What triggers call the rows that a statement wrote."""
        definitions = (facts["definition"] for i, facts in self._items if i.kind == "trigger")
        return frozenset(name for one in definitions for name in _TRANSITION.findall(one))

    @cached_property
    def _anything(self) -> frozenset[Node]:
        every = {(event, table) for event in (*EVENTS, "key") for table in self.tables}
        return frozenset(every | {("name", name) for name in self._named} | {CATALOG})

    @cached_property
    def _references(self) -> tuple[_Reference, ...]:
        return tuple(
            _Reference(
                item.table,
                facts["references"],
                facts["confdeltype"],
                facts["confupdtype"],
                *(words(columns) for columns in _columns(facts["definition"])),
            )
            for item, facts in self._items
            if item.kind == "constraint" and facts["contype"] == "f"
        )

    @cached_property
    def _bodies(self) -> Mapping[str, frozenset[str]]:
        """Routines and views by name, with all that each of that name does."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item, facts in self._items:
            if item.kind == "function":
                found[item.name.partition("(")[0]].add(_routine(facts))
            elif item.kind == "rule":
                found[item.table].add(facts["definition"])
        return {name: frozenset(texts) for name, texts in found.items()}

    @cached_property
    def _named(self) -> frozenset[str]:
        """What can be called by a name in SQL, tables aside."""
        kinds = {"enum", "type", "sequence"}
        return frozenset({*self._bodies, *(i.name for i, _ in self._items if i.kind in kinds)})

    @cached_property
    def _fired(self) -> Mapping[Node, frozenset[str]]:
        """The names in the definitions of triggers, by what fires them."""
        found: defaultdict[Node, set[str]] = defaultdict(set)
        for item, facts in self._items:
            if item.kind == "trigger":
                for event in trigger_events(facts):
                    found[event, item.table] |= words(facts["definition"]) & self._named
        return {node: frozenset(names) for node, names in found.items()}

    @cached_property
    def _expressions(self) -> Mapping[str, frozenset[str]]:
        """The names that are called where a row of a table is written."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item, facts in self._items:
            if item.kind in {"column", "constraint", "index", "policy"}:
                found[item.table] |= words(str(facts)) & self._named
        return {table: frozenset(names) for table, names in found.items()}


def _routine(facts: Facts) -> str:
    return "\n".join(
        str(facts.get(part) or "")
        for part in ("prosrc", "definition", "arguments", "result", "proconfig")
    )


def _columns(definition: str) -> tuple[str, str]:
    match = _KEY.search(definition)
    return (match[1], match[2]) if match else (definition, definition)

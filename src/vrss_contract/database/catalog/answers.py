"""What a server answers to the parts of its catalog, as facts.

Pure, but for the asking that it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, TypeVar

from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import (
    Catalog,
    CatalogColumn,
    CatalogFunction,
    CatalogIndex,
    CatalogTable,
    CatalogTrigger,
    Constraint,
    IndexColumn,
)
from vrss_contract.database.catalog.later import LaterByName, LaterInOrder
from vrss_contract.sql import literal
from vrss_contract.sql.type_name import formatted
from vrss_contract.sql.unqualified import unqualified

Raw = dict[str, Any]
_Fact = TypeVar("_Fact")

_ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_PERSISTENCES = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_ENABLED = {"O": "enabled", "D": "disabled", "R": "replica only", "A": "always"}
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_BETWEEN = "\x01"
"""What parts the schema, which may be nothing, from a name in the server's answer."""
_SPELT = frozenset(
    {
        *("type", "default", "expression", "predicate", "opclass", "definition"),
        *("arguments", "returns", "partition_by", "bounds"),
    }
)
"""The facts that PostgreSQL prints as SQL."""
_RELATIVES = ("children", "parents", "outer_references")
_WHEN = re.compile(r" FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE FUNCTION ", re.DOTALL)


class Answers:
    """The parts of a catalog, each asked for when somebody first looks at what it tells."""

    def __init__(self, ask: Callable[[str], Any], home: str) -> None:
        """Answers.

        Args:
            ask: what the server says to a part, by the part's name; None where there is nothing.
            home: the first schema, whose names are bare.
        """
        self._ask = ask
        self._home = home
        self._known: dict[str, Any] = {}

    def catalog(self) -> Catalog:
        """All of it."""
        return Catalog(
            tables=LaterByName(lambda: _named(self._table, self._of("tables"))),
            enums=LaterByName(self._enums),
            functions=LaterInOrder(lambda: _each(CatalogFunction, self._of("functions"))),
            sequences=LaterByName(lambda: _named(_sequence, self._of("sequences"))),
            others=LaterInOrder(lambda: [(kind, name) for kind, name in self._of("others")]),
            rights=LaterInOrder(lambda: self._of("schema_rights")),
            settings=LaterInOrder(lambda: self._of("settings")),
        )

    def _of(self, part: str, table: str = "") -> Any:
        """What is said to a part, of one table where it speaks of tables."""
        if part not in self._known:
            self._known[part] = _bare(self._ask(part) or {}, self._hidden, self._home)
        return self._known[part].get(table) or () if table else self._known[part]

    @cached_property
    def _hidden(self) -> frozenset[str]:
        return frozenset(self._ask("shared_names") or ())

    def _enums(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(labels) for name, labels in self._of("enums").items()}

    def _table(self, raw: Raw) -> CatalogTable:
        name = raw["name"]
        more = {
            "persistence": _PERSISTENCES[raw["persistence"]],
            "rights": LaterInOrder(lambda: self._of("rights", name)),
            "storage": LaterInOrder(lambda: self._of("storage", name)),
            **{one: self._relatives(name, one) for one in _RELATIVES},
            "columns": LaterByName(lambda: _named(_column, self._of("columns", name))),
            "constraints": LaterByName(lambda: _named(_constraint, self._of("constraints", name))),
            "indexes": LaterByName(lambda: _named(_index, self._of("indexes", name))),
            "triggers": LaterByName(lambda: _named(_trigger, self._of("triggers", name))),
        }
        return _plain(CatalogTable, {**raw, **more})

    def _relatives(self, table: str, sort: str) -> LaterInOrder[str]:
        return LaterInOrder(lambda: self._of("relatives", table)[sort])


def whole(catalog: Catalog) -> Catalog:
    """The same with all that it tells at hand."""
    tables = {name: replace(one, **_at_hand(one)) for name, one in catalog.tables.items()}
    return replace(catalog, **{**_at_hand(catalog), "tables": tables})


def _at_hand(told: Catalog | CatalogTable) -> dict[str, Any]:
    """What it would ask for when somebody looks, as it is."""
    found = {field.name: getattr(told, field.name) for field in fields(told)}
    return {
        name: dict(later) if isinstance(later, LaterByName) else tuple(later)
        for name, later in found.items()
        if isinstance(later, (LaterByName, LaterInOrder))
    }


def _column(raw: Raw) -> CatalogColumn:
    return _plain(CatalogColumn, raw)


def _sequence(raw: Raw) -> facts.Sequence:
    return _plain(facts.Sequence, raw)


def _constraint(raw: Raw) -> Constraint:
    words = {
        "on_delete": _ACTIONS.get(raw["on_delete"], ""),
        "on_update": _ACTIONS.get(raw["on_update"], ""),
        "match": _MATCHES.get(raw["match"], ""),
    }
    return _plain(Constraint, {**raw, **words})


def _index(raw: Raw) -> CatalogIndex:
    columns = _each(IndexColumn, raw["columns"])
    return _plain(CatalogIndex, {**raw, "columns": columns})


def _trigger(raw: Raw) -> CatalogTrigger:
    plain = {key: value for key, value in raw.items() if key not in {"type", "guarded"}}
    bits: int = raw["type"]
    guard = _WHEN.search(raw["definition"]) if raw["guarded"] else None
    words = {
        "timing": "before" if bits & 2 else "instead of" if bits & 64 else "after",
        "events": tuple(word for bit, word in _EVENTS.items() if bits & bit),
        "each": "row" if bits & 1 else "statement",
        "when": guard.group(1) if guard else "",
        "enabled": _ENABLED[raw["enabled"]],
    }
    return _plain(CatalogTrigger, {**plain, **words})


def _plain(fact: Callable[..., _Fact], raw: Mapping[str, Any]) -> _Fact:
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
    return fact(**values)


def _each(fact: Callable[..., _Fact], raws: Iterable[Raw]) -> tuple[_Fact, ...]:
    return tuple(_plain(fact, raw) for raw in raws)


def _named(make: Callable[[Raw], _Fact], raws: Iterable[Raw]) -> dict[str, _Fact]:
    return {raw["name"]: make(raw) for raw in raws}


def _bare(raw: Any, hidden: frozenset[str], home: str) -> Any:
    """The answer without the first schema before names that mean the same without it."""
    if isinstance(raw, list):
        return [_bare(item, hidden, home) for item in raw]
    if isinstance(raw, str):
        return _name(raw)
    if not isinstance(raw, dict):
        return raw
    return {
        _name(key): _spelt(key, value, hidden, home)
        if key in _SPELT and isinstance(value, str)
        else _bare(value, hidden, home)
        for key, value in raw.items()
    }


def _spelt(key: str, value: str, hidden: frozenset[str], home: str) -> str:
    """SQL without the first schema; a type, which nothing else can be taken for, also quoted."""
    bare = unqualified(value, hidden, home)
    if key != "type":
        return bare
    return formatted(bare, home if '"' in bare else "")


def _name(text: str) -> str:
    """A name with its schema before it, as contracts write it; any other text as it is."""
    return literal.named(*text.split(_BETWEEN)) if _BETWEEN in text else text

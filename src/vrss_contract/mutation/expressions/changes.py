"""The changes of one place in a query that a writer of SQL could make by mistake."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.expressions.known import KnownWords, text
from vrss_contract.mutation.expressions.mistakes import made
from vrss_contract.mutation.expressions.sorts import sort_of
from vrss_contract.performance.query.statement import numbered, parameters


@dataclass(frozen=True, slots=True)
class QueryChange:
    """A query that is changed in one place."""

    name: str
    sql: str
    sort: str = ""
    """What is changed: a condition, an order, a column."""


def changes(sql: str, contract: Contract) -> list[QueryChange]:
    """Every change of the query, under names that differ."""
    known = KnownWords(contract, parameters(sql))
    whole = exp.Paren(this=_parsed(sql))
    called = Counter[str]()
    found = {text(whole.this, known.parameters): ("", "")}
    for node in [*whole.this.walk()]:
        for name, other in [*made(node, known)]:
            with _put(node, other):
                changed = text(whole.this, known.parameters)
            if changed not in found:
                called[name] += 1
                full = f"{name} ({called[name]})" if called[name] > 1 else name
                found[changed] = (full, sort_of(node))
    return [QueryChange(name, changed, sort) for changed, (name, sort) in found.items() if name]


def unchanged(sql: str) -> str:
    """The query as changes are written."""
    return text(_parsed(sql), parameters(sql))


def _parsed(sql: str) -> exp.Expr:
    tree: exp.Expr = sqlglot.parse_one(numbered(sql), dialect="postgres")
    return tree


@contextlib.contextmanager
def _put(node: exp.Expr, other: exp.Expr | None) -> Iterator[None]:
    """Another node in that place, or none, for as long as the block lasts: a copy takes longer."""
    parent, key = node.parent, str(node.arg_key)
    if parent is None:
        raise TypeError(key)
    before = parent.args[key]
    if node.index is None:
        parent.set(key, other and other.copy())
    else:
        within = [one for one in before if one is not node] if other is None else before
        parent.set(key, [other.copy() if one is node and other else one for one in within])
    try:
        yield
    finally:
        parent.set(key, before)

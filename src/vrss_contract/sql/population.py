"""The rows that a query for counter-examples speaks of: without any, it proves nothing.

They are those of its FROM, whatever its WHERE and HAVING make of them; each part of a UNION has its
own. Rule: contracts/README.md, "invariant".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vrss_contract.sql.tree import Node


@dataclass(frozen=True, slots=True)
class Population:
    """Where the rows are that one part of a query speaks of."""

    tables: tuple[str, ...]
    query: str
    """It returns a row where there is one."""

    def __str__(self) -> str:
        return " with ".join(self.tables)


@lru_cache(maxsize=256)
def populations(query: str) -> tuple[Population, ...]:
    """For each part of the query the rows that it speaks of; none where that can't be told."""
    try:
        statements = sqlglot.parse(query, read="postgres")
    except (SqlglotError, RecursionError):
        return ()
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return ()
    tree = statements[0]
    found = (_population(part, tree.args.get("with_")) for part in _parts(tree))
    return tuple(dict.fromkeys(one for one in found if one))


def no_row(lacking: Iterable[Population]) -> str:
    """What is told of a query that had nothing to judge."""
    return f"no row in {', '.join(map(str, lacking))}: nothing was tried"


def _parts(tree: exp.Query | Node) -> Iterator[exp.Select]:
    """The queries that a set operation puts together; what EXCEPT takes away is no part of it."""
    if isinstance(tree, exp.Subquery):
        yield from _parts(tree.this)
    elif isinstance(tree, exp.SetOperation):
        yield from _parts(tree.this)
        if isinstance(tree, exp.Union):
            yield from _parts(tree.expression)
    elif isinstance(tree, exp.Select):
        yield tree


def _population(select: exp.Select, shared: Node | None) -> Population | None:
    """None where it reads from nothing, and so always has a row."""
    source, joins = select.args.get("from_"), list(select.args.get("joins") or ())
    if source is None:
        return None
    while joins and joins[-1].side == "LEFT":
        joins.pop()  # it takes no row away, and may cost a lot
    kept = exp.Select(expressions=[exp.Literal.number(1)], joins=[one.copy() for one in joins])
    kept.set("from_", source.copy())
    if common := select.args.get("with_") or shared:
        kept.set("with_", common.copy())
    names = (one.this.name or one.this.alias for one in (source, *joins))
    told = kept.sql("postgres", comments=False, normalize_functions=False)
    return Population(tuple(dict.fromkeys(filter(None, names))), told)

"""What a part of a query is, in a word, for those who count its changes."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

_SORTS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("condition", (exp.And, exp.Or, exp.Where, exp.Having, exp.Filter, exp.Not, exp.Is)),
    ("condition", (exp.Exists, exp.In)),
    ("order", (exp.Order, exp.Ordered)),
    ("limit", (exp.Limit, exp.Fetch, exp.Offset)),
    ("join", (exp.Join, exp.Union)),
    ("column", (exp.Select, exp.Column)),
    ("value", (exp.Literal, exp.Boolean, exp.Parameter)),
    ("calculation", (exp.Coalesce, exp.Least, exp.Greatest, exp.Add, exp.Sub, exp.Sum, exp.Count)),
)


def sort_of(node: exp.Expr) -> str:
    """The word: a comparison, where it is none of the others."""
    return next((sort for sort, types in _SORTS if isinstance(node, types)), "comparison")

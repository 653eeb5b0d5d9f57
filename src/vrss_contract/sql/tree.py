"""The text of an expression's tree."""

from __future__ import annotations

from sqlglot import exp

Node = exp.Expression


def text(tree: Node) -> str:
    """The tree as SQL, every operand in parentheses."""
    wrapped = _wrapped(tree.copy())
    return wrapped.sql("postgres", comments=False, normalize_functions=False, copy=False)


def _wrapped(node: Node) -> Node:
    for child in list(node.iter_expressions()):
        _wrapped(child)
        compound = isinstance(child, exp.Binary | exp.Unary)
        if compound and not isinstance(child, exp.Dot | exp.Paren) and type(node) is not exp.Escape:
            paren = exp.Paren()
            child.replace(paren)
            paren.set("this", child)
    return node

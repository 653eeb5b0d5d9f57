"""Comparisons and the connectives AND, OR and NOT in one form each.

Each law keeps the value in every case, NULL included. Does not know how functions, casts and names
are spelt (``rewrite`` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from vrss_contract.sql import casts
from vrss_contract.sql.casts import Types
from vrss_contract.sql.tree import Node, text

OPPOSITE: Mapping[type[Node], type[Node]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}
"""What NOT makes of a comparison."""
_DIRECTED: frozenset[type[Node]] = frozenset({exp.LT, exp.LTE})
_FLIPPED: Mapping[type[Node], type[Node]] = {exp.GT: exp.LT, exp.GTE: exp.LTE}


def between(node: Node, types: Types) -> Node:
    """BETWEEN as its two comparisons."""
    benchmark, low, high = (node.args[part] for part in ("this", "low", "high"))
    inside = _range(benchmark, low, high, types)
    if not node.args.get("symmetric"):
        return inside
    return connected(exp.Or, [inside, _range(benchmark, high, low, types)])


def _range(benchmark: Node, low: Node, high: Node, types: Types) -> Node:
    above = exp.LTE(this=low.copy(), expression=benchmark.copy())
    below = exp.LTE(this=benchmark.copy(), expression=high.copy())
    return connected(exp.And, [compared(above, types), compared(below, types)])


def in_list(node: Node, types: Types) -> Node:
    """IN of a list as its equalities."""
    items = node.args.get("expressions")
    return _any_of(node.this, items, types) if items else node


def _any_of(benchmark: Node, items: list[Node], types: Types) -> Node:
    pairs = (exp.EQ(this=benchmark.copy(), expression=item.copy()) for item in items)
    return connected(exp.Or, [compared(pair, types) for pair in pairs])


def _none_of(benchmark: Node, items: list[Node], types: Types) -> Node:
    pairs = (exp.NEQ(this=benchmark.copy(), expression=item.copy()) for item in items)
    return connected(exp.And, [compared(pair, types) for pair in pairs])


def compared(node: Node, types: Types) -> Node:
    """A comparison in its one form, one with ANY or ALL of an array as its comparisons."""
    left, right = node.this, node.expression
    if isinstance(right, exp.Any) and isinstance(right.this, exp.Array) and right.this.expressions:
        if isinstance(node, exp.EQ):
            return _any_of(left, right.this.expressions, types)
    elif isinstance(node, exp.NEQ) and _is_all(right) and _items(right):
        return _none_of(left, _items(right), types)
    if _quantified(node):
        return node
    if types.is_json(left) or types.is_json(right):
        left, right = _json(left), _json(right)
    left, right = (casts.uncast_number(side, types) for side in (left, right))
    return _truth(node, left, right) or _ordered(node, left, right)


def _truth(node: Node, left: Node, right: Node) -> Node | None:
    """``x = true`` is x, ``x = false`` is NOT x, NULL for NULL."""
    if not isinstance(node, exp.EQ | exp.NEQ):
        return None
    value, other = (left, right) if isinstance(left, exp.Boolean) else (right, left)
    if not isinstance(value, exp.Boolean):
        return None
    return other.copy() if value.this == isinstance(node, exp.EQ) else negated(other)


def _ordered(node: Node, left: Node, right: Node) -> Node:
    """Less before greater; equality in the order of its texts."""
    kind = _FLIPPED.get(type(node), type(node))
    symmetric = kind not in _DIRECTED
    swap = text(right) < text(left) if symmetric else type(node) in _FLIPPED
    left, right = (right, left) if swap else (left, right)
    return kind(this=left.copy(), expression=right.copy())


def _json(node: Node) -> Node:
    if isinstance(node, exp.Literal) and node.is_string:
        return casts.folded_json(node)
    return node


def _is_all(node: Node) -> bool:
    if isinstance(node, exp.All):
        return True
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "all"


def _items(node: Node) -> list[Node]:
    inner = node.expressions[0] if node.expressions else node.this
    return list(inner.expressions) if isinstance(inner, exp.Array) else []


def _quantified(node: Node) -> bool:
    return any(isinstance(side, exp.Any) or _is_all(side) for side in (node.this, node.expression))


def negated(node: Node) -> Node:
    """NOT of the expression, pushed inwards as far as it goes."""
    if isinstance(node, exp.Not):
        inner: Node = node.this
        return inner.copy()
    if isinstance(node, exp.Boolean):
        return exp.Boolean(this=not node.this)
    if isinstance(node, exp.And | exp.Or):
        kind = exp.Or if isinstance(node, exp.And) else exp.And
        return connected(kind, [negated(part) for part in parts(node, type(node))])
    opposite = OPPOSITE.get(type(node))
    if opposite is None or _quantified(node):
        return exp.Not(this=node.copy())
    return _ordered(opposite(), node.this, node.expression)


def connected(kind: type[Node], operands: list[Node]) -> Node:
    """The operands of AND or OR, each once, in the order of their texts."""
    flat = (leaf for operand in operands for leaf in parts(operand, kind))
    by_text = {text(leaf): leaf for leaf in flat}
    first, *rest = (by_text[key] for key in sorted(by_text))
    tree = first.copy()
    for part in rest:
        tree = kind(this=tree, expression=part.copy())
    return tree


def parts(node: Node, kind: type[Node]) -> Iterator[Node]:
    """The operands of nested nodes of one kind, in order."""
    if type(node) is kind:
        yield from parts(node.this, kind)
        yield from parts(node.expression, kind)
    else:
        yield node

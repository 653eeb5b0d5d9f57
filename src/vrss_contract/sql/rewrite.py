"""The rewriting of an expression's tree into its canonical form.

Knows the laws: each keeps the value in every case, NULL included. Does not know texts, nor which
casts are idle (``casts`` does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from vrss_contract.sql import casts
from vrss_contract.sql.casts import Types

Node = exp.Expression
Rule = Callable[[Node, Types], Node]

_OPPOSITE: dict[type[Node], type[Node]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}
_FLIPPED: dict[type[Node], type[Node]] = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_NOW = "transaction_timestamp"
# As bare words these are not columns.
_VALUES = frozenset({"user", "end", "default"})
_ROOT_AND_STEP = 2
_ROWS = frozenset({"old", "new"})


def canonical(tree: Node, types: Types, into: str | None) -> str:
    """The canonical text of a parsed expression."""
    root = casts.as_type(_normal(tree, types), into)
    root = casts.uncast_number(root, types)
    return _text(_wrapped(root.copy()))


def _normal(node: Node, types: Types) -> Node:
    for child in list(node.iter_expressions()):
        changed = _normal(child, types)
        if changed is not child:
            child.replace(changed)
    node.comments = None
    rule = _RULES.get(type(node))
    return rule(node, types) if rule else node


def _text(node: Node) -> str:
    return node.sql("postgres", comments=False, normalize_functions=False)


def _wrapped(node: Node) -> Node:
    """The tree with every operand in parentheses, so that its text has one reading."""
    for child in list(node.iter_expressions()):
        _wrapped(child)
        if isinstance(child, exp.Binary | exp.Unary) and not isinstance(child, exp.Dot | exp.Paren):
            child.replace(exp.Paren(this=child.copy()))
    return node


def _paren(node: Node, _: Types) -> Node:
    return node.this  # type: ignore[no-any-return]


def _identifier(node: Node, _: Types) -> Node:
    if node.args.get("quoted"):
        return node
    name = node.name.lower()
    return exp.Identifier(this=name, quoted=name not in _VALUES)


def _named_function(node: Node, types: Types) -> Node:
    name = node.this
    if isinstance(name, exp.Identifier):
        return node
    name = str(name).lower()
    if name == _NOW and not node.expressions:
        return exp.CurrentTimestamp()
    if name == "some" and len(node.expressions) == 1:
        return exp.Any(this=node.expressions[0].copy())
    node.set("this", name)
    return node


def _cast(node: Node, types: Types) -> Node:
    return casts.uncast(node, types) if isinstance(node, exp.Cast) else node


def _trim(node: Node, _: Types) -> Node:
    """Both ends and blanks go without saying."""
    if node.args.get("position") == "BOTH":
        node.set("position", None)
    characters = node.args.get("expression")
    if isinstance(characters, exp.Literal) and characters.this == " ":
        node.set("expression", None)
    return node


def _timed(node: Node, _: Types) -> Node:
    """The moment cut to so many digits, which the generator would leave out."""
    digits = node.this
    return node if digits is None else _call("current_timestamp", digits)


def _call(name: str, *arguments: Node) -> Node:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _member(node: Node, _: Types) -> Node:
    """The key of ``->`` as the constant it was."""
    path = node.expression
    if isinstance(path, exp.JSONPath) and len(path.expressions) == _ROOT_AND_STEP:
        step = path.expressions[1]
        if isinstance(step, exp.JSONPathKey) and isinstance(step.this, str):
            node.set("expression", exp.Literal.string(step.this))
        elif isinstance(step, exp.JSONPathSubscript) and isinstance(step.this, int):
            node.set("expression", exp.Literal.number(step.this))
    return node


def _escaped_text(node: Node, _: Types) -> Node:
    return exp.Literal.string(node.name)


def _interval(node: Node, _: Types) -> Node:
    """``interval '1 day'`` is ``'1 day'::interval``."""
    if not isinstance(node.this, exp.Literal) or not isinstance(node.parent, exp.Expression):
        return node
    unit = node.args.get("unit")
    text = f"{node.this.name} {unit.name.lower()}" if unit else node.this.name
    kind = exp.DataType(this=exp.DataType.Type.INTERVAL)
    return exp.Cast(this=exp.Literal.string(text), to=kind)


def _between(node: Node, types: Types) -> Node:
    subject, low, high = (node.args[part] for part in ("this", "low", "high"))
    inside = _range(subject, low, high, types)
    if not node.args.get("symmetric"):
        return inside
    return _connected(exp.Or, [inside, _range(subject, high, low, types)])


def _range(subject: Node, low: Node, high: Node, types: Types) -> Node:
    above = exp.LTE(this=low.copy(), expression=subject.copy())
    below = exp.LTE(this=subject.copy(), expression=high.copy())
    return _connected(exp.And, [_compared(above, types), _compared(below, types)])


def _in(node: Node, types: Types) -> Node:
    items = node.args.get("expressions")
    return _any_of(node.this, items, types) if items else node


def _any_of(subject: Node, items: list[Node], types: Types) -> Node:
    pairs = (exp.EQ(this=subject.copy(), expression=item.copy()) for item in items)
    return _connected(exp.Or, [_compared(pair, types) for pair in pairs])


def _none_of(subject: Node, items: list[Node], types: Types) -> Node:
    pairs = (exp.NEQ(this=subject.copy(), expression=item.copy()) for item in items)
    return _connected(exp.And, [_compared(pair, types) for pair in pairs])


def _compared(node: Node, types: Types) -> Node:
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
    return other.copy() if value.this == isinstance(node, exp.EQ) else _negated(other)


def _ordered(node: Node, left: Node, right: Node) -> Node:
    """Less before greater; equality in the order of its texts."""
    kind = _FLIPPED.get(type(node), type(node))
    symmetric = kind not in {exp.LT, exp.LTE}
    swap = _text(right) < _text(left) if symmetric else type(node) in _FLIPPED
    left, right = (right, left) if swap else (left, right)
    return kind(this=left.copy(), expression=right.copy())


def _json(node: Node) -> Node:
    is_text = isinstance(node, exp.Literal) and node.is_string
    return casts.folded_json(node) if is_text else node  # type: ignore[arg-type]


def _is_all(node: Node) -> bool:
    if isinstance(node, exp.All):
        return True
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "all"


def _items(node: Node) -> list[Node]:
    inner = node.expressions[0] if node.expressions else node.this
    return inner.expressions if isinstance(inner, exp.Array) else []


def _quantified(node: Node) -> bool:
    return any(isinstance(side, exp.Any) or _is_all(side) for side in (node.this, node.expression))


def _is(node: Node, _: Types) -> Node:
    """``IS NOT`` is NOT of IS, save for rows, where NULL is told of each field."""
    subject = node.this
    row = isinstance(subject.this, exp.Star) or subject.name in _ROWS
    if not node.args.get("negate") or row:
        return node
    node.set("negate", None)
    return exp.Not(this=node.copy())


def _like(node: Node, _: Types) -> Node:
    if not node.args.get("negate"):
        return node
    node.set("negate", None)
    return exp.Not(this=node.copy())


def _escape(node: Node, _: Types) -> Node:
    if not isinstance(node.this, exp.Not):
        return node
    inner = exp.Escape(this=node.this.this.copy(), expression=node.expression.copy())
    return exp.Not(this=inner)


def _not(node: Node, _: Types) -> Node:
    return _negated(node.this)


def _negated(node: Node) -> Node:
    if isinstance(node, exp.Not):
        return node.this.copy()
    if isinstance(node, exp.Boolean):
        return exp.Boolean(this=not node.this)
    if isinstance(node, exp.And | exp.Or):
        kind = exp.Or if isinstance(node, exp.And) else exp.And
        return _connected(kind, [_negated(part) for part in _parts(node, type(node))])
    opposite = _OPPOSITE.get(type(node))
    if opposite is None or _quantified(node):
        return exp.Not(this=node.copy())
    return _ordered(opposite(), node.this, node.expression)


def _connector(node: Node, _: Types) -> Node:
    return _connected(type(node), list(_parts(node, type(node))))


def _connected(kind: type[Node], parts: list[Node]) -> Node:
    """The operands of AND or OR, each once, in the order of their texts."""
    flat = (leaf for part in parts for leaf in _parts(part, kind))
    by_text = {_text(_wrapped(leaf.copy())): leaf for leaf in flat}
    first, *rest = (by_text[text] for text in sorted(by_text))
    tree = first.copy()
    for part in rest:
        tree = kind(this=tree, expression=part.copy())
    return tree


def _parts(node: Node, kind: type[Node]) -> Iterator[Node]:
    if type(node) is kind:
        yield from _parts(node.this, kind)
        yield from _parts(node.expression, kind)
    else:
        yield node


_RULES: dict[type[Node], Rule] = {
    exp.Paren: _paren,
    exp.Identifier: _identifier,
    exp.Anonymous: _named_function,
    exp.Cast: _cast,
    exp.Trim: _trim,
    exp.CurrentTimestamp: _timed,
    exp.JSONExtract: _member,
    exp.JSONExtractScalar: _member,
    exp.ByteString: _escaped_text,
    exp.RawString: _escaped_text,
    exp.Interval: _interval,
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Like: _like,
    exp.ILike: _like,
    exp.SimilarTo: _like,
    exp.Escape: _escape,
    exp.Not: _not,
    exp.And: _connector,
    exp.Or: _connector,
    **dict.fromkeys((exp.GT, exp.GTE, *_OPPOSITE), _compared),
}

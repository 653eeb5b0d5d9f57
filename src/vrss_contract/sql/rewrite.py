"""The rewriting of an expression's tree into its canonical form.

Each rule keeps the value in every case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from vrss_contract.sql import casts, logic
from vrss_contract.sql.casts import Types
from vrss_contract.sql.tree import Node, text

Rule = Callable[[Node, Types], Node]

_NOW = "transaction_timestamp"
_MOMENTS: Mapping[str, type[Node]] = {
    "current_timestamp": exp.CurrentTimestamp,
    "current_time": exp.CurrentTime,
    "localtimestamp": exp.Localtimestamp,
    "localtime": exp.Localtime,
}
# As bare words these are not columns.
_VALUES = frozenset({"user", "end", "default"})
_ROOT_AND_STEP = 2
_ROWS = frozenset({"old", "new"})


def canonical(tree: Node, types: Types, into: str | None) -> str:
    """The canonical text of a parsed expression."""
    root = casts.as_type(_normal(tree, types), into)
    root = casts.uncast_number(root, types)
    return text(root)


def _normal(node: Node, types: Types) -> Node:
    for child in list(node.iter_expressions()):
        changed = _normal(child, types)
        if changed is not child:
            child.replace(changed)
    node.comments = None
    rule = _RULES.get(type(node))
    return rule(node, types) if rule else node


def _paren(node: Node, _: Types) -> Node:
    return node.this  # type: ignore[no-any-return]


def _identifier(node: Node, _: Types) -> Node:
    if node.args.get("quoted"):
        return node
    name = node.name.lower()
    return exp.Identifier(this=name, quoted=name not in _VALUES)


def _named_function(node: Node, _: Types) -> Node:
    name = node.this
    if isinstance(name, exp.Identifier):
        return node
    name = str(name).lower()
    if name in _MOMENTS and [casts.digits(one) for one in node.expressions] == [casts.ALL_DIGITS]:
        return _MOMENTS[name]()
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
    if digits is None or casts.digits(digits) == casts.ALL_DIGITS:
        return type(node)()
    return _call("current_timestamp", digits)


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
    length = f"{node.this.name} {unit.name.lower()}" if unit else node.this.name
    kind = exp.DataType(this=exp.DataType.Type.INTERVAL)
    return exp.Cast(this=exp.Literal.string(length), to=kind)


def _is(node: Node, _: Types) -> Node:
    """``IS NOT`` is NOT of IS, save for rows, where NULL is told of each field."""
    benchmark = node.this
    row = isinstance(benchmark.this, exp.Star) or benchmark.name in _ROWS
    if not node.args.get("negate") or row:
        return node
    node.set("negate", None)
    return exp.Not(this=node.copy())


def _case(node: Node, _: Types) -> Node:
    """NULL where no branch applies goes without saying."""
    if isinstance(node.args.get("default"), exp.Null):
        node.set("default", None)
    return node


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
    return logic.negated(node.this)


def _connector(node: Node, _: Types) -> Node:
    return logic.connected(type(node), list(logic.parts(node, type(node))))


_RULES: dict[type[Node], Rule] = {
    exp.Paren: _paren,
    exp.Identifier: _identifier,
    exp.Anonymous: _named_function,
    exp.Cast: _cast,
    exp.DataType: casts.plain_type,
    exp.Trim: _trim,
    exp.CurrentTimestamp: _timed,
    exp.JSONExtract: _member,
    exp.JSONExtractScalar: _member,
    exp.ByteString: _escaped_text,
    exp.RawString: _escaped_text,
    exp.Interval: _interval,
    exp.Between: logic.between,
    exp.In: logic.in_list,
    exp.Is: _is,
    exp.Case: _case,
    exp.Like: _like,
    exp.ILike: _like,
    exp.SimilarTo: _like,
    exp.Escape: _escape,
    exp.Not: _not,
    exp.And: _connector,
    exp.Or: _connector,
    **dict.fromkeys((exp.GT, exp.GTE, *logic.OPPOSITE), logic.compared),
}

"""What a part of a query could be by mistake: a condition less, another comparison, another side.

Knows SQL's grammar and what the contract says of words; does not know where the part stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlglot import exp

from vrss_contract.mutation.expressions.known import KnownWords
from vrss_contract.mutation.expressions.patterns import of_list, of_pattern

Made = Iterator[tuple[str, exp.Expr | None]]
"""What a part becomes, each with what that is called; None where it goes."""


def made(node: exp.Expr, known: KnownWords) -> Made:
    """Whatever the part could be."""
    for type_, make in _MAKERS:
        if isinstance(node, type_):
            yield from make(node, known)


def _becomes(node: exp.Expr, other: exp.Expr, known: KnownWords) -> tuple[str, exp.Expr]:
    return f"{known.shown(node)} -> {known.shown(other)}", other


def _junction(node: exp.Expr, known: KnownWords) -> Made:
    """Each side of AND and OR alone, and the one word for the other."""
    for gone, kept in ((node.this, node.expression), (node.expression, node.this)):
        if type(gone.unnest()) is not type(node):
            yield f"without {known.shown(gone)}", kept.copy()
    other = exp.Or if isinstance(node, exp.And) else exp.And
    name = "OR" if other is exp.Or else "AND"
    left, right = (known.shown(one) for one in (node.this, node.expression))
    yield (
        f"{name} between ... {left[-40:]} and {right}",
        other(this=exp.paren(node.this.copy()), expression=exp.paren(node.expression.copy())),
    )


def _where(node: exp.Expr, known: KnownWords) -> Made:
    """No condition, where there is a single one."""
    if not isinstance(node.this, exp.And):
        if isinstance(node.parent, exp.Filter):
            return
        yield f"without {known.shown(node.this)}", None


def _filter(node: exp.Expr, known: KnownWords) -> Made:
    yield f"without {known.shown(node.expression)}", node.this.copy()


_COMPARED: Mapping[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.LT: (exp.LTE, exp.GT, exp.EQ),
    exp.LTE: (exp.LT, exp.GTE, exp.EQ),
    exp.GT: (exp.GTE, exp.LT, exp.EQ),
    exp.GTE: (exp.GT, exp.LTE, exp.EQ),
    exp.EQ: (exp.NEQ, exp.LTE, exp.GTE),
    exp.NEQ: (exp.EQ, exp.LT, exp.GT),
}


def _comparison(node: exp.Expr, known: KnownWords) -> Made:
    for other in _COMPARED.get(type(node), ()):
        yield _becomes(node, other(this=node.this.copy(), expression=node.expression.copy()), known)
    if isinstance(node.this, exp.Tuple) and isinstance(node.expression, exp.Tuple):
        yield from _of_rows(node, known)


def _of_rows(node: exp.Expr, known: KnownWords) -> Made:
    """A comparison of rows by fewer columns, or column by column."""
    pairs = [*zip(node.this.expressions, node.expression.expressions, strict=True)]
    for gone in range(len(pairs)):
        left = [pair for at, pair in enumerate(pairs) if at != gone]
        ones, others = zip(*left, strict=True)
        yield _becomes(node, type(node)(this=_row(ones), expression=_row(others)), known)
    each = [type(node)(this=one.copy(), expression=other.copy()) for one, other in pairs]
    yield _becomes(node, exp.paren(exp.and_(*each)), known)
    loose = [exp.LTE(this=one.copy(), expression=other.copy()) for one, other in pairs[:-1]]
    yield _becomes(node, exp.paren(exp.and_(*loose, each[-1].copy())), known)


def _row(parts: Sequence[exp.Expr]) -> exp.Expr:
    if len(parts) == 1:
        return parts[0].copy()
    return exp.Tuple(expressions=[one.copy() for one in parts])


def _negation(node: exp.Expr, known: KnownWords) -> Made:
    if isinstance(node, exp.Not):
        yield _becomes(node, node.this.copy(), known)
    elif not isinstance(node.parent, exp.Not):
        yield _becomes(node, exp.Not(this=node.copy()), known)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        yield from _each_gone(node, "expressions", known)


def _each_gone(node: exp.Expr, part: str, known: KnownWords) -> Made:
    """Without each of its parts, where others stay."""
    for at, gone in enumerate(node.args[part]):
        copy = node.copy()
        copy.args[part][at].pop()
        if copy.args.get(part):
            yield f"{_head(node)} without {known.shown(gone)}", copy


def _head(node: exp.Expr) -> str:
    return node.key.upper()


def _order(node: exp.Expr, known: KnownWords) -> Made:
    yield from _each_gone(node, "expressions", known)
    if not isinstance(node.parent, exp.ArrayAgg):
        yield f"without {known.shown(node).strip()}", None
    elif node.this is not None:
        yield f"without {known.shown(node)}", node.this.copy()


def _ordered(node: exp.Expr, known: KnownWords) -> Made:
    desc, nulls = bool(node.args.get("desc")), bool(node.args.get("nulls_first"))
    turned = exp.Ordered(this=node.this.copy(), desc=not desc, nulls_first=not desc)
    other = exp.Ordered(this=node.this.copy(), desc=desc, nulls_first=not nulls)
    yield _becomes(node, turned, known)
    if known.nullable(node.this):
        yield _becomes(node, other, known)


def _limit(node: exp.Expr, known: KnownWords) -> Made:
    yield f"without {known.shown(node).strip()}", None
    part = "count" if isinstance(node, exp.Fetch) else "expression"
    count = node.args.get(part)
    if isinstance(count, exp.Literal):
        for more in (1, -1):
            copy = node.copy()
            copy.set(part, exp.Literal.number(int(count.this) + more))
            yield _becomes(node, copy, known)
    options = node.args.get("limit_options")
    if options is not None and options.args.get("with_ties"):
        copy = node.copy()
        copy.args["limit_options"].set("with_ties", None)
        copy.args["limit_options"].set("rows", exp.true())
        yield _becomes(node, copy, known)


def _select(node: exp.Expr, known: KnownWords) -> Made:
    if node.args.get("distinct"):
        copy = node.copy()
        copy.set("distinct", None)
        yield "without DISTINCT", copy
    if node.args.get("locks"):
        copy = node.copy()
        copy.set("locks", None)
        yield "without its lock", copy
    for at, one in enumerate(node.expressions):
        if not one.is_star:
            copy = node.copy()
            copy.expressions[at].replace(exp.alias_(exp.null(), one.alias_or_name or "none"))
            yield f"{known.shown(one)} -> NULL", copy


def _union(node: exp.Expr, _: KnownWords) -> Made:
    copy = node.copy()
    copy.set("distinct", not node.args.get("distinct"))
    yield f"UNION {'ALL' if node.args.get('distinct') else 'DISTINCT'} instead", copy
    if isinstance(node.this.unnest(), exp.Select) and not node.args.get("with_"):
        yield "the first part of UNION alone", node.this.copy()
        yield "the second part of UNION alone", node.expression.copy()


def _join(node: exp.Expr, known: KnownWords) -> Made:
    side, kind = node.args.get("side"), node.args.get("kind")
    copy = node.copy()
    copy.set("side", None if side else "LEFT")
    copy.set("kind", "INNER" if side else None)
    if kind == "CROSS":
        copy.set("on", exp.true())
    yield f"{known.shown(node).strip()[:50]} -> {'INNER' if side else 'LEFT'} JOIN", copy
    on = node.args.get("on")
    if on is not None and not isinstance(on, exp.And):
        copy = node.copy()
        copy.set("on", exp.true())
        yield f"without {known.shown(on)}", copy


def _coalesce(node: exp.Expr, known: KnownWords) -> Made:
    for one in (node.this, *node.expressions):
        yield _becomes(node, one.copy(), known)


def _extreme(node: exp.Expr, known: KnownWords) -> Made:
    other = exp.Greatest if isinstance(node, exp.Least) else exp.Least
    copies = [one.copy() for one in node.expressions]
    yield _becomes(node, other(this=node.this.copy(), expressions=copies), known)
    for one in (node.this, *node.expressions):
        yield _becomes(node, one.copy(), known)


_COUNTED = (exp.Limit, exp.Offset, exp.Fetch, exp.DataTypeParam, exp.Parameter)


def _literal(node: exp.Expr, known: KnownWords) -> Made:
    if isinstance(node.parent, _COUNTED):
        return
    if not node.is_string:
        for more in (1, -1):
            yield _becomes(node, exp.Literal.number(str(Decimal(node.this) + more)), known)
        return
    others = known.labels(node.this) or [f"{node.this}x"]
    if node.this.endswith("infinity"):
        others = ["infinity" if node.this.startswith("-") else "-infinity"]
    for other in others:
        yield _becomes(node, exp.Literal.string(other), known)


def _boolean(node: exp.Expr, known: KnownWords) -> Made:
    yield f"{known.shown(node.parent or node)}: {not node.this}", exp.Boolean(this=not node.this)


def _column(node: exp.Expr, known: KnownWords) -> Made:
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        return
    for name in known.siblings(node):
        copy = node.copy()
        copy.set("this", exp.to_identifier(name))
        in_list = isinstance(node.parent, exp.Select)
        what = f"{known.shown(node)} -> {known.shown(copy)}"
        if in_list:  # it keeps its name
            yield f"selected {what}", exp.alias_(copy, node.name)
        else:
            around = known.shown(node.parent) if node.parent is not None else ""
            yield f"{what} in {around}", copy


def _parameter(node: exp.Expr, known: KnownWords) -> Made:
    own = int(node.this.name) - 1
    for at, _ in enumerate(known.parameters):
        if at != own:
            other = exp.Parameter(this=exp.Literal.number(at + 1))
            around = known.shown(node.parent or node)
            yield f"{known.shown(node)} -> {known.shown(other)} in {around}", other


def _binary(node: exp.Expr, known: KnownWords) -> Made:
    this, other = node.this, node.expression
    turned = _SWAPPED[type(node)](this=this.copy(), expression=other.copy())
    for one in (turned, this.copy(), other.copy()):
        yield _becomes(node, one, known)


_SWAPPED: Mapping[type[exp.Expr], type[exp.Expr]] = {exp.Add: exp.Sub, exp.Sub: exp.Add}


def _contains(node: exp.Expr, known: KnownWords) -> Made:
    this, other = node.this, node.expression
    for type_ in (exp.ArrayOverlaps, exp.EQ):
        yield _becomes(node, type_(this=this.copy(), expression=other.copy()), known)
    turned = exp.ArrayContainsAll(this=other.copy(), expression=this.copy())
    yield _becomes(node, turned, known)


def _aggregate(node: exp.Expr, known: KnownWords) -> Made:
    for other in (exp.Max, exp.Min) if isinstance(node, exp.Sum) else ():
        yield _becomes(node, other(this=node.this.copy()), known)
    if isinstance(node, exp.Sum):
        yield _becomes(node, exp.Sum(this=exp.Distinct(expressions=[node.this.copy()])), known)
    if isinstance(node, exp.Count) and not isinstance(node.parent, exp.Filter):
        yield _becomes(node, exp.Sub(this=node.copy(), expression=exp.Literal.number(1)), known)


_MAKERS: tuple[tuple[Any, Callable[[Any, KnownWords], Made]], ...]
_MAKERS = (
    (exp.And | exp.Or, _junction),
    (exp.Where | exp.Having, _where),
    (exp.Filter, _filter),
    (tuple(_COMPARED), _comparison),
    ((exp.Not, exp.Is, exp.Exists, exp.In), _negation),
    (exp.Order, _order),
    (exp.Ordered, _ordered),
    ((exp.Limit, exp.Fetch, exp.Offset), _limit),
    (exp.Select, _select),
    (exp.Union, _union),
    (exp.Join, _join),
    (exp.Coalesce, _coalesce),
    ((exp.Least, exp.Greatest), _extreme),
    (exp.Literal, _literal),
    (exp.Boolean, _boolean),
    (exp.Column, _column),
    (exp.Parameter, _parameter),
    ((exp.Add, exp.Sub), _binary),
    (exp.ArrayContainsAll, _contains),
    ((exp.Sum, exp.Count), _aggregate),
    ((exp.RegexpLike, exp.RegexpILike), of_pattern),
    (exp.Any, of_list),
)

"""What a CHECK asks of single columns, read from its expression.

What it does not know becomes a condition that asks for nothing: the server has the last word on
every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlglot import exp

from vrss_contract.sql.expression import tree
from vrss_contract.sql.tree import Node

_OPERATORS: Mapping[type[Node], str] = {
    exp.EQ: "=",
    exp.NullSafeEQ: "=",
    exp.NEQ: "<>",
    exp.NullSafeNEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_PATTERNS = (exp.RegexpLike, exp.RegexpILike, exp.Like, exp.ILike)
_MEASURES = {
    "cardinality": "items",
    "array_length": "items",
    "octet_length": "length",
    "jsonb_typeof": "json type",
    "json_typeof": "json type",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked of a column."""

    column: str
    operator: str
    """``=``, ``<>``, ``<``, ``<=``, ``>``, ``>=``, ``~`` or ``null``."""
    constant: str = ""
    """As SQL writes it, without quotes; for ``null``: ``yes`` or ``no``."""
    measure: str = "value"
    """What of the column is compared: ``value``, ``length``, ``items``, ``json type``."""
    other: str = ""
    """The column that it is compared with, where it is no constant."""

    @property
    def mirrored(self) -> Asked:
        """The same as the other column sees it."""
        operator = _FLIPPED.get(self.operator, self.operator)
        return replace(self, column=self.other, other=self.column, operator=operator)


@dataclass(frozen=True, slots=True)
class Every:
    """All of these; none of them asks for nothing."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of these."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """That many of the columns are not NULL, and the others are."""

    columns: tuple[str, ...]
    number: int


Condition = Asked | Every | OneOf | Some
UNKNOWN = Every()


def read(expression: str, columns: Mapping[str, str] | None = None) -> Condition:
    """What the expression asks, NULL in a column aside. ``columns`` are types by name."""
    found = tree(expression, columns)
    return UNKNOWN if found is None else _condition(found, wanted=True)


def chosen(condition: Condition, random: Random) -> Iterator[Asked]:
    """One way to keep the condition, alternatives drawn at random."""
    if isinstance(condition, Asked):
        yield condition
    elif isinstance(condition, Every):
        for part in condition.parts:
            yield from chosen(part, random)
    elif isinstance(condition, Some):
        filled = set(random.sample(condition.columns, condition.number))
        for column in condition.columns:
            yield Asked(column, "null", "no" if column in filled else "yes")
    else:
        yield from chosen(random.choice(condition.parts), random)


def columns(condition: Condition) -> frozenset[str]:
    """The columns that the condition asks something of."""
    if isinstance(condition, Asked):
        return frozenset({condition.column, condition.other} - {""})
    if isinstance(condition, Some):
        return frozenset(condition.columns)
    return frozenset().union(*(columns(part) for part in condition.parts))


def named(expression: str) -> frozenset[str]:
    """The columns that an expression speaks of; none where there is no expression."""
    found = tree(expression) if expression else None
    return frozenset(one.name for one in found.find_all(exp.Column)) if found else frozenset()


def _condition(node: Node, *, wanted: bool) -> Condition:
    for kinds, make in _MAKERS:
        if isinstance(node, kinds):
            return make(node, wanted)
    return UNKNOWN


def _inner(node: Node, wanted: bool) -> Condition:  # noqa: FBT001 - one shape for all makers
    return _condition(node.this, wanted=wanted)


def _not(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    return _condition(node.this, wanted=not wanted)


def _connected(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    parts = [_condition(part, wanted=wanted) for part in (node.this, node.expression)]
    kind = Every if isinstance(node, exp.And) == wanted else OneOf
    return kind(tuple(_flat(parts, kind)))


def _flat(parts: Sequence[Condition], kind: type[Every | OneOf]) -> Iterator[Condition]:
    for part in parts:
        if isinstance(part, kind) and part.parts:
            yield from part.parts
        else:
            yield part


def _null(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    column = _side(node.this)
    if not isinstance(node.expression, exp.Null) or not isinstance(column, Asked):
        return UNKNOWN
    return Asked(column.column, "null", "yes" if wanted else "no")


def _boolean(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    return Asked(node.name, "=", "true" if wanted else "false")


def _coalesce(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    return _condition(node.this, wanted=wanted)


def _case(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    """The branches that give what is wanted, the conditions before them aside."""
    if node.this is not None:
        return UNKNOWN
    ways: list[Condition] = [
        Every((_condition(one.this, wanted=True), _condition(one.args["true"], wanted=wanted)))
        for one in node.args["ifs"]
        if not _is_boolean(one.args["true"], not wanted)
    ]
    default = node.args.get("default")
    if default is not None and not _is_boolean(default, not wanted):
        negated = [_condition(one.this, wanted=False) for one in node.args["ifs"]]
        ways.append(Every((*negated, _condition(default, wanted=wanted))))
    return OneOf(tuple(ways)) if ways else UNKNOWN


def _is_boolean(node: Node, value: bool) -> bool:  # noqa: FBT001
    return isinstance(node, exp.Boolean) and node.this == value


def _pattern(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    column, constant = _side(node.this), _side(node.expression)
    if not wanted or not isinstance(column, Asked) or not isinstance(constant, str):
        return UNKNOWN
    like = isinstance(node, exp.Like | exp.ILike)
    return Asked(column.column, "~", _regular(constant) if like else constant)


def _regular(like: str) -> str:
    """The regular expression of a LIKE pattern."""
    wild = {"%": ".*", "_": "."}
    return "^" + "".join(wild.get(letter, re.escape(letter)) for letter in like) + "$"


def _compared(node: Node, wanted: bool) -> Condition:  # noqa: FBT001
    operator = _OPERATORS[type(node)]
    operator = operator if wanted else _OPPOSITE[operator]
    if (counted := _counted(node)) and operator == "=":
        return counted
    left, right = _side(node.this), _side(node.expression)
    if isinstance(left, str) and isinstance(right, Asked):
        left, right, operator = right, left, _FLIPPED.get(operator, operator)
    if not isinstance(left, Asked) or right is None:
        return UNKNOWN
    if isinstance(right, str):
        return replace(left, operator=operator, constant=right)
    return _of_two(left, right, operator)


def _of_two(left: Asked, right: Asked, operator: str) -> Condition:
    if left.column == right.column:
        cases = {left.measure, right.measure} & {"upper", "lower"}
        return Asked(left.column, "=", measure=cases.pop()) if cases else UNKNOWN
    if left.measure == right.measure == "value":
        return Asked(left.column, operator, other=right.column)
    return UNKNOWN


def _counted(node: Node) -> Condition | None:
    """``num_nonnulls(a, b) = 1``, either way around."""
    for call, number in ((node.this, node.expression), (node.expression, node.this)):
        if _name(call) == "num_nonnulls" and isinstance(number, exp.Literal):
            names = tuple(one.name for one in call.expressions if isinstance(one, exp.Column))
            if len(names) == len(call.expressions) and 0 <= int(number.this) <= len(names):
                return Some(names, int(number.this))
    return None


def _side(node: Node) -> Asked | str | None:
    """A column with what is measured of it, a constant, or neither."""
    if isinstance(node, exp.Paren | exp.Cast):
        return _side(node.this)
    if isinstance(node, exp.Column):
        return Asked(node.name, "")
    if isinstance(node, exp.Literal):
        return str(node.this)
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    if isinstance(node, exp.Neg):
        inner = _side(node.this)
        return f"-{inner}" if isinstance(inner, str) else None
    return _measured(node)


def _measured(node: Node) -> Asked | None:
    measure = _measure(node)
    argument = node.this if measure and not isinstance(node, exp.Anonymous) else None
    if measure and isinstance(node, exp.Anonymous) and node.expressions:
        argument = node.expressions[0]
    inner = _side(argument) if argument is not None else None
    if not isinstance(inner, Asked) or not measure:
        return None
    return replace(inner, measure="trimmed" if inner.measure == "trimmed" else measure)


def _measure(node: Node) -> str:
    if isinstance(node, exp.Trim):
        return "" if node.args.get("expression") else "trimmed"
    if isinstance(node, exp.Length):
        return "length"
    if isinstance(node, exp.Upper | exp.Lower):
        return "upper" if isinstance(node, exp.Upper) else "lower"
    return _MEASURES.get(_name(node), "")


def _name(node: Node) -> str:
    return str(node.this).lower() if isinstance(node, exp.Anonymous) else ""


_Maker = Callable[[Node, bool], Condition]
_MAKERS: tuple[tuple[type[Node] | tuple[type[Node], ...], _Maker], ...] = (
    (exp.Paren, _inner),
    (exp.Not, _not),
    ((exp.And, exp.Or), _connected),
    (exp.Is, _null),
    (exp.Column, _boolean),
    (exp.Coalesce, _coalesce),
    (exp.Case, _case),
    (_PATTERNS, _pattern),
    (tuple(_OPERATORS), _compared),
)

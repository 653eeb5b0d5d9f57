"""Which casts change nothing.

PostgreSQL's deparser writes casts where people write none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

Kind = exp.DataType.Type
_TEXTS = frozenset({Kind.TEXT, Kind.VARCHAR})
_TEXT_FUNCTIONS = (exp.Lower, exp.Upper, exp.Trim, exp.JSONExtractScalar, exp.JSONBExtractScalar)
_INTEGERS = {Kind.SMALLINT: 15, Kind.INT: 31, Kind.BIGINT: 63}
_NUMBERS = frozenset({*_INTEGERS, Kind.DECIMAL})
_INTEGER = re.compile(r"\s*([+-]?\d+)\s*")
_INT4 = 31
ALL_DIGITS = 6
"""The digits of a second's fraction that a moment has; more are as many."""
_TIMES = frozenset({Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME, Kind.TIMETZ, Kind.INTERVAL})
_ALONE = frozenset({Kind.CHAR, Kind.NCHAR, Kind.BIT})
"""Types that have one place where none is said."""


@dataclass(frozen=True, slots=True)
class Types:
    """What is known of the columns' types; a column not listed is taken for a text."""

    columns: Mapping[str, str] = field(default_factory=dict)

    def of(self, node: exp.Expression) -> exp.DataType | None:
        """The type of a column, where it is known."""
        known = self.columns.get(node.name) if isinstance(node, exp.Column) else None
        return data_type(known) if known else None

    def is_text(self, node: exp.Expression) -> bool:
        """Whether the expression is of a character type that a cast to text leaves as it is."""
        if isinstance(node, exp.Column):
            known = self.of(node)
            return known is None or known.this in _TEXTS
        if isinstance(node, exp.Literal):
            return bool(node.is_string)
        if isinstance(node, exp.Coalesce | exp.Nullif):
            return all(self.is_text(part) for part in node.iter_expressions())
        return isinstance(node, _TEXT_FUNCTIONS)

    def is_json(self, node: exp.Expression) -> bool:
        """Whether it is a column known to be jsonb."""
        known = self.of(node)
        return known is not None and known.this == Kind.JSONB

    def is_integer(self, node: exp.Expression) -> bool:
        """Whether it is a column known to be of an integer type."""
        known = self.of(node)
        return known is not None and known.this in _INTEGERS


@lru_cache(maxsize=256)
def data_type(name: str) -> exp.DataType | None:
    """The type of that name, or None where it is spelt as no type is."""
    try:
        return exp.DataType.build(name, dialect="postgres", udt=True)
    except SqlglotError:
        return None


def plain_type(type_: exp.Expression, _: Types) -> exp.Expression:
    """A type with the modifiers that change something: ``timestamptz(6)`` keeps all digits."""
    modifiers = [digits(one) for one in type_.expressions]
    if type_.this in _TIMES and modifiers == [ALL_DIGITS]:
        type_.set("expressions", [])
    elif type_.this == Kind.DECIMAL and len(modifiers) == 1:
        type_.append("expressions", _modifier(0))
    elif type_.this in _ALONE and not modifiers:
        type_.append("expressions", _modifier(1))
    return type_


def digits(node: exp.Expression) -> int | None:
    """The digits of a fraction that a modifier or argument asks for, all where it asks for more."""
    number = node.this if isinstance(node, exp.DataTypeParam) else node
    if not isinstance(number, exp.Literal) or number.is_string or not number.this.isdigit():
        return None
    return min(int(number.this), ALL_DIGITS)


def _modifier(number: int) -> exp.DataTypeParam:
    return exp.DataTypeParam(this=exp.Literal.number(number))


def uncast(cast: exp.Cast, types: Types) -> exp.Expression:
    """What remains of a cast when it is idle; the cast itself where it is not."""
    inner: exp.Expression = cast.this
    to = cast.args["to"]
    if isinstance(inner, exp.Null):
        return inner
    if isinstance(inner, exp.Array):
        return _array(cast, types)
    if not isinstance(to, exp.DataType) or _sized(to):
        return cast
    if isinstance(inner, exp.Literal) and inner.is_string:
        return _text_literal(cast, inner, to)
    if to.this in _TEXTS and types.is_text(inner):
        return inner
    return inner if types.of(inner) == to else cast


def uncast_number(node: exp.Expression, types: Types) -> exp.Expression:
    """A compared number without a cast that keeps its value."""
    if not isinstance(node, exp.Cast) or _sized(node.args["to"]):
        return node
    kind, inner = node.args["to"].this, node.this
    if kind in _NUMBERS and _whole(inner):
        return _checked(node, inner, _INTEGERS.get(kind, 10_000))
    return inner if kind == Kind.DECIMAL and types.is_integer(inner) else node


def as_type(node: exp.Expression, into: str | None) -> exp.Expression:
    """The default of a column of that type, without a cast to that type."""
    wanted = data_type(into) if into else None
    if isinstance(node, exp.Cast) and wanted is not None and not _sized(wanted):
        node = node.this if node.args["to"] == wanted else node
    if isinstance(node, exp.Literal) and node.is_string and (into or "jsonb") == "jsonb":
        return folded_json(node)
    return node


def folded_json(literal: exp.Literal) -> exp.Literal:
    """A JSON object or array as jsonb keeps it: white space and key order do not count."""
    text = literal.this
    if not text.lstrip().startswith(("{", "[")):
        return literal
    try:
        # A fraction keeps its digits in jsonb; U+0000, which it refuses, marks the number.
        value = json.loads(text, parse_float="\0{}".format)
    except ValueError:
        return literal
    return exp.Literal.string(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _text_literal(cast: exp.Cast, literal: exp.Literal, to: exp.DataType) -> exp.Expression:
    """A quoted constant: its type comes from its context, save where the cast computes."""
    if to.this == Kind.JSONB:
        return folded_json(literal)
    if to.this in {*_TEXTS, Kind.USERDEFINED, Kind.ARRAY}:
        return literal
    number = _INTEGER.fullmatch(literal.this)
    if to.this not in _NUMBERS or number is None:
        return cast
    value = int(number.group(1))
    plain = exp.Literal.number(abs(value))
    inner = exp.Neg(this=plain) if value < 0 else plain
    typed = exp.Cast(this=inner, to=to.copy())
    # A bare number of this size is read as this very type.
    own = Kind.INT if value.bit_length() <= _INT4 else Kind.BIGINT
    return inner if to.this == own else typed


def _array(cast: exp.Cast, types: Types) -> exp.Expression:
    """``ARRAY[a, b]::t[]`` is ``ARRAY[a::t, b::t]``."""
    array: exp.Expression = cast.this
    items, to = array.expressions, cast.args["to"]
    if _sized(to) or to.this != Kind.ARRAY or not to.expressions:
        return cast
    if not items:
        return exp.Literal.string("{}")
    element = to.expressions[0]
    if element.this in {*_TEXTS, Kind.USERDEFINED} and all(types.is_text(item) for item in items):
        return array
    casts = (exp.Cast(this=item.copy(), to=element.copy()) for item in items)
    return exp.Array(expressions=[uncast(each, types) for each in casts])


def _sized(to: exp.Expression) -> bool:
    """Whether the type cuts or rounds, as varchar(3) and numeric(10,2)[] do."""
    if not isinstance(to, exp.DataType):
        return True
    if to.this == Kind.ARRAY:
        return any(_sized(element) for element in to.expressions)
    return bool(to.expressions)


def _whole(node: exp.Expression) -> bool:
    number = node.this if isinstance(node, exp.Neg) else node
    return isinstance(number, exp.Literal) and not number.is_string and number.this.isdigit()


def _checked(cast: exp.Expression, number: exp.Expression, bits: int) -> exp.Expression:
    digits = number.this if isinstance(number, exp.Neg) else number
    return number if int(digits.this).bit_length() <= bits else cast

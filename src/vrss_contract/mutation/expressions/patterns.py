"""What a pattern and a list of values could be by mistake, as checks have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from vrss_contract.mutation.expressions.known import KnownWords

_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}")
_CLASS = re.compile(r"(?<!\\)\[(\^?)([^\]]+)\]")
_RANGE = re.compile(r"\w-\w")


def of_pattern(node: exp.Expr, known: KnownWords) -> Iterator[tuple[str, exp.Expr]]:
    """A regular expression without its anchors, wider, narrower, or deaf to case."""
    if not isinstance(node.expression.unnest(), exp.Literal | exp.Cast):
        return
    literal = node.expression.find(exp.Literal)
    if literal is None:
        return
    shown = known.shown(node.this)
    for what, pattern in _patterns(str(literal.this)):
        copy = node.copy()
        found = copy.expression.find(exp.Literal)
        if found is copy.expression:
            copy.set("expression", exp.Literal.string(pattern))
        elif found is not None:
            found.replace(exp.Literal.string(pattern))
        yield f"pattern of {shown} {what}", copy
    other = exp.RegexpILike if isinstance(node, exp.RegexpLike) else exp.RegexpLike
    copies = (node.this.copy(), node.expression.copy())
    yield f"pattern of {shown}, case folded", other(this=copies[0], expression=copies[1])


def _patterns(pattern: str) -> Iterator[tuple[str, str]]:
    if pattern.startswith("^"):
        yield "not from the start", pattern[1:]
    if pattern.endswith("$"):
        yield "not to the end", pattern[:-1]
    for found in _QUANTIFIER.finditer(pattern):
        for more in (1, -1):
            text = f"{{{int(found[1]) + more}{found[2]}{found[3]}}}"
            yield f"{found[0]} -> {text}", pattern[: found.start()] + text + pattern[found.end() :]
    for at, found in enumerate(_CLASS.finditer(pattern)):
        start, end = found.span(2)
        for part in _RANGE.finditer(found[2]):
            left = pattern[: start + part.start()] + pattern[start + part.end() :]
            if part[0] != found[2]:
                yield f"class {at + 1} without {part[0]}", left
        yield f"class {at + 1} with a space", f"{pattern[:end]} {pattern[end:]}"
    for at, character in enumerate(pattern):
        if character in "+*" and at and pattern[at - 1] != "\\":
            other = "*" if character == "+" else "+"
            yield f"{character} -> {other}", pattern[:at] + other + pattern[at + 1 :]


def of_list(node: exp.Expr, known: KnownWords) -> Iterator[tuple[str, exp.Expr]]:
    """A list of values without each of them, and with one more."""
    array = node.find(exp.Array)
    if array is None or len(array.expressions) < 2:  # noqa: PLR2004 - one of several
        return
    for at, gone in enumerate(array.expressions):
        copy = node.copy()
        found = copy.find(exp.Array)
        if found is not None:
            found.expressions[at].pop()
            yield f"list without {known.shown(gone)}", copy
    copy = node.copy()
    found = copy.find(exp.Array)
    literal = array.expressions[0].find(exp.Literal)
    if found is not None and literal is not None and literal.is_string:
        found.append("expressions", exp.Literal.string(f"{literal.this}x"))
        yield f"list with {literal.this}x", copy

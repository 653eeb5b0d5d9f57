"""What the checks of a table say of one column: the texts it may hold, its least and most.

Only forms that speak of the one column and nothing else are read, so that what is derived from
them surely holds: ``status = ANY (ARRAY['a', 'b'])`` and comparisons with whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vrss_contract.database.catalog.facts import CatalogColumn, CatalogTable

_TEXT = r"'(?:[^']|'')*'(?:::[\w .\"()]+?)?"
_LIST = re.compile(
    rf"\(\(?(?P<column>\"(?:[^\"]|\"\")+\"|\w+)\)?(?:::text)?"
    rf" = ANY \(\(?ARRAY\[(?P<items>{_TEXT}(?:, {_TEXT})*)\]\)?(?:::text\[\])?\)\)"
)
_ONE = re.compile(rf"\(\(?(?P<column>\"(?:[^\"]|\"\")+\"|\w+)\)?(?:::text)? = (?P<items>{_TEXT})\)")
_ITEM = re.compile(r"'((?:[^']|'')*)'")
_COMPARED = re.compile(
    r"\((?P<column>\"(?:[^\"]|\"\")+\"|\w+) (?P<sign>>=|<=|>|<)"
    r" \(?'?(?P<number>-?\d+)'?\)?(?:::(?:smallint|integer|bigint))?\)"
)
_NULL = re.compile(r"\((?P<column>\"(?:[^\"]|\"\")+\"|\w+) IS NULL\)")
_WHOLE = frozenset({"smallint", "integer", "bigint"})
_TEXTS = ("text", "character varying")


def of(column: CatalogColumn, table: CatalogTable) -> dict[str, Any]:
    """``values``, ``minimum`` and ``maximum``, as far as the checks give them."""
    own = [
        part
        for check in table.constraints.values()
        if check.kind == "check" and check.validated and check.enforced
        for part in conjuncts(check.expression, column.name)
    ]
    told: dict[str, Any] = {}
    if column.type.startswith(_TEXTS) and "[" not in column.type:
        lists = [listed for part in own if (listed := values(part, column.name))]
        if len(lists) == 1:
            told["values"] = lists[0]
    if column.type in _WHOLE and not column.generated:
        told |= _limits(column, own)
    return told


def values(part: str, column: str) -> list[str]:
    """The texts that this condition admits in the column; none where it says something else."""
    found = _LIST.fullmatch(part) or _ONE.fullmatch(part)
    if found is None or unquoted(found["column"]) != column:
        return []
    items = [item.replace("''", "'") for item in _ITEM.findall(found["items"])]
    return list(dict.fromkeys(items))


def conjuncts(expression: str, column: str = "") -> Iterator[str]:
    """The conditions that a deparsed expression joins by AND at its top, each in parentheses.

    What holds where the column is not NULL counts: to a check, NULL is as good as true.
    """
    inner = _inner(expression)
    parts = _split(inner, " AND ") if inner is not None else [expression]
    either = _split(inner, " OR ") if inner is not None and len(parts) == 1 else []
    rest = [part for part in either if not _is_null(part, column)]
    if len(parts) > 1:
        for part in parts:
            yield from conjuncts(part, column)
    elif len(rest) == 1 and len(either) > 1:
        yield from conjuncts(rest[0], column)
    else:
        yield expression if expression.startswith("(") else f"({expression})"


def _is_null(part: str, column: str) -> bool:
    found = _NULL.fullmatch(part)
    return found is not None and unquoted(found["column"]) == column


def unquoted(name: str) -> str:
    """A name as the catalog holds it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _limits(column: CatalogColumn, parts: list[str]) -> dict[str, int]:
    told: dict[str, int] = {}
    for part in parts:
        found = _COMPARED.fullmatch(part)
        if found is None or unquoted(found["column"]) != column.name:
            continue
        number, sign = int(found["number"]), found["sign"]
        if sign.startswith(">"):
            least = number + (sign == ">")
            told["minimum"] = max(least, told.get("minimum", least))
        else:
            most = number - (sign == "<")
            told["maximum"] = min(most, told.get("maximum", most))
    return told


def _inner(expression: str) -> str | None:
    """What stands in the parentheses that span the whole expression."""
    if not expression.startswith("("):
        return None
    for position, depth in _depths(expression):
        if depth == 0:
            return expression[1:-1] if position == len(expression) - 1 else None
    return None


def _split(text: str, word: str) -> list[str]:
    parts, start = [], 0
    for position, depth in _depths(text):
        if depth == 0 and text.startswith(word, position) and position >= start:
            parts.append(text[start:position])
            start = position + len(word)
    return [*parts, text[start:]]


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Each position outside of quotes, with the depth of parentheses after it."""
    depth, quote = 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
            continue
        if character in "'\"":
            quote = character
            continue
        depth += (character == "(") - (character == ")")
        yield position, depth

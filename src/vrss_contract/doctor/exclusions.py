"""Rows that an exclusion constraint keeps apart, asked for without its index. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.sql import split
from vrss_contract.sql.split import Token


@dataclass(frozen=True, slots=True)
class Excluded:
    """What no two rows may have: expressions with their operators, and which rows are meant."""

    elements: tuple[tuple[str, str], ...]
    where: str


def parsed(definition: str) -> Excluded | None:
    """The definition, ``EXCLUDE USING gist (room WITH =, during WITH &&)``; None if it is another.

    An operator class, which decides how an index is searched and not what is equal, is passed over.
    """
    tokens = [token for token in split.tokens(definition) if not token.silent]
    groups = list(_groups(tokens))
    if not groups or tokens[0].text.lower() != "exclude":
        return None
    first, last = groups[0]
    elements = [_element(definition, part) for part in _parts(tokens[first + 1 : last])]
    found = tuple(element for element in elements if element)
    if len(found) != len(elements):
        return None
    where = ""
    for start, end in groups[1:]:
        if tokens[start - 1].text.lower() == "where":
            where = definition[tokens[start].start + 1 : tokens[end].start]
    return Excluded(found, where)


def pairs(one: Excluded, rows: str) -> str:
    """What FROM takes to give each pair of rows that are not apart."""
    made = ", ".join(f"({expression}) AS e{n}" for n, (expression, _) in enumerate(one.elements))
    where = f" WHERE {one.where}" if one.where else ""
    side = f"(SELECT ctid AS place, {made} FROM {rows}{where} OFFSET 0)"
    same = " AND ".join(
        f"here.e{n} {operator} there.e{n}" for n, (_, operator) in enumerate(one.elements)
    )
    return f"{side} AS here INNER JOIN {side} AS there ON here.place < there.place AND {same}"


def _groups(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The places of each outermost pair of parentheses."""
    depth = begun = 0
    for place, token in enumerate(tokens):
        if token.text == "(":
            begun = place if not depth else begun
            depth += 1
        elif token.text == ")":
            depth -= 1
            if not depth:
                yield begun, place


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands between the outermost commas."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.text in "([") - (token.text in ")]")
        if token.text == "," and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _element(definition: str, tokens: list[Token]) -> tuple[str, str] | None:
    """An expression and its operator, of one element."""
    place = max(
        (n for n, token in enumerate(tokens) if token.text.lower() == "with"), default=len(tokens)
    )
    operator = tokens[place + 1 :]
    if not place or not operator:
        return None
    groups = list(_groups(tokens[:place]))
    last = groups[0][1] if groups and groups[0][0] <= 1 else 0
    text = definition[tokens[0].start : tokens[last].start + len(tokens[last].text)]
    end = operator[-1]
    return text, definition[operator[0].start : end.start + len(end.text)]

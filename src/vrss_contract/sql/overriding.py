"""INSERTs that say numbers which the server would make, so that every server takes them.

A column that is GENERATED ALWAYS AS IDENTITY takes a number only with OVERRIDING SYSTEM VALUE,
which means nothing to any other column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vrss_contract.sql.literal import parts
from vrss_contract.sql.split import Token, tokens

_WAY = " OVERRIDING SYSTEM VALUE"
_SOURCES = frozenset({"values", "select", "table", "with", "("})
"""What an INSERT without a list of columns takes its rows from."""

Numbered = Mapping[str, frozenset[str]]
"""The contract's name of a table, to the columns whose numbers the server makes."""


def overriding(sql: str, numbered: Numbered) -> str:
    """The SQL, dollar-quoted bodies included, with numbers said in a way that is always taken."""
    if "insert" not in sql.lower():
        return sql
    said = list(tokens(sql))
    seen = [place for place, token in enumerate(said) if not token.silent]
    after = set(_places(said, seen, numbered))
    return "".join(_told(token, numbered) + _WAY * (n in after) for n, token in enumerate(said))


def _told(token: Token, numbered: Numbered) -> str:
    if token.kind != "dollar":
        return token.text
    mark = token.text[: token.text.index("$", 1) + 1]
    return mark + overriding(token.text[len(mark) : -len(mark)], numbered) + mark


def _places(said: Sequence[Token], seen: Sequence[int], numbered: Numbered) -> Iterator[int]:
    """The tokens after which the words are missing."""
    words = [said[place].text.lower() for place in seen]
    merged: frozenset[str] = frozenset()
    for start in range(len(words) - 2):
        into = words[start + 1] == "into"
        if words[start] in ("insert", "merge") and into:
            end = _end_of_name(words, start + 2)
            columns = _columns("".join(said[one].text for one in seen[start + 2 : end]), numbered)
            end += 2 if words[end : end + 1] == ["as"] else 0
        if words[start] == "merge" and into:
            merged = columns
        if words[start] != "insert":
            continue
        last = _last(words, end, columns) if into else _last(words, start + 1, merged)
        if last is not None and words[last + 1 : last + 2] != ["overriding"]:
            yield seen[last]


def _end_of_name(words: Sequence[str], start: int) -> int:
    """Where a name ends that may have its schema before it."""
    end = start + 1
    while words[end : end + 1] == ["."]:
        end += 2
    return end


def _last(words: Sequence[str], start: int, columns: frozenset[str]) -> int | None:
    """The last word before the rows, where they say one of the columns; else None."""
    if words[start : start + 1] == ["("] and words[start + 1 : start + 2] not in (
        ["select"],
        ["values"],
        ["with"],
    ):
        close = words.index(")", start) if ")" in words[start:] else start
        listed = {one.strip('"') for one in words[start:close]}
        return close if columns & listed else None
    said = bool(columns) and words[start : start + 1] and words[start] in _SOURCES
    return start - 1 if said else None


def _columns(name: str, numbered: Numbered) -> frozenset[str]:
    """The numbered columns of a table, however its name is written."""
    bare = parts(name)[-1]
    tables = (columns for table, columns in numbered.items() if parts(table)[-1] == bare)
    return frozenset().union(*tables)

"""Deparsed SQL without the first schema before names that mean the same without it."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from vrss_contract.sql.split import Token, tokens

_REGCLASS = [":", ":", "regclass"]


@lru_cache(maxsize=8192)  # a run reads the same catalog several times
def unqualified(text: str, hidden: frozenset[str], schema: str = "public") -> str:
    """The text without ``schema.`` before plain names, also within a ``'…'::regclass``.

    Stays where the name is one of ``hidden``, which without the schema are something else, and
    where it is quoted: ``"coalesce"(x)`` would be read as COALESCE.
    """
    if f"{schema}." not in text:
        return text
    found = list(tokens(text))
    shown: list[str] = []
    place = 0
    while place < len(found):
        if _is_idle(found[place : place + 3], found[place - 1 : place], hidden, schema):
            place += 2
        shown.append(_constant(found[place : place + 4], hidden, schema))
        place += 1
    return "".join(shown)


def _is_idle(near: list[Token], before: list[Token], hidden: Collection[str], schema: str) -> bool:
    if [token.text for token in near[:2]] != [schema, "."] or near[-1].kind != "word":
        return False
    return near[-1].text not in hidden and [token.text for token in before] != ["."]


def _constant(near: list[Token], hidden: Collection[str], schema: str) -> str:
    text, prefix = near[0].text, f"'{schema}."
    name = text.removeprefix(prefix).removesuffix("'")
    idle = text.startswith(prefix) and name.isidentifier() and name not in hidden
    return f"'{name}'" if idle and [token.text for token in near[1:]] == _REGCLASS else text

"""The text of a routine in which names are others, told by its tokens.

By words and not by grammar: a body can be in PL/pgSQL or SQL. What is no name of SQL there, such as
a keyword, another column of the same name or a word in a comment, stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vrss_contract.sql.keywords import KEYWORDS
from vrss_contract.sql.literal import identifier
from vrss_contract.sql.split import Token, tokens

_ROWS = frozenset({"new", "old"})
_NO_ALIAS = KEYWORDS | {"set", "values", "as"}


@dataclass(frozen=True, slots=True)
class Names:
    """Former names, each with the one that stands for it now."""

    relations: Mapping[str, str] = field(default_factory=dict)
    """Of tables and types."""
    routines: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By table, under its former name, all columns with the name that each has now."""


def respelt(
    definition: str, names: Names, tables: Iterable[str] = (), parameters: Iterable[str] = ()
) -> str:
    """The whole CREATE FUNCTION or CREATE PROCEDURE with the names of now.

    Args:
        definition: as ``pg_get_functiondef`` prints it.
        names: the former names.
        tables: the former names of the tables whose triggers call it.
        parameters: what it calls its arguments, which hide columns of the same name.
    """
    found = [*tokens(definition)]
    body = max((n for n, one in enumerate(found) if one.kind in {"dollar", "quoted"}), default=-1)
    if body < 0:
        return definition
    text = _inner(found[body])
    inner = _Body(text, names, frozenset(tables), frozenset(parameters)).text()
    if inner == text:
        return definition  # what its head speaks of follows by itself
    head = (_renamed(found, n, names) or one.text for n, one in enumerate(found[:body]))
    tail = (one.text for one in found[body + 1 :])
    return "".join([*head, _wrapped(found[body], inner), *tail])


def folded(token: Token) -> str:
    """The name that a token is; nothing where it is none."""
    if token.kind == "identifier":
        return token.text[1:-1].replace('""', '"')
    name = token.text.lower()
    return name if token.kind == "word" and name not in KEYWORDS else ""


class _Body:
    """A body's tokens, and what its names mean."""

    def __init__(
        self, text: str, names: Names, tables: frozenset[str], parameters: frozenset[str]
    ) -> None:
        self._tokens = [*tokens(text)]
        self._names, self._own, self._parameters = names, tables, parameters
        self._aliases = dict(_aliases(self._tokens, names))
        self._near = [*_by_statement(self._tokens, names)]
        self._dynamic = any(one.text.lower() == "execute" for one in self._tokens)

    def text(self) -> str:
        """The body with the names of now."""
        return "".join(self._spelt(n) for n in range(len(self._tokens)))

    def _spelt(self, place: int) -> str:
        token = self._tokens[place]
        if token.kind in {"quoted", "dollar"} and self._dynamic and " " in token.text:
            inside = _Body(_inner(token), self._names, self._own, self._parameters)
            inside._dynamic = True
            return _wrapped(token, inside.text())
        renamed = _renamed(self._tokens, place, self._names) or self._column(place, folded(token))
        return renamed or token.text

    def _column(self, place: int, name: str) -> str:
        """What a column is called now; nothing where it is none, or where that can't be told."""
        if not name or _after(self._tokens, place) == "(":
            return ""
        qualifier = _qualifier(self._tokens, place)
        if qualifier in _ROWS and self._own:
            tables = self._own
        elif qualifier in self._aliases:
            tables = frozenset({self._aliases[qualifier]})
        elif qualifier not in {"", "excluded", *_ROWS} or (
            not qualifier and name in self._parameters
        ):
            return ""  # a record's field, or an argument
        else:
            meant = self._meant(self._near[place], name)
            tables = self._own.union(self._aliases.values())
            return self._one(meant or self._meant(tables, name), name)
        return self._one(self._meant(tables, name), name)

    def _meant(self, tables: Iterable[str], name: str) -> frozenset[str]:
        """What the tables' columns of that name are called now."""
        of_all = [self._names.columns.get(table, {}) for table in tables]
        return frozenset(columns[name] for columns in of_all if name in columns)

    @staticmethod
    def _one(meant: frozenset[str], name: str) -> str:
        return identifier(*meant) if len(meant) == 1 and meant != {name} else ""


def _by_statement(found: Sequence[Token], names: Names) -> Iterator[frozenset[str]]:
    """For each token the tables that its statement speaks of."""
    start = 0
    for end in [*(n for n, one in enumerate(found) if one.text == ";"), len(found)]:
        part = found[start : end + 1]
        tables = frozenset(name for one in part if (name := folded(one)) in names.columns)
        yield from (tables for _ in part)
        start = end + 1


def _aliases(found: Sequence[Token], names: Names) -> Iterator[tuple[str, str]]:
    """What the tables are called in a text, themselves included."""
    words = [one for one in found if not one.silent]
    for n, token in enumerate(words):
        table = folded(token)
        if table not in names.columns:
            continue
        yield table, table
        rest = words[n + 1 : n + 3]
        if rest and rest[0].text.lower() == "as":
            rest = rest[1:]
        if rest and (alias := folded(rest[0])) and alias not in _NO_ALIAS:
            yield alias, table


def _renamed(found: Sequence[Token], place: int, names: Names) -> str:
    """What a relation or routine is called now; nothing where the token is none of them."""
    name = folded(found[place])
    if name in names.routines and _after(found, place) == "(":
        return identifier(names.routines[name])
    if name not in names.relations:
        return ""
    qualifier = _qualifier(found, place)
    return "" if qualifier in {*_ROWS, "excluded"} else identifier(names.relations[name])


def _after(found: Sequence[Token], place: int) -> str:
    return next((one.text for one in found[place + 1 :] if not one.silent), "")


def _qualifier(found: Sequence[Token], place: int) -> str:
    """What stands before the dot before a name."""
    before = [one for one in found[max(0, place - 6) : place] if not one.silent][-2:]
    if len(before) < 2 or before[1].text != ".":  # noqa: PLR2004 - a name and a dot
        return ""
    return folded(before[0]) or before[0].text.lower()


def _inner(token: Token) -> str:
    """What stands between a string's quotes or dollars."""
    if token.kind == "dollar":
        edge = token.text.index("$", 1) + 1
        return token.text[edge:-edge]
    return token.text[1:-1].replace("''", "'")


def _wrapped(token: Token, text: str) -> str:
    if token.kind == "dollar":
        edge = token.text[: token.text.index("$", 1) + 1]
        return f"{edge}{text}{edge}"
    return "'" + text.replace("'", "''") + "'"

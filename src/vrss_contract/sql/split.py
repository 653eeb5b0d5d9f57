"""A script into statements, each with the line it begins on.

PostgreSQL's lexical rules as far as they hide a semicolon: quotes, dollar quotes, nested comments,
BEGIN ATOMIC bodies. Rules: PostgreSQL 16 manual, 4.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*)
    | (?P<block>/\*)
    | (?P<escaped>\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    | (?P<quoted>'(?:[^']|'')*(?:'|\Z))
    | (?P<identifier>"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<parameter>\$\d+)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_SILENT = frozenset({"comment", "block", "space"})


@dataclass(frozen=True, slots=True)
class Token:
    """A lexical element: its kind, its text and where it begins (characters from the start)."""

    kind: str
    text: str
    start: int

    @property
    def silent(self) -> bool:
        """Whether the server does not see it."""
        return self.kind in _SILENT


@dataclass(frozen=True, slots=True)
class SplitStatement:
    """One statement without its semicolon, and the line (from 1) on which it begins."""

    text: str
    line: int


def tokens(script: str) -> Iterator[Token]:
    """The script's tokens in order; joined they are the script again."""
    position = 0
    while position < len(script):
        match = _TOKEN.match(script, position)
        if match is None:  # the last branch takes any character
            raise AssertionError(position)
        kind = match.lastgroup or ""
        kind = "dollar" if kind == "tag" else kind
        end = _end_of_comment(script, position) if kind == "block" else match.end()
        yield Token(kind, script[position:end], position)
        position = end


def statements(script: str) -> tuple[SplitStatement, ...]:
    """The script's statements in order, empty ones left out, leading comments dropped."""
    return tuple(_statements(script))


def _statements(script: str) -> Iterator[SplitStatement]:
    start: int | None = None
    nesting = _Nesting()
    for token in tokens(script):
        if token.silent:
            continue
        if token.text == ";" and not nesting.inside:
            if start is not None:
                yield _statement(script, start, token.start)
            start, nesting = None, _Nesting()
            continue
        start = token.start if start is None else start
        nesting.see(token)
    if start is not None:
        yield _statement(script, start, len(script))


def _statement(script: str, start: int, end: int) -> SplitStatement:
    return SplitStatement(script[start:end].rstrip(), script.count("\n", 0, start) + 1)


class _Nesting:
    """Whether a semicolon here is inside parentheses or a BEGIN ATOMIC body."""

    def __init__(self) -> None:
        self._parentheses = 0
        self._blocks = 0
        self._previous = ""

    @property
    def inside(self) -> bool:
        return self._parentheses > 0 or self._blocks > 0

    def see(self, token: Token) -> None:
        word = token.text.lower() if token.kind == "word" else ""
        if token.text == "(":
            self._parentheses += 1
        elif token.text == ")":
            self._parentheses = max(0, self._parentheses - 1)
        elif (word == "atomic" and self._previous == "begin") or (word == "case" and self._blocks):
            self._blocks += 1
        elif word == "end" and self._blocks:
            self._blocks -= 1
        self._previous = word


def _end_of_comment(script: str, start: int) -> int:
    """Where the block comment that begins at ``start`` ends; PostgreSQL nests them."""
    depth, position = 0, start
    while edge := _COMMENT_EDGE.search(script, position):
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
        if depth == 0:
            return position
    return len(script)

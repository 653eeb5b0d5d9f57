"""A script into the statements that psql would send, each with the line it begins on.

The lexical rules are psql's own, so that what psql loads, loads: PostgreSQL 16 manual, 4.1, and
the scanner of psql for what stands there in words only (src/fe_utils/psqlscan.l): where a comment
ends, what a string goes on with, which BEGIN holds semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

# White space and the characters of names are the server's: any character beyond ASCII is part of
# a name, a no-break space too.
_SPACE = r"[ \t\n\r\f\v]"
_NAME_START = r"[A-Za-z_\x80-\U0010ffff]"
_NAME = rf"{_NAME_START}[A-Za-z0-9_$\x80-\U0010ffff]*"
_TAG = rf"(?:{_NAME_START}[A-Za-z0-9_\x80-\U0010ffff]*)?"
# A string goes on after white space with a line's end in it, in the mode in which it began.
_GOES_ON = r"'(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'"
_ESCAPED = rf"'(?:[^'\\]|\\.|''|{_GOES_ON})*+(?:'|\Z)"
_PLAIN = r"'(?:[^']|'')*+(?:'|\Z)"


@cache
def _token(quoted: str) -> re.Pattern[str]:
    """What reads a token; made when first wanted, which takes as long as many an import."""
    return re.compile(
        rf"""
      (?P<comment>--[^\n\r]*)
    | (?P<block>/\*)
    | (?P<escaped>[eE]{_ESCAPED})
    | (?P<quoted>{quoted})
    | (?P<identifier>"(?:[^"]|"")*+(?:"|\Z))
    | (?P<dollar>\$(?P<tag>{_TAG})\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<parameter>\$\d+)
    | (?P<word>{_NAME})
    | (?P<number>[0-9](?:[0-9A-Za-z_.\x80-\U0010ffff])*)
    | (?P<space>{_SPACE}+)
    | (?P<mark>.)
    """,
        re.VERBOSE | re.DOTALL,
    )


_COMMENT_EDGE = re.compile(r"/\*|\*/")
_SILENT = frozenset({"comment", "block", "space"})
_CONFORMING = re.compile(
    r"""set\s+(?:(?:session|local)\s+)?"?standard_conforming_strings"?\s*(?:=|\sto\s)\s*'?(\w+)""",
    re.IGNORECASE,
)
_OFF = frozenset({"off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"})
_END_OF_LINE = re.compile(r"[^\n\r]*")
_ROUTINES = frozenset({("create", "function"), ("create", "procedure")})
_FIRST_WORDS = 4  # CREATE OR REPLACE FUNCTION


class Token(NamedTuple):
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
    """One statement without its semicolon, and the line (from 1) on which it begins.

    A line for psql alone is one too; its text begins with a backslash, which no statement does.
    """

    text: str
    line: int


def tokens(script: str) -> Iterator[Token]:
    """The script's tokens in order; joined they are the script again."""
    position, reading = 0, _token(_PLAIN)
    while position < len(script):
        token = _token_at(script, position, reading)
        yield token
        position += len(token.text)


def statements(script: str) -> tuple[SplitStatement, ...]:
    """The script's statements in order, empty ones left out, leading comments dropped."""
    return tuple(each_statement(script))


def each_statement(script: str) -> Iterator[SplitStatement]:
    """The script's statements as they are found.

    Whoever takes them may stop at one whose next lines are no SQL.
    """
    lines = LineCounter(script)
    reading = _token(_PLAIN)
    position, start, nesting = 0, -1, _Nesting()
    while position < len(script):
        token = _token_at(script, position, reading)
        position += len(token.text)
        if token.silent:
            continue
        if token.text == "\\":
            position = _END_OF_LINE.match(script, position).end()  # type: ignore[union-attr]
            yield SplitStatement(script[token.start : position], lines.of(token.start))
        elif token.text == ";" and not nesting.inside:
            if start >= 0:
                yield SplitStatement(script[start : token.start].rstrip(), lines.of(start))
                reading = _reading_after(script, start, reading)
            start, nesting = -1, _Nesting()
        else:
            start = token.start if start < 0 else start
            nesting.see(token)
    if start >= 0:
        yield SplitStatement(script[start:].rstrip(), lines.of(start))


def _token_at(script: str, position: int, reading: re.Pattern[str]) -> Token:
    match = reading.match(script, position)
    if match is None:  # the last branch takes any character
        raise AssertionError(position)
    kind = match.lastgroup or ""
    if kind == "block":
        return Token(kind, script[position : _end_of_comment(script, position)], position)
    return Token("dollar" if kind == "tag" else kind, match.group(), position)


def _reading_after(script: str, start: int, reading: re.Pattern[str]) -> re.Pattern[str]:
    """How strings are read on; like psql's scanner, it follows the setting that a script makes."""
    found = _CONFORMING.match(script, start)
    if found is None:
        return reading
    return _token(_ESCAPED) if found[1].lower() in _OFF else _token(_PLAIN)


class LineCounter:
    """The line of a script's positions, counted through once however many are asked for."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._line = 1
        self._counted = 0

    def of(self, position: int) -> int:
        """The line (from 1) of a position, which is none before the last one asked for."""
        # A line ends as editors see it: with a carriage return as well, or with both.
        span = self._script[self._counted : position]
        self._line += span.count("\n") + span.count("\r") - span.count("\r\n")
        self._counted = position
        return self._line


class _Nesting:
    """Whether a semicolon here is inside parentheses or a routine's BEGIN, as psql counts them."""

    def __init__(self) -> None:
        self._parentheses = 0
        self._blocks = 0
        self._first: list[str] = []

    @property
    def inside(self) -> bool:
        return self._parentheses > 0 or self._blocks > 0

    def see(self, token: Token) -> None:
        if token.text == "(":
            self._parentheses += 1
        elif token.text == ")":
            self._parentheses = max(0, self._parentheses - 1)
        elif token.kind == "word":
            self._word(token.text.lower())

    def _word(self, word: str) -> None:
        if len(self._first) < _FIRST_WORDS:
            self._first.append(word)
        if self._parentheses or not self._of_a_routine:
            return
        if word == "begin" or (word == "case" and self._blocks):
            self._blocks += 1
        elif word == "end" and self._blocks:
            self._blocks -= 1

    @property
    def _of_a_routine(self) -> bool:
        first = [word for word in self._first if word not in {"or", "replace"}]
        return tuple(first[:2]) in _ROUTINES


def _end_of_comment(script: str, start: int) -> int:
    """Where the block comment that begins at ``start`` ends; PostgreSQL nests them."""
    depth, position = 0, start
    while edge := _COMMENT_EDGE.search(script, position):
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
        if depth == 0:
            return position
    return len(script)

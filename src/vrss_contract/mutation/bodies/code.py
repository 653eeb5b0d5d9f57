"""Code as tokens: where its parts begin and end, and edits of one place of it.

Knows PostgreSQL's lexical rules and parentheses; does not know what a word means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from vrss_contract.sql.split import Token, tokens

_OPERATOR = frozenset("<>=!:|-+*/&#~^%@")
_LONGEST = 100
"""Characters of a part that an edit is called by."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text in the place of one, and what that is called."""

    name: str
    start: int
    end: int
    text: str

    def of(self, text: str) -> str:
        """The text with the edit."""
        return text[: self.start] + self.text + text[self.end :]


Edits = Iterator[Edit]


class Code:
    """A text and its tokens; positions are of tokens that the server sees."""

    def __init__(self, text: str, offset: int = 0) -> None:
        self._text = text
        self._offset = offset
        self.tokens: Sequence[Token] = list(_joined(one for one in tokens(text) if not one.silent))
        self.words: Sequence[str] = [
            one.text.lower() if one.kind == "word" else one.text for one in self.tokens
        ]

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, place: int) -> str:
        """The word or sign there; nothing before the start and after the end."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def source(self, first: int, last: int) -> str:
        """The text from a token to before another."""
        return self._text[self.tokens[first].start : self._end(last - 1)] if first < last else ""

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where edits of these tokens may begin, and where they no longer do."""
        return self.tokens[first].start + self._offset, self._end(last - 1) + self._offset

    def shown(self, first: int, last: int) -> str:
        """The same in few words."""
        words = " ".join(self.source(first, last).split())
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."

    def put(self, first: int, last: int, text: str, name: str = "") -> Edit:
        """Another text for the tokens from ``first`` to before ``last``."""
        called = name or f"{self.shown(first, last)} -> {text}"
        start = self.tokens[first].start
        end = self._end(last - 1) if first < last else start
        return Edit(called, start + self._offset, end + self._offset, text)

    def drop(self, first: int, last: int, instead: str = "") -> Edit:
        """Without these tokens."""
        return self.put(first, last, instead, f"without {self.shown(first, last)}")

    def places(self, *words: str) -> Iterator[int]:
        """Where these words follow each other."""
        for place in range(len(self.words)):
            if tuple(self.words[place : place + len(words)]) == words:
                yield place

    def until(self, place: int, ends: Collection[str]) -> int:
        """The first place from here, in these parentheses, of such a word; or where they close."""
        depth = 0
        while place < len(self.words):
            if depth == 0 and (self.words[place] in ends or self.words[place] == ")"):
                return place
            depth += {"(": 1, ")": -1, "case": 1, "end": -1}.get(self.words[place], 0)
            place += 1
        return place

    def split(self, first: int, last: int, signs: Collection[str]) -> list[tuple[int, int]]:
        """The parts between such signs, those in parentheses and CASE apart."""
        parts, begin, place = [], first, first
        while place < last:
            place = min(self.until(place, signs), last)
            if place < last and self.words[place] == "and" and self._between(begin, place):
                place += 1
                continue
            parts.append((begin, place))
            begin = place = place + 1
        return parts

    def closing(self, place: int) -> int:
        """Where the parenthesis closes that opens there."""
        return self.until(place + 1, ())

    @cached_property
    def _ends(self) -> list[int]:
        return [one.start + len(one.text) for one in self.tokens]

    def _end(self, place: int) -> int:
        return self._ends[place]

    def _between(self, first: int, last: int) -> bool:
        return "between" in self.words[first:last]


def _joined(found: Iterable[Token]) -> Iterator[Token]:
    """Operators of several signs are one token."""
    held: Token | None = None
    for one in found:
        operator = one.kind == "mark" and one.text in _OPERATOR
        if held and operator and held.start + len(held.text) == one.start:
            held = Token("mark", held.text + one.text, held.start)
            continue
        if held:
            yield held
        held = one if operator else None
        if not operator:
            yield one
    if held:
        yield held

"""Texts that a regular expression matches, drawn at random.

What else there is (look-around, back references, word boundaries) makes a pattern unknown, for
which None is given rather than a wrong text.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

_PRINTABLE = string.ascii_lowercase + string.ascii_uppercase + string.digits + "-_.,:;!?#%&/()=+* @"
_CLASSES = {
    "alpha": string.ascii_letters,
    "digit": string.digits,
    "alnum": string.ascii_letters + string.digits,
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "space": " ",
    "punct": string.punctuation,
    "xdigit": "0123456789abcdef",
}
_ESCAPES = {"d": _CLASSES["digit"], "w": _CLASSES["alnum"] + "_", "s": " "}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_NEGATED = {"D": "digit", "W": "alnum", "S": "space"}
_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_MORE = 8

Draw = Callable[[Random, int], str]
"""A text, given how often at most something without a bound is repeated."""


@dataclass(slots=True)
class _Reader:
    """What is left of a pattern."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        if self.at > len(self.text):
            raise ValueError(self.text)
        return self.text[self.at - 1]

    def took(self, expected: str) -> bool:
        found = self.text.startswith(expected, self.at)
        self.at += len(expected) if found else 0
        return found


def drawn(pattern: str, random: Random, *, shortest: int = 0, longest: int | None = None) -> str:
    """A text that the pattern matches, of these lengths if some draws give one.

    Raises:
        ValueError: the pattern has something that is not known here.
    """
    draw = _compiled(pattern)
    more = max(_MORE, shortest + 2, min(longest or 0, 40))
    for _ in range(40):
        text = draw(random, more)
        if shortest <= len(text) <= (longest or len(text)):
            break
    return text


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Draw:
    reader = _Reader(pattern)
    draw = _alternatives(reader)
    if reader.peek():
        raise ValueError(pattern)
    return draw


def _alternatives(reader: _Reader) -> Draw:
    options = [_sequence(reader)]
    while reader.took("|"):
        options.append(_sequence(reader))
    return options[0] if len(options) == 1 else _one_of(options)


def _one_of(options: Sequence[Draw]) -> Draw:
    return lambda random, more: random.choice(options)(random, more)


def _sequence(reader: _Reader) -> Draw:
    parts: list[Draw] = []
    while (next_ := reader.peek()) and next_ not in "|)":
        if next_ in "^$":
            reader.take()
            continue
        parts.append(_repeated(_atom(reader), reader))
    return lambda random, more: "".join(part(random, more) for part in parts)


def _atom(reader: _Reader) -> Draw:
    letter = reader.take()
    if letter == "(":
        return _group(reader)
    if letter == "[":
        return _letter_of(_class(reader))
    if letter == ".":
        return _letter_of(_CLASSES["alnum"])
    if letter == "\\":
        return _letter_of(_escape(reader.take()))
    if letter in "*+?{":
        raise ValueError(reader.text)
    return lambda *_: letter


def _group(reader: _Reader) -> Draw:
    if reader.took("?") and not reader.took(":"):
        raise ValueError(reader.text)
    inner = _alternatives(reader)
    if reader.take() != ")":
        raise ValueError(reader.text)
    return inner


def _letter_of(letters: str) -> Draw:
    if not letters:
        raise ValueError(letters)
    return lambda random, _: random.choice(letters)


def _escape(letter: str) -> str:
    if letter in _NEGATED:
        return _except(_CLASSES[_NEGATED[letter]])
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    if letter.isalnum():
        raise ValueError(letter)
    return letter


def _class(reader: _Reader) -> str:
    """The letters of a bracket expression, whose opening bracket is read."""
    negated = reader.took("^")
    letters = reader.take() if reader.peek() in "]-" else ""
    while not reader.took("]"):
        letters += _members(reader)
    return _except(letters) if negated else letters


def _members(reader: _Reader) -> str:
    if reader.took("[:"):
        name, _, rest = reader.text[reader.at :].partition(":]")
        reader.at = len(reader.text) - len(rest)
        return _CLASSES[name] if name in _CLASSES else _unknown(name)
    first = reader.take()
    if first == "\\":
        escaped = _escape(reader.take())
        if len(escaped) > 1:
            return escaped
        first = escaped
    following = reader.text[reader.at : reader.at + 2]
    if len(following) < 2 or following[0] != "-" or following[1] == "]":  # noqa: PLR2004 - "-x"
        return first
    reader.at += 1
    last = reader.take()
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


def _unknown(name: str) -> str:
    raise ValueError(name)


def _except(letters: str) -> str:
    return "".join(letter for letter in _PRINTABLE if letter not in letters)


def _repeated(draw: Draw, reader: _Reader) -> Draw:
    low, high = _bounds(reader)
    if (low, high) == (1, 1):
        return draw
    reader.took("?")  # as few as possible: the same texts

    def repeat(random: Random, more: int) -> str:
        most = max(low, more) if high is None else high
        return "".join(draw(random, more) for _ in range(random.randint(low, most)))

    return repeat


def _bounds(reader: _Reader) -> tuple[int, int | None]:
    if reader.peek() in _QUANTIFIERS and reader.peek():
        return _QUANTIFIERS[reader.take()]
    if not reader.took("{"):
        return 1, 1
    inside, closed, _ = reader.text[reader.at :].partition("}")
    reader.at += len(inside) + 1
    low, comma, high = inside.partition(",")
    if not closed or not low.isdigit():
        raise ValueError(reader.text)
    return int(low), (int(high) if high else None) if comma else int(low)

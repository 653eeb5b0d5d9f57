"""Texts that match a regular expression of the server's."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import cache

_CLASSES = {
    "[:alpha:]": "A-Za-z",
    "[:digit:]": "0-9",
    "[:alnum:]": "A-Za-z0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:xdigit:]": "0-9A-Fa-f",
    "[:word:]": r"\w",
    "[:punct:]": r"!-/:-@\[-`{-~",
    "[:blank:]": r" \t",
    "[:print:]": r"\x20-\x7e",
    "[:graph:]": r"\x21-\x7e",
    "[:cntrl:]": r"\x00-\x1f",
}
_FIRST, _LAST = 33, 126
_TRIES = 30
_LONGEST = 200


def matching(pattern: str, numbers: Sequence[int], least: int = 0) -> str | None:
    """A text that the pattern matches, ``{n}`` in it where any of the numbers may stand there.

    Args:
        pattern: as the server's ``~`` takes it; what Python can't read gives None.
        numbers: what ``{n}`` may become.
        least: characters that the text has, if the pattern lets it be that long.
    """
    for name, members in _CLASSES.items():
        pattern = pattern.replace(name, members)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of a class within a class
            compiled = re.compile(pattern, re.ASCII)
        plain = _long(_simplest(compiled), compiled, least)
    except (re.error, OverflowError, RecursionError):
        return None
    return next((text for text in _numbered(plain) if _fits(text, compiled, numbers)), plain)


@cache  # hypothesis takes tenths of a second, and a draft asks for each column again and again
def _simplest(compiled: re.Pattern[str]) -> str | None:
    # Loaded for a schema that has patterns; other drafts do without.
    from hypothesis import HealthCheck, find, settings, strategies  # noqa: PLC0415
    from hypothesis.errors import HypothesisException  # noqa: PLC0415

    alphabet = strategies.characters(min_codepoint=_FIRST, max_codepoint=_LAST)
    texts = strategies.from_regex(compiled, fullmatch=False, alphabet=alphabet)
    quiet = settings(
        database=None,
        derandomize=True,
        max_examples=_TRIES,
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(texts, lambda text: len(text) <= _LONGEST, settings=quiet)
    except HypothesisException:
        return None


def _long(text: str | None, compiled: re.Pattern[str], least: int) -> str | None:
    """The text with one of its characters repeated until it is long enough."""
    short = least - len(text or "")
    if not text or short <= 0:
        return text
    longer = (
        text[:place] + text[place] * short + text[place:] for place in reversed(range(len(text)))
    )
    return next((one for one in longer if compiled.search(one)), text)


def _numbered(text: str | None) -> list[str]:
    """The text with a number in the place of one of its characters, or between two."""
    if text is None:
        return []
    places = range(len(text), -1, -1)
    instead = [f"{text[:place]}{{n}}{text[place + 1 :]}" for place in places if place < len(text)]
    between = [f"{text[:place]}{{n}}{text[place:]}" for place in places]
    return [*instead, *between]


def _fits(text: str, compiled: re.Pattern[str], numbers: Sequence[int]) -> bool:
    return all(compiled.search(text.replace("{n}", str(number))) for number in numbers)

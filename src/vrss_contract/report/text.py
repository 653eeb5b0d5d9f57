"""Values as people see them."""

from __future__ import annotations

import difflib

LINE = 300
"""Characters of one line that a person is shown."""
LINES = 24
"""Lines of one value that a person is shown."""


def visible(text: str) -> str:
    r"""The text with every character that draws nothing of its own as an escape such as ``\x1b``.

    That is control characters, line ends, format characters (zero width, direction), white space
    other than the space, surrogates and what this Python's Unicode does not know. A backslash
    stays as it is, so that SQL can be copied; applying this twice is the same as once.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def short(text: str, limit: int = LINE) -> str:
    """The text on one visible line, its first ``limit`` characters with a count of the others."""
    over = len(text) - limit
    return visible(text) if over <= 0 else f"{visible(text[:limit])}... ({over:,} more characters)"


def block(text: str, limit: int = LINE, lines: int = LINES) -> list[str]:
    """The text as visible lines; of a line, ``limit`` characters, and of lines, ``lines``."""
    return _capped(text.split("\n"), limit, lines)


def difference(expected: str, found: str) -> list[str]:
    """Two texts of many lines as one unified diff, or nothing where both can stand as they are."""
    if "\n" not in expected or "\n" not in found:
        return []
    sides = expected.split("\n"), found.split("\n")
    return _capped(list(difflib.unified_diff(*sides, "expected", "found", n=2, lineterm="")), LINE)


def _capped(lines: list[str], limit: int, most: int = LINES) -> list[str]:
    kept = [short(line, limit) for line in lines[:most]]
    over = len(lines) - most
    return [*kept, f"... ({over:,} more lines)"] if over > 0 else kept


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 clause``, ``1,234 clauses``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """A time as people say it: ``340 ms``, ``2.3 s``."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"

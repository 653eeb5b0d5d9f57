"""What the harness says when it cannot go on.

A kind of trouble is a row of a room's table, a ``Trouble``: its code, and words with fields, as
``docs/errors.md`` lists them. Called with the fields, it gives the one exception there is.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

BROKEN, UNJUDGED, MISUSED = 1, 2, 3
"""Exit codes beside 0 (all held): something broke; could not judge; wrong use."""
_LISTED = 10
"""Names that are shown of a list."""


class TroubleError(Exception):
    """A reason not to go on, told as what was tried, what was found and what to do.

    Args:
        trouble: which one it is.
        given: the values of the fields in its words.
    """

    def __init__(self, trouble: Trouble, given: Mapping[str, Any]) -> None:
        self.trouble, self.given = trouble, given
        self.code, self.exit_code = trouble.code, trouble.exit_code
        words = (trouble.says, trouble.tried, trouble.found, trouble.do)
        filled = (_FORMATTER.vformat(text, (), given) for text in words)
        self.headline, self.tried, self.found, self.remedy = filled
        super().__init__(self.headline)

    def __reduce__(self) -> tuple[type[TroubleError], tuple[Trouble, dict[str, Any]]]:
        """What another process makes the same error of."""
        return TroubleError, (self.trouble, {**self.given})

    def __str__(self) -> str:
        """The error as people read it, golden-tested."""
        parts = [("tried", self.tried), ("found", self.found), ("do", self.remedy)]
        lines = [f"error[{self.code}]: {self.headline}"]
        for label, text in parts:
            head, *rest = text.splitlines() or [""]
            lines.append(f"  {label:<7} {head}")
            lines.extend(f"          {line}" for line in rest)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble, in which the harness could not judge.

    Fields stand in the words as in ``str.format``: ``{path}``, ``{word!r}``, ``{seconds:g}``. Of a
    list the first names are shown, or all, a line each: ``{holders:lines}``.
    """

    code: str
    means: str
    """What it is, in a sentence of the documentation."""
    says: str
    """All of it in one line."""
    tried: str
    do: str
    found: str = "{found}"
    exit_code: ClassVar[int] = UNJUDGED

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields in its words."""
        words = (self.says, self.tried, self.found, self.do)
        parsed = (part[1] for text in words for part in string.Formatter().parse(text))
        return frozenset(name.partition(".")[0] for name in parsed if name)

    def __call__(self, **given: Any) -> TroubleError:
        """The error to raise.

        Raises:
            TypeError: another field than those in the words is given, or one is not.
        """
        if given.keys() != self.fields:
            expected = f"{self.code} takes {sorted(self.fields)}, and got {sorted(given)}"
            raise TypeError(expected)
        return TroubleError(self, given)


class Misuse(Trouble):
    """A kind of trouble that the user can only end by asking for something else."""

    __slots__ = ()
    exit_code = MISUSED


class _Formatter(string.Formatter):
    """Shows lists as people read them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if not isinstance(value, list | tuple):
            return str(super().format_field(value, format_spec))
        if format_spec == "lines":
            return "\n".join(value)
        more = f" and {len(value) - _LISTED} more" if len(value) > _LISTED else ""
        return ", ".join(value[:_LISTED]) + more


_FORMATTER = _Formatter()

"""Which clauses are meant.

Knows ids, globs and levels; does not know what is done with the clauses.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

from vrss_contract.contract.errors import NoSuchClauseError
from vrss_contract.contract.model import LEVELS, Level
from vrss_contract.errors import MISUSED, TroubleError

_NEAR = 5


class NoClauseError(TroubleError):
    """Clauses were named, and all of them are of a level that is left out."""

    code = "no-clause"
    exit_code = MISUSED

    def __init__(self, only: Sequence[str], level: str) -> None:
        super().__init__(
            "no clause is left to judge",
            tried=f"to choose the clauses {', '.join(only) or '*'} down to level {level}",
            found="clauses of that name, all of a laxer level or another kind",
            remedy="leave --level or --kind out, or name other clauses",
        )


class Selectable(Protocol):
    """A clause, or something else that is asked for in the same words."""

    @property
    def id(self) -> str:
        """What it is called."""
        ...

    @property
    def kind(self) -> str:
        """How it is judged."""
        ...

    @property
    def level(self) -> Level:
        """How grave it is when it breaks."""
        ...


_One = TypeVar("_One", bound=Selectable)


def select(
    clauses: Sequence[_One],
    *,
    only: Sequence[str] = (),
    level: Level = "may",
    kinds: Sequence[str] = (),
) -> tuple[_One, ...]:
    """The clauses that any pattern of ``only`` matches, of that level and the stricter ones.

    ``kinds`` leaves out those of other kinds; none stands for all.

    Raises:
        NoSuchClauseError: for a pattern that matches nothing.
        NoClauseError: where the level leaves nothing of what the patterns match.
    """
    for pattern in only:
        if not any(fnmatchcase(clause.id, pattern) for clause in clauses):
            raise NoSuchClauseError(pattern, _near(pattern, clauses))
    levels = LEVELS[: LEVELS.index(level) + 1]
    chosen = tuple(
        clause
        for clause in clauses
        if clause.level in levels
        and (not kinds or clause.kind in kinds)
        and (not only or any(fnmatchcase(clause.id, pattern) for pattern in only))
    )
    if not chosen:
        raise NoClauseError(only, level)
    return chosen


def _near(pattern: str, clauses: Sequence[Selectable]) -> list[str]:
    ids = [clause.id for clause in clauses]
    close = difflib.get_close_matches(pattern, ids, n=_NEAR)
    return close or [id_ for id_ in ids if pattern.strip("*") in id_][:_NEAR]

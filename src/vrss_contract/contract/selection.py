"""Which clauses are meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

from vrss_contract.contract.errors import CLAUSE_MISSPELT, NO_CLAUSE, NO_SUCH_CLAUSE
from vrss_contract.contract.model import LEVELS, Level
from vrss_contract.errors import TroubleError

_NEAR = 5


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
        TroubleError: a pattern matches nothing, or level and kinds leave nothing of what
            it matches.
    """
    for pattern in only:
        if not any(fnmatchcase(clause.id, pattern) for clause in clauses):
            raise _no_such(pattern, clauses)
    levels = LEVELS[: LEVELS.index(level) + 1]
    chosen = tuple(
        clause
        for clause in clauses
        if clause.level in levels
        and (not kinds or clause.kind in kinds)
        and (not only or any(fnmatchcase(clause.id, pattern) for pattern in only))
    )
    if not chosen:
        raise NO_CLAUSE(only=list(only) or ["*"], level=level)
    return chosen


def _no_such(pattern: str, clauses: Sequence[Selectable]) -> TroubleError:
    ids = [clause.id for clause in clauses]
    close = difflib.get_close_matches(pattern, ids, n=_NEAR)
    near = close or [id_ for id_ in ids if pattern.strip("*") in id_][:_NEAR]
    if near:
        return CLAUSE_MISSPELT(pattern=pattern, near=near)
    return NO_SUCH_CLAUSE(pattern=pattern)

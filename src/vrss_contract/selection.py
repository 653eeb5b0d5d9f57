"""Which clauses are meant.

Knows ids, globs and levels; does not know what is done with the clauses.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from vrss_contract.clause.errors import NoSuchClauseError
from vrss_contract.clause.model import LEVELS, Clause, Level

_NEAR = 5


def select(
    clauses: Sequence[Clause], *, only: Sequence[str] = (), level: Level = "may"
) -> tuple[Clause, ...]:
    """The clauses that any pattern of ``only`` matches, of that level and the stricter ones.

    Raises:
        NoSuchClauseError: for a pattern that matches nothing.
    """
    for pattern in only:
        if not any(fnmatchcase(clause.id, pattern) for clause in clauses):
            raise NoSuchClauseError(pattern, _near(pattern, clauses))
    levels = LEVELS[: LEVELS.index(level) + 1]
    return tuple(
        clause
        for clause in clauses
        if clause.level in levels
        and (not only or any(fnmatchcase(clause.id, pattern) for pattern in only))
    )


def _near(pattern: str, clauses: Sequence[Clause]) -> list[str]:
    ids = [clause.id for clause in clauses]
    close = difflib.get_close_matches(pattern, ids, n=_NEAR)
    return close or [id_ for id_ in ids if pattern.strip("*") in id_][:_NEAR]

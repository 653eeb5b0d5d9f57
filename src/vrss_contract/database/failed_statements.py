"""The statements of a target that fail: all of them are told at once, and what they bring along.

A statement that fails only since an earlier one did says nothing new: mended, it loads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import psycopg
from psycopg import errors

from vrss_contract.errors import TroubleError
from vrss_contract.target import Statement
from vrss_contract.target.errors import LOADS_NOT

_ABSENT = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedObject,
    errors.UndefinedFunction,
    errors.InvalidForeignKey,
    errors.InvalidSchemaName,
)
_NAMED = re.compile(r"\"([^\"]+)\"|\bfunction (\w+)")
_WORD = re.compile(r"\w+")
_TOLD = 20
"""Statements that are told one by one."""


@dataclass(slots=True)
class FailedStatements:
    """What failed so far."""

    target: str
    told: list[tuple[Statement, TroubleError]] = field(default_factory=list)
    _words: set[str] = field(default_factory=set)
    _consequences: int = 0

    def add(self, step: Statement, error: psycopg.Error, trouble: TroubleError) -> None:
        """One more failed."""
        trouble.__cause__ = error
        if self.told and isinstance(error, _ABSENT) and self._brought(error):
            self._consequences += 1
        else:
            self.told.append((step, trouble))
        self._words |= set(_WORD.findall(step.sql))

    def _brought(self, error: psycopg.Error) -> bool:
        """Whether what it misses is named by a statement that failed before."""
        message = error.diag.message_primary or ""
        names = {name for pair in _NAMED.findall(message) for name in pair if name}
        return any(set(_WORD.findall(name)) & self._words for name in names)

    def require_none(self) -> None:
        """Raise TroubleError where any failed: that of the only one, or one of all."""
        if not self.told:
            return
        (step, first), *others = self.told
        if not others:
            raise self._with_consequences(first)
        lines = [_line(self.target, *one) for one in self.told[:_TOLD]]
        if len(self.told) > _TOLD:
            lines.append(f"... and {len(self.told) - _TOLD:,} more")
        remedies = dict.fromkeys(trouble.remedy for _, trouble in self.told)
        raise LOADS_NOT(
            target=self.target,
            line=step.fault_line,
            count=len(self.told),
            failures="\n".join([*lines, *self._also]),
            remedies="\n".join(remedies),
        ) from first.__cause__

    @property
    def _also(self) -> tuple[str, ...]:
        if not self._consequences:
            return ()
        them = "them" if len(self.told) > 1 else "it"
        count = self._consequences
        return (
            f"{count:,} more statement{'s' * (count > 1)} that need{'s' * (count == 1)} {them}",
        )

    def _with_consequences(self, trouble: TroubleError) -> TroubleError:
        if not self._also or "reason" not in trouble.given:
            return trouble
        reason = "\n".join([str(trouble.given["reason"]), *self._also])
        more = replace(trouble.trouble)(**{**trouble.given, "reason": reason})
        more.__cause__ = trouble.__cause__
        return more


def _line(target: str, step: Statement, trouble: TroubleError) -> str:
    place = f"{step.file or target}:{step.fault_line}"
    said = trouble.found.splitlines()[0]
    return f"{place}: {said}"

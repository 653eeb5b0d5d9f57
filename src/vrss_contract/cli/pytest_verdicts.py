"""Verdicts for pytest's items: a kind at a time, judged when the first of it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause
from vrss_contract.report.finding import lines

_SHOWN = 10
"""Findings of a clause that a failure prints."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts on what was collected."""

    context: Callable[[], JudgingContext]
    """Makes what a kind is judged with."""
    collected: Callable[[], Iterable[Clause]]
    """All clauses that have an item."""
    _of_kind: dict[str, dict[str, Verdict]] = field(default_factory=dict)

    def of(self, clause: Clause) -> Verdict:
        """The verdict on the clause; the first of a kind has all of the kind judged at once."""
        if clause.kind not in self._of_kind:
            # By its id, since several tests may take one clause.
            wanted = {one.id: one for one in self.collected() if one.kind == clause.kind}
            with self.context() as context:
                if clause.kind == "phase" and not context.target.phases:
                    pytest.skip("no line `-- phase 1: name` marks any phase of the target")
                judged = judge(context, list(wanted.values()))
                self._of_kind[clause.kind] = {one.id: one for one in judged}
        return self._of_kind[clause.kind][clause.id]


def require_held(verdict: Verdict) -> None:
    """Fail with the clause's findings, and nothing of the harness, unless the clause holds."""
    if verdict.outcome is not Outcome.HOLDS:
        head = f"{verdict.outcome.upper()} {verdict.id} ({verdict.place})\n{verdict.says}"
        pytest.fail("\n".join([head, *lines(verdict, _SHOWN)]), pytrace=False)


def by_kind(clauses: Iterable[Clause]) -> list[Clause]:
    """Kind by kind, so that workers of pytest-xdist get neighbours."""
    order = list(KINDS)
    return sorted(clauses, key=lambda clause: order.index(clause.kind))

"""The report of a run of ``verify``: its verdicts, and what was not judged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vrss_contract import __version__
from vrss_contract.checks.run import Verification, VerificationResult
from vrss_contract.checks.verdict import Outcome, Tally, Verdict
from vrss_contract.cli.changed import listed, told
from vrss_contract.cli.explained import Sought
from vrss_contract.cli.formats import give_each
from vrss_contract.cli.options import counted
from vrss_contract.contract import digest
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.report import FORMATS, RunInfo
from vrss_contract.report.run_info import Shard
from vrss_contract.report.text import count
from vrss_contract.target import Target
from vrss_contract.target.places import TargetLines


@dataclass(slots=True)
class VerifyReport:
    """What a report of the run needs beside the verdicts."""

    order: Verification
    contract: Contract
    unasked: tuple[str, ...]
    options: Mapping[str, Any]
    began: float
    sought: Sought = field(default_factory=Sought)
    """The causes of what fell."""

    @property
    def asked(self) -> int:
        """How many clauses are judged here."""
        return sum(len(unit.clauses) for unit in self.order.units)

    def tell(self, result: VerificationResult, ended: str) -> Tally:
        """Put the report where it is wanted.

        Args:
            result: what is told.
            ended: what happened, should the result not be whole.
        """
        shard, notes = self._shard(result), [*result.notes, *self.unasked, *told(result.share)]
        notes += [*self.order.waivers.notes(result.verdicts), *self.sought.notes]
        if shard:
            notes.append(shard.note)
        if unjudged := self._mine(result) - len(result.verdicts):
            notes.append(f"{ended}: {count(unjudged, 'clause')} not judged")
        run_info = RunInfo(
            target=self.order.target.name,
            server=result.server,
            contract=digest.of_contract(self.contract),
            version=__version__,
            seconds=time.perf_counter() - self.began,
            phases=result.seconds,
            notes=tuple(notes),
            listings=listed(result.share),
            causes=self.sought.causes,
            shard=shard,
        )
        tally = Tally.of(result.verdicts)
        verdicts = _placed(result.verdicts, result.target or self.order.target)
        give_each(lambda name: FORMATS[name](run_info, verdicts), self.options, counted(tally))
        return tally

    def _shard(self, result: VerificationResult) -> Shard | None:
        if self.options["shard"] is None:
            return None
        number, of = self.options["shard"]
        clauses = _whole(self.order, result)
        judged = {verdict.id for verdict in result.verdicts}
        positions = tuple(n for n, clause in enumerate(clauses) if clause.id in judged)
        return Shard(number, of, len(clauses), positions)

    def _mine(self, result: VerificationResult) -> int:
        """How many clauses are judged here, by what was chosen of them."""
        asked = {clause.id for unit in self.order.units for clause in unit.clauses}
        return sum(clause.id in asked for clause in _whole(self.order, result))


def _placed(verdicts: Sequence[Verdict], target: Target) -> Sequence[Verdict]:
    """The verdicts, where one does not hold with the line of the target that it is about."""
    if all(verdict.outcome is Outcome.HOLDS for verdict in verdicts):
        return verdicts
    places = TargetLines.of(target)
    return [
        verdict
        if verdict.outcome is Outcome.HOLDS
        else replace(verdict, made=str(places.find(verdict.objects) or ""))
        for verdict in verdicts
    ]


def _whole(order: Verification, result: VerificationResult) -> Sequence[Clause]:
    """The clauses of the whole run, whichever machine judges them."""
    return order.clauses if result.share is None else result.share.clauses

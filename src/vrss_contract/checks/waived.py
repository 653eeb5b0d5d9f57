"""Verdicts that are waived: what fell, and may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vrss_contract.checks.errors import UNUSED_WAIVER
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause
from vrss_contract.contract.waivers import Waiver


@dataclass(frozen=True, slots=True)
class Waivers:
    """What may fall in a run."""

    waivers: Sequence[Waiver] = ()
    known: frozenset[str] = frozenset()
    """Ids of what fell in an earlier run, which is no news."""
    baseline: str = ""
    """What that run is called."""
    today: dt.date = dt.date.max

    def of(self, verdict: Verdict) -> Verdict:
        """The verdict, waived where it may be."""
        if verdict.outcome is Outcome.HOLDS:
            return verdict
        reason = next((one.because for one in self._counting if one.about(verdict.id)), "")
        if not reason and verdict.id in self.known:
            reason = f"fell in {self.baseline} too"
        return replace(verdict, outcome=Outcome.WAIVED, waived=reason) if reason else verdict

    @property
    def _counting(self) -> Iterator[Waiver]:
        return (one for one in self.waivers if one.counts(self.today))

    def require_used(self, clauses: Iterable[Clause], verdicts: Sequence[Verdict]) -> None:
        """See that each waiver is about a clause that fell, as far as its clauses were judged.

        Raises:
            TroubleError: one is about no clause of the contract, or about none that fell.
        """
        ids = [clause.id for clause in clauses]
        outcomes = {verdict.id: verdict.outcome for verdict in verdicts}
        for one in self._counting:
            about = [id_ for id_ in ids if one.about(id_)]
            if not about:
                found = "no clause of that name"
                raise UNUSED_WAIVER(place=one.place, patterns=[*one.patterns], found=found)
            if all(outcomes.get(id_) is Outcome.HOLDS for id_ in about):
                found = f"{len(about):,} clauses that all hold" if len(about) > 1 else "it holds"
                raise UNUSED_WAIVER(place=one.place, patterns=[*one.patterns], found=found)

    def notes(self, verdicts: Sequence[Verdict]) -> Iterator[str]:
        """What a reader has to know of waivers that are over, and of an old baseline."""
        for one in self.waivers:
            if not one.counts(self.today):
                yield f"the waiver of {', '.join(one.patterns)} ended on {one.until} ({one.place})"
        held = [v.id for v in verdicts if v.id in self.known and v.outcome is Outcome.HOLDS]
        if held:
            yield f"{len(held):,} of {self.baseline}'s clauses hold now, such as {held[0]}"

"""What a report is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vrss_contract.checks.verdict import Cause, Listing


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a run that one of several machines made."""

    number: int
    """Which it is, from 1."""
    of: int
    clauses: int
    """Those of the whole run."""
    positions: tuple[int, ...]
    """Where each of its verdicts stands in the whole run's, from 0."""

    @property
    def note(self) -> str:
        """What a reader of this part has to know."""
        judged = f"{len(self.positions):,} of {self.clauses:,} clauses"
        return f"shard {self.number} of {self.of}: {judged}; vrss-contract merge joins the reports"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One run: what was verified, where, against which contract, in what time."""

    target: str
    """What was verified, as people call it. Holds no password."""
    server: str
    """Where, such as ``embedded PostgreSQL 16.11``. Holds no password."""
    contract: str
    """The digest of the contract, which changes when the meaning of a clause does."""
    version: str
    """The version of vrss-contract."""
    seconds: float
    """Wall-clock time of the whole run."""
    phases: Mapping[str, float] = field(default_factory=dict)
    """Seconds spent in each part of the run (start, load, judge), in the order they came."""
    whole: str = "Contract"
    """What a headline says is kept or broken."""
    noun: str = "clause"
    """What one verdict is about."""
    remedy: str = "vrss-contract explain {id}"
    """What to do next where something is broken; ``{id}`` stands for the first such."""
    notes: tuple[str, ...] = ()
    """What a reader has to know about the whole run."""
    findings: int = 5
    """At most so many findings of one verdict are shown at a terminal."""
    listings: tuple[Listing, ...] = ()
    """What stands whole beside the verdicts, at a terminal and in JSON."""
    causes: tuple[Cause, ...] = ()
    """What is to be mended, the gravest first, where that was looked for."""
    shard: Shard | None = None
    """Which part of a run it is; None for the whole."""

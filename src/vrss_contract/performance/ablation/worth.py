"""What an index is worth, as values: the queries with it and without it, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.performance.ablation.cost import Cost
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.plan import Summary, missed

PATIENCE = 2.0
"""Seconds that a call may take without an index."""
_P95 = 0.95


@dataclass(frozen=True, slots=True)
class Look:
    """One query as it is served at one time."""

    plan: Summary
    """The costliest of its plans."""
    indexes: frozenset[str]
    """What any of its plans reads by."""
    latency: Latency

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return self.latency.percentile(_P95)


@dataclass(frozen=True, slots=True)
class Effect:
    """One query with the index and without it."""

    name: str
    having: Look
    lacking: Look | None
    """None where a call took longer than ``PATIENCE``; what it had, where no plan changed."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why its plan is worse without; nothing where it is as good."""
        if self.lacking is None:
            return (f"a call takes more than {PATIENCE:g} s",)
        return missed(self.having.plan, self.lacking.plan)

    @property
    def instead(self) -> tuple[str, ...]:
        """The indexes that serve it in place of what is gone."""
        if self.lacking is None:
            return ()
        return tuple(sorted(self.lacking.indexes - self.having.indexes))


@dataclass(frozen=True, slots=True)
class Worth:
    """One index, or the indexes of one claim, and what depends on them."""

    name: str
    effects: tuple[Effect, ...]
    table: str = ""
    tier: int | None = None
    cost: Cost | None = None
    twins: tuple[str, ...] = ()
    """Keys and indexes with the same columns in the same order."""
    claim: str = ""
    """What the contract says of these indexes together."""

    @property
    def missed(self) -> tuple[Effect, ...]:
        """The queries that are worse off without it."""
        return tuple(effect for effect in self.effects if effect.reasons)

    @property
    def spared(self) -> tuple[Effect, ...]:
        """The queries that read by it and are as good without."""
        return tuple(effect for effect in self.effects if not effect.reasons)

    @property
    def redundant(self) -> bool:
        """Whether queries read by it and none would miss it."""
        return bool(self.effects) and not self.missed

    @property
    def verdict(self) -> str:
        """What a reader should take from it."""
        if self.missed:
            return "earns its keep"
        if self.twins:
            return f"redundant: {' and '.join(self.twins)} has the same columns"
        if not self.effects:
            return "no query of the contract reads by it"
        others = sorted({name for effect in self.effects for name in effect.instead})
        serve = f"{' and '.join(others)} serves" if others else "other ways serve"
        return f"redundant: {serve} its queries as well"

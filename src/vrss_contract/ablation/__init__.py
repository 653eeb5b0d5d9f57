"""What each index is worth: the queries that miss it, and what it costs to keep.

Knows how an index's worth is measured; does not know how it is told. An index goes inside a
transaction that is undone, so that the next one is measured on the whole schema again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.ablation.cost import Cost, cost
from vrss_contract.clause.derive.queries import twins_of
from vrss_contract.clause.model import Contract, Index, Query, QueryCase, Table
from vrss_contract.query.asking import Asking, Seen
from vrss_contract.query.latency import Latency
from vrss_contract.query.measure import Calibration, Track, measure
from vrss_contract.query.plan import Summary, worse
from vrss_contract.query.without import without

_MORE = 1.25
"""How many times as many blocks are a difference."""
_P95 = 0.95
TIERS = {"must": 1, "should": 2, "may": 3}


@dataclass(frozen=True, slots=True)
class Look:
    """One query as it is served at one time: its costliest plan, and how long calls take."""

    plan: Summary
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
    lacking: Look

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why its plan is worse without; nothing where it is as good."""
        found = worse(self.having.plan, self.lacking.plan)
        before, after = self.having.plan.buffers, self.lacking.plan.buffers
        if after > max(before * _MORE, before + 2):
            return (*found, f"{after:,} blocks and were {before:,}")
        return found


@dataclass(frozen=True, slots=True)
class Worth:
    """One index, or the indexes of one claim, and what depends on them."""

    name: str
    table: str
    tier: int
    cost: Cost | None
    twins: tuple[str, ...]
    """Keys and indexes with the same columns in the same order."""
    effects: tuple[Effect, ...]

    @property
    def missed(self) -> bool:
        """Whether some query is worse off without it."""
        return any(effect.reasons for effect in self.effects)


class Ablation:
    """Drops indexes on one session of a world, in turns, and looks at what is left."""

    def __init__(self, contract: Contract, asking: Asking, *, samples: int) -> None:
        self._contract = contract
        self._asking = asking
        self._samples = samples
        self._calibration = Calibration(asking.connection)
        self._looks: dict[str, Look] = {}

    def worths(self) -> Iterator[Worth]:
        """Every index that the contract declares, table by table.

        Raises:
            psycopg.Error: an index is not there, or a query can't be run.
        """
        for table in self._contract.tables.values():
            for index in table.indexes:
                yield self._worth(table, index)

    def together(self, name: str, indexes: Sequence[str], cases: Sequence[str]) -> Worth:
        """Several indexes at once, and what these cases are without all of them."""
        found = [
            (query, case) for query, case in self._cases() if f"{query.name}.{case.name}" in cases
        ]
        effects = tuple(self._effects(found, indexes))
        return Worth(name, "", 0, None, (), effects)

    def _worth(self, table: Table, index: Index) -> Worth:
        using = [pair for pair in self._cases() if self._uses(*pair, index.name)]
        return Worth(
            name=index.name,
            table=table.name,
            tier=TIERS[index.level],
            cost=cost(self._asking.connection, table.name, index.name),
            twins=twins_of(table, index),
            effects=tuple(self._effects(using, [index.name])),
        )

    def _cases(self) -> Iterator[tuple[Query, QueryCase]]:
        for query in self._contract.queries.values():
            for case in query.cases:
                if self._asking.draws(case):
                    yield query, case

    def _uses(self, query: Query, case: QueryCase, index: str) -> bool:
        named = any(index in group for group in case.served_by)
        plans = self._asking.plans(query, case)
        return named or any(index in seen.plan.indexes for seen in plans)

    def _effects(
        self, pairs: Sequence[tuple[Query, QueryCase]], indexes: Sequence[str]
    ) -> Iterator[Effect]:
        before = [self._having(*pair) for pair in pairs]
        with without(self._asking.connection, indexes):
            for (query, case), having in zip(pairs, before, strict=True):
                seen = self._asking.fresh_plans(query, case)
                lacking = self._look(query, case, seen)
                yield Effect(f"{query.name}.{case.name}", having, lacking)

    def _having(self, query: Query, case: QueryCase) -> Look:
        name = f"{query.name}.{case.name}"
        if name not in self._looks:
            self._looks[name] = self._look(query, case, self._asking.plans(query, case))
        return self._looks[name]

    def _look(self, query: Query, case: QueryCase, seen: Sequence[Seen]) -> Look:
        self._asking.connection.execute("SET plan_cache_mode = auto")
        prepared = self._asking.prepared(query.sql)
        values = [prepared.bound(one) for one in self._asking.draws(case)]
        track = Track(prepared, values, self._calibration)
        (latency,) = measure(track, samples=self._samples)
        plan = max((one.plan for one in seen), key=lambda plan: plan.buffers)
        return Look(plan.summary, latency)

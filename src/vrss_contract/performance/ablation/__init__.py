"""What each index is worth: the queries that miss it, and what it costs to keep.

An index goes inside a transaction that is undone, so that the next one is measured on the whole
schema again. What an index costs is measured last, since rows that are written and undone leave
dead ones behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import psycopg

from vrss_contract.contract.derive.queries import twins_of
from vrss_contract.contract.model import Contract, Index, Query, QueryCase, Table, WitnessPromise
from vrss_contract.performance.ablation.cost import cost
from vrss_contract.performance.ablation.worth import PATIENCE, Effect, Look, Worth
from vrss_contract.performance.query.drop_indexes import without
from vrss_contract.performance.query.measure import Calibration, Track, measure
from vrss_contract.performance.query.session import QuerySession, Seen

_LEAST, _SECONDS = 5, 2.0
"""A slow query is sampled for so long, and so often at least."""
Pair = tuple[Query, QueryCase]


class Ablation:
    """Drops indexes on one session of a filled database, in turns, and looks at what is left."""

    def __init__(
        self,
        contract: Contract,
        query_session: QuerySession,
        *,
        samples: int,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._contract = contract
        self._query_session = query_session
        self._samples = samples
        self._tell = tell
        self._calibration = Calibration(
            query_session.connection, contract.manifest.required_calibration()
        )
        tiers = contract.manifest.index_tiers
        self._tiers = {name: tier.number for tier in tiers for name in tier.indexes}
        self._looks: dict[str, tuple[list[Seen], Look]] = {}

    def worths(self) -> Iterator[Worth]:
        """Every index that the contract declares, table by table.

        Raises:
            psycopg.Error: an index is not there, or a query can't be run.
        """
        found = []
        for table in self._contract.tables.values():
            for index in table.indexes:
                self._tell(f"without {index.name}")
                using = [*self._using(index.name)]
                found.append((table, index, tuple(self._effects(using, [index.name]))))
        for table, index, effects in found:
            self._tell(f"writing with {index.name} and without it")
            yield self._worth(table, index, effects)

    def together(
        self, name: str, indexes: Sequence[str], pairs: Sequence[Pair], claim: str
    ) -> Worth:
        """Several indexes at once, and what these cases are without all of them.

        A case that draws nobody in these data is left out.
        """
        self._tell(name)
        drawn = [pair for pair in pairs if self._query_session.draws(pair[1])]
        return Worth(name, tuple(self._effects(drawn, indexes)), claim=claim)

    def reading(self, indexes: Sequence[str]) -> list[Pair]:
        """The cases that read by any of these indexes."""
        return [pair for pair in self._cases() if self._look(pair)[1].indexes & {*indexes}]

    def _worth(self, table: Table, index: Index, effects: tuple[Effect, ...]) -> Worth:
        return Worth(
            name=index.name,
            effects=effects,
            table=table.name,
            tier=self._tiers.get(index.name),
            cost=cost(self._query_session.connection, table.name, index.name),
            twins=twins_of(table, index),
        )

    def _using(self, index: str) -> Iterator[Pair]:
        """The cases that read by an index, and its witness, such as the look-up of a key."""
        witnesses = [
            (clause.promise.query, clause.promise.case)
            for clause in self._contract.clauses
            if isinstance(clause.promise, WitnessPromise) and clause.promise.indexes[0] == index
        ]
        cases = {_name(pair): pair for pair in (*self.reading([index]), *witnesses)}
        yield from (pair for pair in cases.values() if self._query_session.draws(pair[1]))

    def _cases(self) -> Iterator[Pair]:
        for query in self._contract.queries.values():
            for case in query.cases:
                if self._query_session.draws(case):
                    yield query, case

    def _effects(self, pairs: Sequence[Pair], indexes: Sequence[str]) -> Iterator[Effect]:
        before = [self._look(pair) for pair in pairs]
        with without(self._query_session.connection, indexes):
            for pair, (seen, having) in zip(pairs, before, strict=True):
                yield Effect(_name(pair), having, self._lacking(pair, seen, having))

    def _look(self, pair: Pair) -> tuple[list[Seen], Look]:
        name = _name(pair)
        if name not in self._looks:
            seen = self._query_session.plans(*pair)
            self._looks[name] = seen, self._taken(pair, seen)
        return self._looks[name]

    def _lacking(self, pair: Pair, before: list[Seen], having: Look) -> Look | None:
        """What the query is now; it is not measured again where no plan of it has changed."""
        connection = self._query_session.connection
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL statement_timeout = {PATIENCE * 1000:.0f}")
                seen = self._query_session.fresh_plans(*pair)
                return having if _same(before, seen) else self._taken(pair, seen)
        except psycopg.OperationalError:  # a statement's time is over, or the server is gone
            if connection.closed:
                raise
            return None

    def _taken(self, pair: Pair, seen: Sequence[Seen]) -> Look:
        query, case = pair
        self._query_session.connection.execute("SET plan_cache_mode = auto")
        prepared = self._query_session.prepared(query.sql)
        values = [prepared.bound(one) for one in self._query_session.draws(case)]
        (first,) = measure(Track(prepared, values, self._calibration), samples=_LEAST)
        enough = round(_SECONDS * 1000 / max(first.percentile(0.5), 0.001))
        samples = max(_LEAST, min(self._samples, enough))
        (latency,) = measure(Track(prepared, values, self._calibration), samples=samples)
        plan = max((one.plan for one in seen), key=lambda plan: plan.buffers)
        return Look(plan.summary, frozenset().union(*(one.plan.indexes for one in seen)), latency)


def _name(pair: Pair) -> str:
    query, case = pair
    return f"{query.name}.{case.name}"


def _same(before: Sequence[Seen], after: Sequence[Seen]) -> bool:
    return [(one.plan.shape, one.plan.buffers) for one in before] == [
        (one.plan.shape, one.plan.buffers) for one in after
    ]

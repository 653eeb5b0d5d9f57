"""Whether a query's answer is the one that its plain form gives, however the rows are read.

Each parameter set is asked twice: with the plan that the server chooses, and with its rows read as
they lie in the tables, so that an order nobody asked for is not taken for one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import psycopg

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.different_rows import Rows, difference
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.query.suspects import Suspects
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Query, QueryPromise
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.performance.query.statement import Values, together

_READERS = 12
"""Parameter sets of a case, more than plans are asked for: many a reader has nothing to read."""
_FEW = 3
"""Parameter sets of a case, where the query's edges are asked for as well."""
_EDGES = 500
"""Parameter sets of a query's edges."""
_AS_THEY_LIE = ("indexscan", "indexonlyscan", "nestloop", "mergejoin")
"""What gives rows an order, or leaves them one, that nobody asked for. A bitmap gives them as they
lie, at a third of what it takes to read all of a table for each row of another."""
_Choice = Callable[[Iterable[int]], Iterable[int]]
_FIRST, _AT_ONCE = 8, 100
"""Parameter sets that are asked one by one, of those that told another form apart; and at once."""


def judged(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """What each case's parameter sets give, by the query and by its plain form."""
    for place in places.answering:
        few = place.profile in place.manifest.gate.get("answers", ())
        comparison = AnswerComparison(promise.query, place.query_session, few=few)
        told_of: set[str] = set()
        if not comparison.readers:
            finding = Finding(f"{place.profile} data", "somebody to ask it", "no parameter set")
            yield Judged((finding,), undecided=True)
        for case, finding in comparison.differences():
            if case not in told_of:
                told_of.add(case)
                yield Judged((finding,))


@dataclass(frozen=True)
class AnswerComparison:
    """A query beside its plain form, whose answers are kept: several forms may be asked for."""

    query: Query
    session: QuerySession
    few: bool
    """Whether the rows are few, so that they can be read as they lie, and from all edges."""
    _wanted: dict[int, Rows] = field(default_factory=dict)
    _told_apart: list[int] = field(default_factory=list)

    @cached_property
    def _suspects(self) -> Suspects:
        return Suspects(self.query, self.session)

    def differences(self, sql: str = "") -> Iterator[tuple[str, Finding]]:
        """Where the query, or another form of it, answers otherwise than the plain form, by case.

        What told another form apart before is asked first.

        Raises:
            UndrawnError: there are no parameter sets to be had.
            psycopg.Error: one of the two can't be run.
        """
        sql = sql or self.query.sql
        readers = self.readers
        wanted, found = (self.session.prepared(one) for one in (self.query.plain, sql))
        numbers = range(len(readers))
        for way, chosen in self._ways():
            with way:
                for number in self._asked(sql, readers, chosen(numbers)):
                    case, values = readers[number]
                    if number not in self._wanted:
                        self._wanted[number] = wanted.rows(values)
                    rows = self._wanted[number], found.rows(values)
                    if different := difference(*rows, ordered=self.query.ordered):
                        self._told_apart.insert(0, number)
                        yield case, Finding(f"{case}: {told(values)}", *different, sql)

    def _asked(
        self, sql: str, readers: Sequence[tuple[str, Values]], among: Iterable[int]
    ) -> Iterator[int]:
        """The numbers of those parameter sets that may be answered otherwise.

        Where rows are few, most are told to be answered alike many at a time.
        """
        numbers = [*dict.fromkeys((*self._told_apart, *among))]
        first = min(len(self._told_apart), _FIRST) if self.few else len(numbers)
        yield from numbers[:first]
        for start in range(first, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            yield from self._suspects.among(sql, {one: readers[one][1] for one in some})

    @property
    def readers(self) -> list[tuple[str, Values]]:
        """Every parameter set, with the name of its case.

        Raises:
            UndrawnError: there are none to be had.
        """
        edges, most = self.query.edges, _EDGES if self.few else _READERS
        of_cases = [
            (case.name, values)
            for case in self.query.cases
            for values in self.session.drawn(case.draws)[: _FEW if edges and self.few else _READERS]
        ]
        of_edges = self.session.drawn(edges)[:most] if edges else ()
        return [*of_cases, *(("edges", values) for values in of_edges)]

    def _ways(self) -> Iterator[tuple[contextlib.AbstractContextManager[None], _Choice]]:
        """How rows are read, and for which parameter sets.

        What takes a while on many rows is left out there. What rows lie in the tables as may show
        in the order of an answer, so that each answer is asked for once.
        """
        yield contextlib.nullcontext(), list
        if self.few:
            yield _as_they_lie(self.session.connection), self._suspects.of_each_answer


@contextlib.contextmanager
def _as_they_lie(connection: psycopg.Connection) -> Iterator[None]:
    """Neither index nor join gives rows an order here, and no plan made before is used."""
    settings = {f"enable_{one}": "off" for one in _AS_THEY_LIE}
    settings["plan_cache_mode"] = "force_generic_plan"
    _each(connection, *(f"SET {name} = {value}" for name, value in settings.items()))
    try:
        yield
    finally:
        _each(connection, *(f"RESET {name}" for name in settings))


def _each(connection: psycopg.Connection, *statements: str) -> None:
    together(connection, [*statements, "DISCARD PLANS"])


def told(values: Values) -> str:
    """Parameters as a person reads them."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())

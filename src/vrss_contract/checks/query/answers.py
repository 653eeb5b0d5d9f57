"""Whether a query's answer is the one that its plain form gives, however the rows are read.

Each parameter set is asked twice: with the plan that the server chooses, and with its rows read as
they lie in the tables, so that an order nobody asked for is not taken for one.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Query, QueryPromise
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.performance.query.statement import Values

_SHOWN = 2
_READERS = 12
"""Parameter sets of a case, more than plans are asked for: many a reader has nothing to read."""
_FEW = 3
"""Parameter sets of a case, where the query's edges are asked for as well."""
_EDGES = 500
"""Parameter sets of a query's edges."""
_AS_THEY_LIE = ("indexscan", "indexonlyscan", "bitmapscan")
_Rows = Sequence[tuple[object, ...]]


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
    _wanted: dict[int, _Rows] = field(default_factory=dict)
    _told_apart: list[int] = field(default_factory=list)

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
        for way in self._ways():
            with way:
                for number in dict.fromkeys((*self._told_apart, *range(len(readers)))):
                    case, values = readers[number]
                    if number not in self._wanted:
                        self._wanted[number] = wanted.rows(values)
                    difference = _difference(self.query, self._wanted[number], found.rows(values))
                    if difference:
                        self._told_apart.insert(0, number)
                        yield case, Finding(f"{case}: {told(values)}", *difference, sql)

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

    def _ways(self) -> Iterator[contextlib.AbstractContextManager[None]]:
        """How rows are read: what takes a while on many rows is left out there."""
        yield contextlib.nullcontext()
        if self.few:
            yield _as_they_lie(self.session.connection)


@contextlib.contextmanager
def _as_they_lie(connection: psycopg.Connection) -> Iterator[None]:
    """No index gives rows an order here, and no plan that was made before is used."""
    settings = {f"enable_{one}": "off" for one in _AS_THEY_LIE}
    settings["plan_cache_mode"] = "force_generic_plan"
    _each(connection, *(f"SET {name} = {value}" for name, value in settings.items()))
    try:
        yield
    finally:
        _each(connection, *(f"RESET {name}" for name in settings))


def _each(connection: psycopg.Connection, *statements: str) -> None:
    for statement in (*statements, "DISCARD PLANS"):
        connection.execute(statement.encode())


def told(values: Values) -> str:
    """Parameters as a person reads them."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _difference(query: Query, wanted: _Rows, found: _Rows) -> tuple[str, str] | None:
    """What was expected and what came instead, where the two are not the same."""
    if wanted == found:
        return None
    if not query.ordered:
        missing, strange = _without(wanted, found), _without(found, wanted)
        if not (missing or strange):
            return None
        return f"{len(wanted)} rows, {_rows(missing)} among them", f"{_rows(strange)} instead"
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), start=1):
        if _key(one) != _key(other):
            return f"row {number} is {_row(one)}", f"row {number} is {_row(other)}"
    if len(wanted) != len(found):
        return f"{len(wanted)} rows", f"{len(found)} rows"
    return None


def _without(rows: _Rows, others: _Rows) -> _Rows:
    """The rows that the others lack, each as often as they lack it."""
    left, counted = [], Counter(map(_key, others))
    for row in rows:
        counted[_key(row)] -= 1
        if counted[_key(row)] < 0:
            left.append(row)
    return left


def _key(value: object) -> Hashable:
    """What a value is counted by: an array has no hash, and NaN is itself in PostgreSQL alone."""
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, dict):
        return frozenset((name, _key(part)) for name, part in value.items())
    if isinstance(value, Hashable) and value == value:  # noqa: PLR0124 - NaN is not equal to itself
        return value
    return repr(value)


def _rows(rows: _Rows) -> str:
    return "; ".join(map(_row, rows[:_SHOWN])) or "none"


def _row(row: tuple[object, ...]) -> str:
    return f"({', '.join(map(str, row))})"

"""Whether a query's answer is the one that its plain form gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Query, QueryPromise
from vrss_contract.performance.query.statement import Values

_SHOWN = 2
_READERS = 12
"""Parameter sets of a case, more than plans are asked for: many a reader has nothing to read."""
_Rows = Sequence[tuple[object, ...]]


def judged(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """What each case's parameter sets give, by the query and by its plain form."""
    query, query_session = promise.query, places.place(places.gate).query_session
    found, wanted = query_session.prepared(query.sql), query_session.prepared(query.plain)
    for case in query.cases:
        for values in query_session.drawn(case.draws)[:_READERS]:
            difference = _difference(query, wanted.rows(values), found.rows(values))
            if difference:
                because = f"{case.name}: {told(values)}"
                yield Judged((Finding(because, *difference, query.sql),))


def told(values: Values) -> str:
    """Parameters as a person reads them."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _difference(query: Query, wanted: _Rows, found: _Rows) -> tuple[str, str] | None:
    """What was expected and what came instead, where the two are not the same."""
    if not query.ordered:
        missing = list((Counter(wanted) - Counter(found)).elements())
        strange = list((Counter(found) - Counter(wanted)).elements())
        if not (missing or strange):
            return None
        return f"{len(wanted)} rows, {_rows(missing)} among them", f"{_rows(strange)} instead"
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), start=1):
        if one != other:
            return f"row {number} is {_row(one)}", f"row {number} is {_row(other)}"
    if len(wanted) != len(found):
        return f"{len(wanted)} rows", f"{len(found)} rows"
    return None


def _rows(rows: _Rows) -> str:
    return "; ".join(map(_row, rows[:_SHOWN])) or "none"


def _row(row: tuple[object, ...]) -> str:
    return f"({', '.join(map(str, row))})"

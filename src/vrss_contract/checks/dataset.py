"""Kind ``dataset``: the data load, have these figures, and keep what the contract says of data.

A profile's filled database is opened once, and all its clauses are asked there. A clause is kept if
it is in each profile that is judged; the largest is left to a thorough run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from vrss_contract.checks.judged import Judged, lacking, lost, unseen
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind, as_one
from vrss_contract.checks.profile_rows import unsaid, unsayable
from vrss_contract.checks.reproduction import seeding
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import (
    Contract,
    DatasetPromise,
    InvariantPromise,
    Range,
    Shape,
)
from vrss_contract.data.dataset.errors import DATA_REFUSED
from vrss_contract.data.documents import sql as documents
from vrss_contract.database.invariants import (
    Counterexample,
    counterexamples_of,
    told,
    unpopulated,
)
from vrss_contract.database.loader import said
from vrss_contract.errors import TroubleError
from vrss_contract.sql import condition
from vrss_contract.sql.literal import relation
from vrss_contract.sql.population import no_row
from vrss_contract.target import Target

_LOADS = "loads"
_AT_ONCE = 2_000
"""Documents that are held at a time."""
_TOLD = 3
"""Documents that are told of each shape."""
_HOLDS = "no counter-example"


def _judge(
    promises: Mapping[str, DatasetPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    spoken = dict.fromkeys(name for promise in promises.values() for name in promise.expects)
    judged: dict[str, list[Judged]] = {id_: [] for id_ in promises}
    quick = context.contract.manifest.of_gate("dataset")
    for name in spoken:
        if context.thorough or not quick or name in quick:
            mine = {id_: one for id_, one in promises.items() if name in one.expects}
            for id_, found in zip(mine, _asked(name, list(mine.values()), context), strict=True):
                judged[id_].append(found)
    for id_, promise in promises.items():
        yield judged[id_] or [_unseen(promise)]


def _sql(promise: DatasetPromise, contract: Contract, _: Target) -> str:
    """The command that fills a database, then what is asked of it."""
    lines = [f"-- {seeding(contract, name)}" for name in promise.expects]
    invariants = (
        one.promise.query for one in contract.clauses if isinstance(one.promise, InvariantPromise)
    )
    asked = {
        "loads": (f"SELECT count(*) FROM {relation(name)}" for name in contract.tables),
        "invariants": invariants,
        "documents": (_documents(shape, contract) for shape in contract.shapes.values()),
        "": (promise.query,),
    }
    return "\n".join([*lines, *(f"{query};" for query in asked[promise.proves])])


def _unseen(promise: DatasetPromise) -> Judged:
    found = "only a thorough run has time for it"
    return lost(Finding(", ".join(promise.expects), "the data are looked at", found))


def _asked(name: str, promises: Sequence[DatasetPromise], context: JudgingContext) -> list[Judged]:
    """What each promise is worth in a database with the data of this profile."""
    hidden = [_hidden(name, promise, context) for promise in promises]
    if all(hidden):
        return [one for one in hidden if one]
    try:
        database = context.filled(name)
    except TroubleError as error:
        return [_unfilled(name, promise, error, context) for promise in promises]
    with database.connect() as session:
        return [
            lack or _answered(name, promise, session, context)
            for promise, lack in zip(promises, hidden, strict=True)
        ]


def _hidden(name: str, promise: DatasetPromise, context: JudgingContext) -> Judged | None:
    """That it can't be judged for want of what it reads, all of it."""
    contract = context.contract
    if promise.proves == _LOADS:
        return unsayable(name, context)
    of_many = {
        "invariants": [
            one.promise.query
            for one in contract.clauses
            if isinstance(one.promise, InvariantPromise)
        ],
        "documents": [_documents(shape, contract) for shape in contract.shapes.values()],
    }
    found = [unseen([query], context) for query in of_many.get(promise.proves, [promise.query])]
    return found[0] if found and all(found) else None


def _unfilled(
    name: str, promise: DatasetPromise, error: TroubleError, context: JudgingContext
) -> Judged:
    """A row that is refused breaks what promises to load; nothing else can be judged then."""
    repeat = seeding(context.contract, name)
    if promise.proves != _LOADS:
        return lost(Finding(name, "the data are looked at", error.headline, repeat))
    if error.trouble is not DATA_REFUSED:
        return lost(Finding(name, "the data are tried", error.found, repeat))
    table, reason = error.given["table"], error.given["reason"]
    found = Finding(f"{name}: {table}", "every row is taken", reason, repeat)
    sqlstate = error.__cause__.sqlstate if isinstance(error.__cause__, psycopg.Error) else None
    tables = [table] if table in context.contract.tables else context.contract.tables
    lack = lacking(condition.name(sqlstate or ""), reason, tables, context)
    return lost(replace(found, found=lack)) if lack else Judged((found,))


def _answered(
    name: str, promise: DatasetPromise, session: psycopg.Connection, context: JudgingContext
) -> Judged:
    try:
        if promise.proves == "invariants":
            return _invariants(name, session, context)
        if promise.proves == "documents":
            return _conforming(name, session, context)
        if promise.proves == _LOADS:
            return Judged(tuple(unsaid(name, context)))
        return _figures(name, promise, session)
    except psycopg.Error as error:
        return lost(Finding(name, "an answer", said(error), promise.query))


def _figures(name: str, promise: DatasetPromise, session: psycopg.Connection) -> Judged:
    """The query's row beside what is expected of its columns."""
    with session.cursor(row_factory=dict_row) as cursor:
        row: dict[str, Any] = cursor.execute(promise.query.encode()).fetchone() or {}
    expected = promise.expects[name]
    if strange := sorted(expected.keys() - row.keys()):
        found = f"the query returns no {strange[0]!r}"
        return lost(Finding(name, "a row with every figure", found, promise.query))
    return Judged(
        tuple(
            Finding(f"{name}: {column}", _shown(range_), _plain(row[column]), promise.query)
            for column, range_ in expected.items()
            if not _within(row[column], range_)
        )
    )


def _within(value: Any, range_: Range) -> bool:
    if not isinstance(value, int | float | Decimal) or value < range_.least:
        return False
    return range_.most is None or value <= range_.most


def _shown(range_: Range) -> str:
    if range_.most is None:
        return f"at least {_plain(range_.least)}"
    if range_.least == range_.most:
        return _plain(range_.least)
    return f"{_plain(range_.least)} to {_plain(range_.most)}"


def _plain(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"{float(value):.10g}" if isinstance(value, float | Decimal) else str(value)


def _invariants(name: str, session: psycopg.Connection, context: JudgingContext) -> Judged:
    """Those that hold by protocol too; what never falls can't be seen in one look.

    One at a time, so that the limit of a statement's time is each one's.
    """
    found: list[Counterexample] = []
    empty: list[str] = []
    hidden: Judged | None = None
    for clause in context.contract.clauses:
        promise = clause.promise
        if isinstance(promise, InvariantPromise) and not promise.never_falls:
            if untold := unseen([promise.query], context):
                hidden = untold
                continue
            try:
                found += counterexamples_of(session, clause.id, promise)
            except psycopg.OperationalError:
                raise
            except psycopg.Error:
                return lost(Finding(name, _HOLDS, f"the query of {clause.id} fails", promise.query))
            if lack := unpopulated(session, promise):
                empty.append(f"{clause.id}: {no_row(lack)}")
    if hidden and not found:
        return hidden
    if empty and not found:
        return lost(Finding(name, "rows for each invariant to be broken by", "\n".join(empty)))
    return Judged((Finding(name, _HOLDS, told(found)),) if found else ())


def _conforming(name: str, session: psycopg.Connection, context: JudgingContext) -> Judged:
    """Documents have their shapes, as far as their columns are there."""
    contract = context.contract
    shapes = [*contract.shapes.values()]
    hidden = [unseen([_documents(one, contract)], context) for one in shapes]
    there = [shape for shape, lack in zip(shapes, hidden, strict=True) if lack is None]
    if found := tuple(_nonconforming(name, session, contract, there)):
        return Judged(found)
    return next(filter(None, hidden), Judged())


def _nonconforming(
    name: str, session: psycopg.Connection, contract: Contract, shapes: Sequence[Shape]
) -> Iterator[Finding]:
    """A finding for each shape that documents do not have."""
    for shape in shapes:
        checker, wrong, query = Checker(shape), 0, _documents(shape, contract)
        key = ", ".join(documents.key_columns(contract.tables[shape.table]))
        examples: list[str] = []
        for some in _read(query, session):
            texts = [*{text for _, text in some}]  # many a row has the same as others
            holds = dict(zip(texts, checker.each_holds(texts), strict=True))
            for id_, text in some:
                if not holds[text]:
                    wrong += 1
                    if len(examples) < _TOLD:
                        fault = checker.faults(text)[0]
                        examples.append(f"{key} {id_} {fault.path} ({fault.rule})")
        if wrong:
            found = f"{wrong} that do not: {', '.join(examples)}"
            expected = "every document conforms"
            yield Finding(f"{name}: {shape.name}", expected, found, query)


def _read(query: str, session: psycopg.Connection) -> Iterator[list[tuple[Any, str]]]:
    """Some documents at a time, each with its row's key."""
    with session.transaction(), session.cursor(name="documents") as cursor:
        cursor.execute(query.encode())
        while some := cursor.fetchmany(_AT_ONCE):
            yield [(id_, text) for id_, text in some if text is not None]


def _documents(shape: Shape, contract: Contract) -> str:
    key, document = documents.row_key(contract.tables[shape.table]), documents.expression(shape)
    return f"SELECT {key}, {document} AS document FROM {relation(shape.table)}"


KIND: Kind[DatasetPromise] = Kind((DatasetPromise,), _judge, _sql, as_one)

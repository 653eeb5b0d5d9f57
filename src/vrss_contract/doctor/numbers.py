"""Sequences: whether the next number is free, and how many are left.

A sequence is found by the default that reads it, whoever owns it. A column's numbers are asked for
in the snapshot, which no sequence is held still by, so that an insert in between is no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.doctor import repair
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, told
from vrss_contract.sql.literal import identifier, named, qualified

FULL = 0.8
"""The part of its numbers past which a sequence is near its end."""
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_KIND = "sequence"
_FEEDS = r"""
WITH feeds AS (
    SELECT d.adrelid AS relation, d.adnum AS number, r.refobjid AS sequence
    FROM pg_catalog.pg_attrdef AS d
    INNER JOIN pg_catalog.pg_depend AS r
        ON r.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND r.objid = d.oid
        AND r.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    UNION
    -- A name that is looked up each time leaves no trace but itself.
    SELECT d.adrelid, d.adnum, pg_catalog.to_regclass(pg_catalog.replace(
        pg_catalog.substring(
            pg_catalog.pg_get_expr(d.adbin, d.adrelid), $$nextval\(\(?'((?:[^']|'')+)'::text$$
        ), $$''$$, $$'$$
    ))
    FROM pg_catalog.pg_attrdef AS d
    UNION
    SELECT o.refobjid, o.refobjsubid, o.objid
    FROM pg_catalog.pg_depend AS o
    WHERE
        o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
)
SELECT
    n.nspname, t.relname, a.attname, pg_catalog.format_type(a.atttypid, NULL),
    m.nspname, c.relname, s.seqincrement, s.seqmax, s.seqcycle,
    EXISTS (
        SELECT FROM pg_catalog.pg_depend AS o
        WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = f.sequence
        AND o.refobjid = f.relation AND o.refobjsubid = f.number AND o.deptype IN ('a', 'i')
    )
FROM feeds AS f
INNER JOIN pg_catalog.pg_class AS t ON f.relation = t.oid AND t.relkind IN ('r', 'p')
INNER JOIN pg_catalog.pg_namespace AS n ON t.relnamespace = n.oid
INNER JOIN pg_catalog.pg_attribute AS a ON f.relation = a.attrelid AND f.number = a.attnum
INNER JOIN pg_catalog.pg_sequence AS s ON f.sequence = s.seqrelid
INNER JOIN pg_catalog.pg_class AS c ON f.sequence = c.oid
INNER JOIN pg_catalog.pg_namespace AS m ON c.relnamespace = m.oid
WHERE n.nspname = ANY(%s) AND NOT a.attisdropped
ORDER BY n.nspname, t.relname, a.attnum, c.relname
"""


def checks() -> Iterator[DoctorCheck]:
    """What is asked of sequences."""
    yield DoctorCheck(
        "doctor.sequences.ahead",
        _KIND,
        "must",
        "The next number of a sequence is above all that its column holds.",
        partial(_each, judge=behind),
    )
    yield DoctorCheck(
        "doctor.sequences.room",
        _KIND,
        "should",
        "A sequence has used at most four fifths of its numbers, or its column's; none cycles.",
        partial(_each, judge=nearly_full),
    )
    yield DoctorCheck(
        "doctor.sequences.owned",
        _KIND,
        "should",
        "The sequence of a declared column is owned by it, and so goes into dumps with it.",
        _owned,
    )


@dataclass(frozen=True, slots=True)
class Feed:
    """A sequence, and a column that takes its numbers."""

    name: str
    table: str
    column: str
    type: str
    """The column's."""
    increment: int
    last: int
    """The sequence's own last number."""
    cycles: bool
    owned: bool
    """Whether the column owns it."""


@dataclass(frozen=True, slots=True)
class ColumnSequence:
    """A sequence as it stands."""

    name: str
    table: str
    column: str
    type: str
    """The column's."""
    following: int
    """The number that it gives next."""
    last: int
    """Its own last number."""
    highest: int | Decimal | None
    """The number in the column that the sequence comes to last: its highest, as a rule."""
    increment: int = 1
    cycles: bool = False


def behind(counter: ColumnSequence, home: str = "public") -> Finding | None:
    """A sequence that will give a number which is taken."""
    rises = counter.increment > 0
    if counter.highest is None:
        return None
    if (counter.following > counter.highest) if rises else (counter.following < counter.highest):
        return None
    return Finding(
        f"sequence {counter.name} of {counter.table}.{counter.column}",
        f"a next number {'above' if rises else 'below'} {counter.highest:,}",
        f"{counter.following:,}: inserts will fail when they come to a number that is taken",
        repair=repair.advance(counter.name, counter.table, counter.column, home, rises=rises),
    )


def nearly_full(counter: ColumnSequence, home: str = "public") -> Finding | None:
    """A sequence that soon has no number left, or none that fits its column, or begins again."""
    about = f"sequence {counter.name} of {counter.table}.{counter.column}"
    if counter.cycles:
        found = "it begins again after its last number, where numbers are taken"
        return Finding(about, "no cycle", found, repair=repair.no_cycle(counter.name, home))
    if counter.increment < 1:
        return None
    column = _HIGHEST.get(counter.type, counter.last)
    end = min(counter.last, column)
    if counter.following <= FULL * end:
        return None
    part = int(1000 * counter.following / end) / 10
    return Finding(
        about,
        f"at most {FULL:.0%} of {end:,} numbers used",
        f"{part:.1f}% used: the next is {counter.following:,}",
        repair=repair.widen(counter.name, home)
        if counter.last < column == _HIGHEST["bigint"]
        else f"a wider type for {counter.table}.{counter.column} than {counter.type}",
    )


def _each(patient: Patient, judge: Callable[[ColumnSequence, str], Finding | None]) -> Signs:
    faults, unasked = [], []
    home = patient.contract.schemas[0]
    for feed in feeds(patient):
        try:
            with patient.connection.transaction():
                counter = _read(patient.connection, feed, home)
        except psycopg.Error as error:
            if patient.connection.closed:
                raise
            unasked.append(Finding(f"sequence {feed.name}", "an answer", told(error)))
            continue
        if finding := judge(counter, home):
            faults.append(finding)
    return Signs(tuple(faults), tuple(unasked))


def _owned(patient: Patient) -> Signs:
    contract, home = patient.contract, patient.contract.schemas[0]
    faults = []
    for feed in feeds(patient):
        table = contract.tables.get(feed.table)
        declared = {column.name for column in table.columns if column.numbered} if table else set()
        if feed.column in declared and not feed.owned:
            faults.append(
                Finding(
                    f"sequence {feed.name} of {feed.table}.{feed.column}",
                    "owned by the column",
                    "owned by none, or by another",
                    repair=repair.own(feed.name, feed.table, feed.column, home),
                )
            )
    return Signs(tuple(faults))


def feeds(patient: Patient) -> list[Feed]:
    """Every sequence with each column that reads or owns it."""
    schemas = patient.contract.schemas

    def shown(schema: str, name: str) -> str:
        return named("" if schema == schemas[0] else schema, name)

    rows = patient.connection.execute(_FEEDS.encode(), [list(schemas)]).fetchall()
    return [
        Feed(shown(place, name), shown(schema, table), column, *rest)
        for schema, table, column, type_, place, name, *others in rows
        for rest in [(type_, *others)]
    ]


def _read(connection: psycopg.Connection, feed: Feed, home: str) -> ColumnSequence:
    state = f"SELECT last_value, is_called FROM {qualified(feed.name, home)}"
    last, called = connection.execute(state.encode()).fetchone() or (0, False)
    following = int(last) + (feed.increment if called else 0)
    query = _farthest(feed, following, home)
    (highest,) = connection.execute(query.encode()).fetchone() or (None,)
    if not isinstance(highest, int | Decimal):  # of a text column, say, that numbers are read into
        highest = None
    return ColumnSequence(
        feed.name,
        feed.table,
        feed.column,
        feed.type,
        following,
        feed.last,
        highest,
        feed.increment,
        feed.cycles,
    )


def _farthest(feed: Feed, following: int, home: str) -> str:
    """A query of the number that stands farthest in the sequence's way, of those that it comes to.

    With steps of more than one, other servers may give the numbers between.
    """
    column, rises = identifier(feed.column), feed.increment > 0
    query = f"SELECT {'max' if rises else 'min'}({column}) FROM {qualified(feed.table, home)}"
    if abs(feed.increment) == 1 or feed.type not in _HIGHEST:
        return query
    steps = f"mod({column}::numeric - {following}, {abs(feed.increment)}) = 0"
    return f"{query} WHERE {column} {'>=' if rises else '<='} {following} AND {steps}"

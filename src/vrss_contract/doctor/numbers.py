"""Sequences: whether the next number is free, and how many are left.

A column's highest number in use is asked for before its sequence, which no snapshot holds still, so
that an insert in between is no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.database.catalog.facts import Catalog, Sequence
from vrss_contract.doctor import repair
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, told
from vrss_contract.sql.literal import identifier, named, parts, qualified

FULL = 0.8
"""The part of its numbers past which a sequence is near its end."""
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_KIND = "sequence"


def checks() -> Iterator[DoctorCheck]:
    """What is asked of sequences."""
    yield DoctorCheck(
        "doctor.sequences.ahead",
        _KIND,
        "must",
        "The next number of a sequence is above all that its column holds.",
        lambda patient: _each(patient, behind),
    )
    yield DoctorCheck(
        "doctor.sequences.room",
        _KIND,
        "should",
        "A sequence has used at most four fifths of the numbers it has, or its column.",
        lambda patient: _each(patient, nearly_full),
    )


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
    """The highest number that the column holds."""


def behind(counter: ColumnSequence, home: str = "public") -> Finding | None:
    """A sequence that will give a number which is taken."""
    if counter.highest is None or counter.following > counter.highest:
        return None
    return Finding(
        f"sequence {counter.name} of {counter.table}.{counter.column}",
        f"a next number above {counter.highest:,}",
        f"{counter.following:,}: inserts will fail when they come to a number that is taken",
        repair=repair.advance(counter.name, counter.table, counter.column, home),
    )


def nearly_full(counter: ColumnSequence, home: str = "public") -> Finding | None:
    """A sequence that soon has no number left, or none that fits its column."""
    column = _HIGHEST.get(counter.type, counter.last)
    end = min(counter.last, column)
    if counter.following <= FULL * end:
        return None
    part = int(1000 * counter.following / end) / 10
    return Finding(
        f"sequence {counter.name} of {counter.table}.{counter.column}",
        f"at most {FULL:.0%} of {end:,} numbers used",
        f"{part:.1f}% used: the next is {counter.following:,}",
        repair=repair.widen(counter.name, home)
        if counter.last < column == _HIGHEST["bigint"]
        else f"a wider type for {counter.table}.{counter.column} than {counter.type}",
    )


def _each(patient: Patient, judge: Callable[[ColumnSequence, str], Finding | None]) -> Signs:
    faults, unasked = [], []
    home = patient.contract.schemas[0]
    for sequence in patient.catalog.sequences.values():
        if not sequence.owner or sequence.increment < 1:
            continue
        try:
            with patient.connection.transaction():
                counter = _read(patient.connection, sequence, patient.catalog, home)
        except psycopg.Error as error:
            if patient.connection.closed:
                raise
            unasked.append(Finding(f"sequence {sequence.name}", "an answer", told(error)))
            continue
        if finding := judge(counter, home):
            faults.append(finding)
    return Signs(tuple(faults), tuple(unasked))


def _read(
    connection: psycopg.Connection, sequence: Sequence, catalog: Catalog, home: str
) -> ColumnSequence:
    *owner, column = parts(sequence.owner)
    table = named(*owner)
    query = f"SELECT max({identifier(column)}) FROM {qualified(table, home)}"
    (highest,) = connection.execute(query.encode()).fetchone() or (None,)
    state = f"SELECT last_value, is_called FROM {qualified(sequence.name, home)}"
    last, called = connection.execute(state.encode()).fetchone() or (0, False)
    following = int(last) + (sequence.increment if called else 0)
    if not isinstance(highest, int | Decimal):  # of a text column, say, that numbers are read into
        highest = None
    type_ = catalog.tables[table].columns[column].type
    return ColumnSequence(sequence.name, table, column, type_, following, sequence.maximum, highest)

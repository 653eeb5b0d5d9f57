"""The rows of each declared table, held against its declaration.

Rows break promises that the catalog says they can't: written past triggers, or behind an index
whose order is no longer the collation's. So no index is asked, and nothing is taken as proven:
every table is scanned, once for all that a row tells alone, and once for each key and reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import psycopg

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, Exclusion, ForeignKey, Key, Table
from vrss_contract.data.documents.sql import key_columns
from vrss_contract.doctor import conditions, exclusions
from vrss_contract.doctor.check import EXAMPLES, DoctorCheck, Patient, Signs, counted, some, told
from vrss_contract.doctor.conditions import Condition, DomainCheck
from vrss_contract.sql.literal import identifier, named, parts, qualified

_UNPROVEN = """
SET LOCAL enable_indexscan = off;
SET LOCAL enable_indexonlyscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_partition_pruning = off;
SET LOCAL constraint_exclusion = off;
SET LOCAL enable_seqscan = on;
SET LOCAL enable_hashagg = on;
SET LOCAL enable_hashjoin = on;
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB'
"""
"""The planner must not answer from a broken index, nor from a constraint that rows break.

Hashes of a million keys fit into memory, and are not written to files of the server's."""
_DOMAINS = """
SELECT
    CASE WHEN n.nspname = %s THEN '' ELSE n.nspname END, y.typname,
    pg_catalog.format_type(y.typbasetype, y.typtypmod), pg_catalog.pg_get_constraintdef(k.oid)
FROM pg_catalog.pg_constraint AS k
INNER JOIN pg_catalog.pg_type AS y ON k.contypid = y.oid
INNER JOIN pg_catalog.pg_namespace AS n ON y.typnamespace = n.oid
WHERE k.contype = 'c' AND n.nspname = ANY(%s)
ORDER BY k.oid
"""
_MUTE = frozenset({"smallint", "integer", "bigint", "uuid"})
"""Types of keys that tell nothing of whom they are of."""
_CHECK, _LATE = "CHECK ", " NOT VALID"


def checks(contract: Contract) -> Iterator[DoctorCheck]:
    """A check for each table that holds rows of its own."""
    for table in contract.tables.values():
        if table.holds_rows:
            yield DoctorCheck(
                f"doctor.rows.{table.name}",
                "rows",
                "must",
                f"Every row of {table.name} keeps what its columns, checks and keys declare.",
                partial(_look, table),
                (table.name,),
                str(table.place),
            )


@dataclass(slots=True)
class _Scan:
    """The questions of one table, and what came of them."""

    table: Table
    patient: Patient
    faults: list[Finding] = field(default_factory=list)
    unasked: list[Finding] = field(default_factory=list)

    @property
    def home(self) -> str:
        return self.patient.contract.schemas[0]

    @property
    def rows(self) -> str:
        return conditions.source(self.table, self.home)

    def one(self, query: str) -> Sequence[int]:
        """The numbers of a query's one row."""
        row = self.patient.connection.execute(query.encode()).fetchone() or ()
        return [int(number or 0) for number in row]

    def alone(self, asked: Sequence[Condition]) -> None:
        """All conditions in one scan; one by one where together they have no answer."""
        if not asked:
            return
        try:
            with self.patient.connection.transaction():
                counts = self.one(_counting(asked, self.rows))
        except psycopg.Error as error:
            if self.patient.connection.closed or len(asked) == 1 or _too_long(error):
                self._lost(error, asked[0].about if len(asked) == 1 else "its rows")
                return
            for each in asked:
                self.alone([each])
            return
        for each, count in zip(asked, counts, strict=True):
            if count:
                self.faults.append(self._broken(each, count))

    def unique(self, key: Key) -> None:
        """The values of a key that more than one row holds."""
        query = conditions.repeated(key, self.table, self.home)
        values, rows = self.one(f"SELECT count(*), sum(rows) FROM ({query}) AS repeated")
        if values:
            index = f"REINDEX INDEX CONCURRENTLY {qualified(self._beside(key.name), self.home)};"
            there = key.name in self.patient.catalog.tables[self.table.name].indexes
            self.faults.append(
                Finding(
                    because=f"{counted(rows, 'row')}: {key.name} on {', '.join(key.columns)}",
                    expected="no two rows of the same values",
                    found=f"{counted(values, 'value')} that several rows hold",
                    repeat=f"{query};",
                    repair=f"-- when one row of each is left:\n{index}" if there else "",
                )
            )

    def refers(self, key: ForeignKey) -> None:
        """The rows without their parent."""
        parent = self.patient.contract.tables[key.references]
        found = conditions.orphans(key, self.table, parent, self.home)
        (count,) = self.one(f"SELECT count(*) FROM {found}")
        if count:
            columns = ", ".join(key.referring)
            self.faults.append(
                Finding(
                    because=f"{counted(count, 'row')}: {columns} by {key.name}",
                    expected=f"a row of {key.references} that it refers to",
                    found=self._examples(found, "here", count),
                    repeat=f"SELECT * FROM {found};",
                    repair=_mend(key, found),
                )
            )

    def excluded(self, one: Exclusion) -> None:
        """The pairs of rows that an exclusion keeps apart."""
        meant = exclusions.parsed(one.definition)
        if meant is None:
            unknown = Finding(f"{one.name} of {self.table.name}", "an answer", "not understood")
            self.unasked.append(unknown)
            return
        found = exclusions.pairs(meant, self.rows)
        (count,) = self.one(f"SELECT count(*) FROM {found}")
        if count:
            self.faults.append(
                Finding(
                    because=f"{counted(count, 'pair')} of rows: {one.name}",
                    expected="no two rows that it excludes",
                    found=counted(count, "pair"),
                    repeat=f"SELECT here.place, there.place FROM {found};",
                )
            )

    def apart(self, what: str, ask: Callable[[], object]) -> None:
        """A question in a savepoint, so that its failure is its own."""
        try:
            with self.patient.connection.transaction():
                ask()
        except psycopg.Error as error:
            self._lost(error, what)

    def _lost(self, error: psycopg.Error, what: str) -> None:
        if self.patient.connection.closed:
            raise error
        self.unasked.append(Finding(f"{what} of {self.table.name}", "an answer", told(error)))

    def _broken(self, condition: Condition, count: int) -> Finding:
        found = f"{self.rows} WHERE {condition.breaks}"
        return Finding(
            because=f"{counted(count, 'row')}: {condition.about}",
            expected=condition.expected,
            found=self._examples(found, "", count),
            repeat=f"SELECT * FROM {found};",
        )

    def _examples(self, found: str, alias: str, count: int) -> str:
        """The keys of a few; where they can't be had, how many there are is told alone."""
        keys = ", ".join(
            f"{alias}.{identifier(name)}" if alias else identifier(name) for name in self._place()
        )
        key = f"concat_ws(', ', {keys})" if ", " in keys else keys
        query = f"SELECT CAST({key} AS text) FROM {found} ORDER BY {keys} LIMIT {EXAMPLES}"
        try:
            with self.patient.connection.transaction():
                rows = self.patient.connection.execute(query.encode()).fetchall()
        except psycopg.Error:
            if self.patient.connection.closed:
                raise
            return counted(count, "row")
        return some([f"{self.table.name} {key}" for (key,) in rows], count)

    def _place(self) -> tuple[str, ...]:
        """The columns that tell where a row is: a key of numbers, else no value of it."""
        key, columns = key_columns(self.table), self.patient.catalog.tables[self.table.name].columns
        mute = all(name in columns and columns[name].type in _MUTE for name in key)
        return key if mute else ("ctid",)

    def _beside(self, index: str) -> str:
        return named(*parts(self.table.name)[:-1], index)


def _look(table: Table, patient: Patient) -> Signs:
    there = patient.catalog.tables
    if table.name not in there:
        gone = Finding("a table that is not there", "its rows", f"no table {table.name}")
        return Signs(unasked=(gone,))
    scan = _Scan(table, patient)
    with patient.connection.transaction(force_rollback=True):
        patient.connection.execute(_UNPROVEN.encode())
        _ask(scan, table, patient)
    return Signs(tuple(scan.faults), tuple(scan.unasked))


def _ask(scan: _Scan, table: Table, patient: Patient) -> None:
    catalog = patient.catalog
    asked = conditions.of_rows(table, patient.contract, catalog, _domains(patient))
    scan.apart("the rows", partial(scan.one, f"SELECT FROM {scan.rows} LIMIT 0"))
    if scan.unasked:
        return
    scan.alone(tuple(asked))
    for key in table.keys:
        if conditions.answerable(key.columns, catalog.tables[table.name]):
            scan.apart(key.name, partial(scan.unique, key))
    for exclusion in table.excludes:
        scan.apart(exclusion.name, partial(scan.excluded, exclusion))
    for foreign in table.foreign_keys:
        parent = catalog.tables.get(foreign.references)
        if (
            foreign.valid
            and conditions.answerable(foreign.referring, catalog.tables[table.name])
            and conditions.answerable(foreign.references_columns, parent)
        ):
            scan.apart(foreign.name, partial(scan.refers, foreign))


def _domains(patient: Patient) -> tuple[DomainCheck, ...]:
    schemas = patient.contract.schemas
    if not any(kind == "domain" for kind, _ in patient.catalog.others):
        return ()
    rows = patient.connection.execute(_DOMAINS, [schemas[0], list(schemas)]).fetchall()
    return tuple(
        DomainCheck(named(schema, name), type_, check.removeprefix(_CHECK).removesuffix(_LATE))
        for schema, name, type_, check in rows
    )


def _counting(asked: Sequence[Condition], rows: str) -> str:
    """Counts of each condition, made for those rows alone that break any."""
    counts = ", ".join(f"count(*) FILTER (WHERE {one.breaks})" for one in asked)
    any_ = " OR ".join(f"({one.breaks})" for one in asked)
    return f"SELECT {counts} FROM {rows} WHERE {any_}"


def _too_long(error: psycopg.Error) -> bool:
    """Whether the scan was ended, as one for each condition would be."""
    return isinstance(error, psycopg.errors.QueryCanceled)


def _mend(key: ForeignKey, found: str) -> str:
    """What the reference does to such rows when their parent is deleted."""
    if key.on_delete not in ("cascade", "set null"):
        return ""
    does = f"DELETE FROM {found};"
    if key.on_delete == "set null":
        table, _, where = found.partition(" WHERE ")
        columns = ", ".join(f"{identifier(name)} = NULL" for name in key.referring)
        does = f"UPDATE {table} SET {columns} WHERE {where};"
    return f"-- as a delete of its parent does; or put rows of {key.references} back\n{does}"

"""Indexes that serve nobody: invalid, duplicate and unused ones.

What is unused is advice, and so is a duplicate that the contract itself declares. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from vrss_contract.checks.verdict import Finding, Listing
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog, CatalogIndex
from vrss_contract.doctor import repair, usage
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, counted
from vrss_contract.doctor.usage import Usage
from vrss_contract.sql.literal import named, parts

_KIND = "index"
_LEFT_OVER = ("_ccnew", "_ccold")
"""What REINDEX CONCURRENTLY calls an index that it could not finish, or not take away."""
_MEBIBYTE = 1 << 20


def checks() -> Iterator[DoctorCheck]:
    """What is asked of indexes."""
    yield DoctorCheck(
        "doctor.indexes.valid",
        _KIND,
        "should",
        "Every index is valid: what an interrupted CREATE INDEX CONCURRENTLY leaves is not.",
        partial(_looked, invalid),
    )
    yield DoctorCheck(
        "doctor.indexes.duplicate",
        _KIND,
        "may",
        "No index repeats another.",
        partial(_looked, duplicates),
    )
    yield DoctorCheck(
        "doctor.indexes.unused",
        _KIND,
        "may",
        "Indexes that no query has scanned are worth a thought.",
        partial(_looked, unused),
    )


def _looked(judge: Callable[[Contract, Catalog, Usage], Signs], patient: Patient) -> Signs:
    counts = usage.read(patient.connection, patient.contract.schemas)
    return judge(patient.contract, patient.catalog, counts)


def invalid(contract: Contract, catalog: Catalog, counts: Usage) -> Signs:
    """Indexes that queries can't use, and that every write pays for all the same."""
    faults: list[Finding] = []
    advice: list[Finding] = []
    declared, home = _declared(contract), contract.schemas[0]
    for table, index in _all(catalog):
        if index.valid and index.ready:
            continue
        about = f"index {index.name} of {table}"
        used = counts.indexes.get(index.name)
        if used and used.building:
            advice.append(Finding(about, "valid", "invalid, and being built"))
            continue
        gone = index.name.rstrip('"0123456789').endswith(_LEFT_OVER)
        mend = (repair.drop if gone else repair.rebuild)(index.name, home)
        if not gone and index.name not in declared:
            mend += f"\n-- or, where nobody needs it: {repair.drop(index.name, home)}"
        faults.append(Finding(about, "valid", "invalid", repair=mend))
    return Signs(tuple(faults), advice=tuple(advice))


def duplicates(contract: Contract, catalog: Catalog, counts: Usage) -> Signs:
    """Indexes of the same columns, order, operator classes and predicate as another."""
    declared = _declared(contract)
    groups: defaultdict[tuple[str, ...], list[CatalogIndex]] = defaultdict(list)
    for table, index in _all(catalog):
        if index.valid:
            groups[table, *_meaning(index)].append(index)
    faults: list[Finding] = []
    advice: list[Finding] = []
    for (table, *_), twins in groups.items():
        kept, *others = sorted(twins, key=lambda one: _worth(one, declared))
        for index in others:
            if _superfluous(index, kept):
                pair = _Pair(
                    table, index, kept, counts, contract.schemas[0], index.name in declared
                )
                (advice if pair.declared else faults).append(pair.finding())
    return Signs(tuple(faults), advice=tuple(advice))


def unused(contract: Contract, catalog: Catalog, counts: Usage) -> Signs:
    """Indexes without a scan, those that enforce something apart; and the use of every index."""
    declared = _declared(contract)
    used = [
        (index, table, counts.indexes[index.name])
        for table, index in _all(catalog)
        if index.name in counts.indexes
    ]
    listing = Listing(
        "indexes",
        f"The use of every index, counted {counts.age}, those without a scan first:",
        ("index", "table", "scans", "tuples_read", "tuples_fetched", "bytes", "declared", "unique"),
        tuple(
            (index.name, table, use.scans, use.read, use.fetched, use.bytes, known, index.unique)
            for index, table, use in sorted(used, key=lambda one: (one[2].scans, -one[2].bytes))
            for known in [index.name in declared]
            if table in contract.tables or not contract.tables
        ),
    )
    idle = [
        (index.name in declared, -use.bytes, index.name)
        for index, _, use in used
        if not (use.scans or index.unique or index.constraint)
    ]
    return Signs(advice=tuple(_idle(idle, counts)), listing=listing)


def _idle(idle: list[tuple[bool, int, str]], counts: Usage) -> Iterator[Finding]:
    if idle:
        yield Finding(
            because="1 index" if len(idle) == 1 else f"{len(idle):,} indexes",
            expected=f"a scan, as far as was counted: {counts.age}",
            found="\n".join(
                f"{name}, {_size(-bytes_)}{'' if known else ', not declared'}"
                for known, bytes_, name in sorted(idle)
            ),
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """An index and the one that makes it superfluous."""

    table: str
    index: CatalogIndex
    twin: CatalogIndex
    counts: Usage
    home: str
    declared: bool

    def finding(self) -> Finding:
        """The pair told, with what each was used for."""
        because = f"index {self.index.name} repeats {self.twin.name}, {self._rank()}"
        found = f"{self._used(self.index)}; {self._used(self.twin)}; {self.counts.age}"
        if self.declared:
            return Finding(because, "one of them, though the contract declares both", found)
        mend = repair.drop(self.index.name, self.home)
        if self.index.constraint:
            mend = repair.drop_constraint(self.table, self.index.constraint, self.home)
        return Finding(because, "one of them", found, repair=mend)

    def _rank(self) -> str:
        if self.twin.constraint:
            return f"which the constraint {self.twin.constraint} rests on"
        return "which is unique" if self.twin.unique else "its duplicate"

    def _used(self, index: CatalogIndex) -> str:
        used = self.counts.indexes.get(index.name)
        if used is None:
            return f"{index.name}: not counted"
        return f"{index.name}: {counted(used.scans, 'scan')}, {_size(used.bytes)}"


def _all(catalog: Catalog) -> Iterator[tuple[str, CatalogIndex]]:
    """Each index with its table, both named as the contract names tables."""
    for name, table in catalog.tables.items():
        for index in table.indexes.values():
            yield name, replace(index, name=_beside(name, index.name))


def _beside(table: str, index: str) -> str:
    """The index, which is in its table's schema, as the contract would name it."""
    return named(*parts(table)[:-1], index)


def _declared(contract: Contract) -> frozenset[str]:
    """The names of all that is declared and is, or makes, an index."""
    names: set[str] = set()
    for table in contract.tables.values():
        own = {index.name for index in table.indexes} | {key.name for key in table.keys}
        names |= {_beside(table.name, name) for name in own}
    return frozenset(names)


def _meaning(index: CatalogIndex) -> tuple[str, ...]:
    columns = (f"{column} {column.name}" for column in index.columns)
    include = sorted(index.include)
    return (index.method, index.predicate, *columns, "include", *include)


def _superfluous(index: CatalogIndex, kept: CatalogIndex) -> bool:
    """Whether the other also enforces what this one does."""
    return not index.unique or (kept.unique and (index.nulls_distinct or not kept.nulls_distinct))


def _worth(index: CatalogIndex, declared: frozenset[str]) -> tuple[bool, bool, bool, str]:
    """The one to keep sorts first."""
    return (not index.constraint, not index.unique, index.name not in declared, index.name)


def _size(size: int) -> str:
    return f"{size / _MEBIBYTE:,.1f} MiB"

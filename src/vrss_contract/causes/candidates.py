"""Differences between a catalog and what the contract declares, each with what mends it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vrss_contract.causes.difference import CatalogDifference, sentence
from vrss_contract.causes.extras import extras
from vrss_contract.causes.mend import mend
from vrss_contract.causes.renamed import renamed
from vrss_contract.checks.table import judge_fact
from vrss_contract.checks.table.answer import Missing
from vrss_contract.contract.model import Contract, FactPromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.doctor import same_by_another_name as namesake
from vrss_contract.doctor.declared import told_elsewhere
from vrss_contract.target import Rename

_ORDER = (
    *("enum", "table", "column", "type", "function", "default", "extra", "nullability", "key"),
    *("check", "exclusion", "foreign_key", "trigger", "index", "delete_index", "comment"),
)
"""The order in which DDL loads: what is referred to comes first."""
_ALIKE = frozenset({"type", "nullability", "default", "foreign_key"})
"""Differences that are one cause where the same is found instead of the same."""
_AT_ONCE = frozenset({"table", "comment", "delete_index"})
"""Differences that are one cause, however many there are."""
_FAMILY = {
    "body": "function",
    "execute": "function",
    "type_exact": "type",
    "index_exact": "index",
    "index_named": "index",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One or more differences of a sort, and the DDL that takes them away."""

    sort: str
    says: str
    objects: tuple[str, ...]
    ddl: tuple[str, ...]
    """Statements; none where nothing is known that mends it."""
    renames: tuple[Rename, ...] = ()
    """What it gives its name, where it is about names."""
    tables: tuple[str, ...] = ()
    """Those it is of: where what is missing would stand."""

    @property
    def rank(self) -> int:
        """Its place in an order that loads."""
        return _ORDER.index(self.sort)


def misnamed(contract: Contract, catalog: Catalog) -> tuple[Candidate, ...]:
    """Constraints and indexes of another name, in an order that loads.

    Tables, columns, enums and functions have their names by then (``causes/renamed``), and the
    catalog is read again after these: what else differs is often said in the other name.
    """
    found = (
        Candidate(one.sort, f"{one.wanted} is called {one.found}", (one.wanted,), (one.ddl,))
        for one in renamed(contract, catalog)
    )
    return _in_order(found)


def called(renames: Sequence[Rename], ddl: Sequence[str]) -> Candidate:
    """The candidate that gives some things of one sort, or of one table, their names."""
    first, *others = renames
    other = f"{first.table}.{first.found}" if first.table else first.found
    says = f"{first.full} is called {other}"
    if others:
        says = f"{len(renames)} columns of {first.table} are called otherwise, such as {says}"
    return Candidate(
        first.sort, says, tuple(one.full for one in renames), tuple(ddl), tuple(renames)
    )


def candidates(contract: Contract, catalog: Catalog) -> tuple[Candidate, ...]:
    """All other differences for which the contract knows what should be, in an order that loads."""
    beyond = (
        Candidate("extra", one.says, (one.name,), (one.ddl,)) for one in extras(contract, catalog)
    )
    return _in_order([*_grouped(_differences(contract, catalog)), *beyond])


def _in_order(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(found, key=lambda one: one.rank))


def _differences(contract: Contract, catalog: Catalog) -> Iterator[CatalogDifference]:
    """One for each object and sort, the first that is found; of a function, what it does."""
    found: dict[tuple[str, str], CatalogDifference] = {}
    for clause in contract.clauses:
        promise = clause.promise
        if not isinstance(promise, FactPromise):
            continue
        if one := _difference(promise, contract, catalog):
            first = found.setdefault((one.sort, one.name), one)
            if promise.aspect == "body" and not first.lacking:
                found[one.sort, one.name] = replace(first, does_else=True)
    yield from found.values()


def _difference(
    promise: FactPromise, contract: Contract, catalog: Catalog
) -> CatalogDifference | None:
    if promise.table not in {"", *catalog.tables} and promise.aspect != "table":
        return None  # the table itself is lacking
    answer = judge_fact(promise, catalog)
    if isinstance(answer, Missing) or not answer:
        return None
    finding = answer[0]
    lacking = finding.found.startswith("no such")
    sort = _FAMILY.get(promise.aspect, promise.aspect)
    if sort == "type" and lacking:
        sort = "column"
    if sort not in _ORDER or promise.aspect == "index_named":
        return None
    if sort == "trigger" and namesake.of(promise, contract, catalog):
        return None
    if sort == "delete_index" and told_elsewhere(promise, contract, catalog):
        return None  # a declared index that is lacking would serve
    name = promise.name or promise.table
    if sort in {"type", "column", "nullability", "default"}:
        name = f"{promise.table}.{promise.expected.name}"
    return CatalogDifference(
        sort,
        name,
        finding,
        mend(promise, sort, contract, catalog),
        lacking=lacking,
        table=promise.table,
        routine=_routine(promise, sort),
    )


def _routine(promise: FactPromise, sort: str) -> str:
    """The function that is declared, or that the declared trigger calls."""
    if sort == "trigger":
        return str(promise.expected.function)
    return promise.name if sort == "function" else ""


def _grouped(differences: Iterable[CatalogDifference]) -> Iterator[Candidate]:
    groups: dict[tuple[str, ...], list[CatalogDifference]] = {}
    for one in differences:
        groups.setdefault(_key(one), []).append(one)
    for members in groups.values():
        # A function comes before the triggers that call it.
        ordered = sorted(members, key=lambda one: _ORDER.index(one.sort))
        ddl = tuple(dict.fromkeys(one.ddl for one in ordered if one.ddl))
        names = tuple(one.name for one in ordered)
        tables = tuple(dict.fromkeys(one.table for one in ordered if one.table))
        yield Candidate(ordered[-1].sort, sentence(ordered), names, ddl, tables=tables)


def _key(one: CatalogDifference) -> tuple[str, ...]:
    """What differences of one cause have in common."""
    if one.routine:
        return ("function", one.routine)
    if one.sort in _ALIKE and not one.lacking:
        return (one.sort, one.finding.expected.replace(one.name, ""), one.finding.found)
    if one.sort == "column":
        return (one.sort, one.table)
    if one.sort in _AT_ONCE or (one.sort == "enum" and one.lacking):
        return (one.sort,)
    if one.sort in {"enum", "key", "exclusion"}:
        return (one.sort, one.name)
    return (one.sort, "lacking" if one.lacking else one.finding.because.replace(one.name, ""))

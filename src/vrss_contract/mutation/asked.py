"""Which clauses are asked of a mutant, and in which order: those about its object first.

By the names that a clause is about, and the tables that its SQL writes to. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import LEVELS, CascadePromise, Clause, Contract, FactPromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.mutant import Mutant

ALONE = ("rows", "jsonb", "table", "cascade", "trigger", "invariant")
"""Kinds that one session judges, the cheapest first."""
TOGETHER = ("strangers", "schedule", "pairs", "workload", "restored")
"""Kinds that need commits, so that each mutant costs a copy of the database."""
_WRITTEN = re.compile(
    r"""(?ix) \b (insert \s+ into | update | delete \s+ from | truncate (?: \s+ table )?
    | merge \s+ into | copy) \s+ (?: only \s+ )? (?: \w+ \. )? (\w+)"""
)
_TABLE = re.compile(r"\btable='([\w.]+)'")
"""The rows that a clause is given, as its promise shows them."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The tables that a clause is about, as far as its SQL and its objects tell."""

    names: frozenset[str]
    """What it speaks of."""
    own: frozenset[str]
    """Tables of what it speaks of."""
    tables: frozenset[str]
    """Tables whose rows it makes, changes and takes."""
    emptied: frozenset[str]
    """Those that it deletes from, which may take rows of others."""


class Asked:
    """A contract's clauses, for mutants of one loaded target."""

    def __init__(self, contract: Contract, catalog: Catalog) -> None:
        self._contract = contract
        self._tables = _tables_of(catalog)
        kinds = {*ALONE, *TOGETHER}
        self._reached = {one.id: self._of(one) for one in contract.clauses if one.kind in kinds}
        self.clauses = {one.id: one for one in contract.clauses if one.id in self._reached}

    def in_order(self, mutant: Mutant, first: Iterable[str] = ()) -> Iterator[Sequence[Clause]]:
        """The clauses that may see it, in groups of one kind, the likeliest first.

        Args:
            mutant: the mutant.
            first: ids of clauses that are expected to see it.
        """
        known = [self.clauses[one] for one in first if one in self.clauses]
        yield from ([one] for one in known)
        seen = {one.id for one in known}
        names = _names(mutant)
        near = [one for one in self._near(names) if one.id not in seen]
        yield from _grouped(near)
        seen |= {one.id for one in near}
        tables = frozenset(mutant.tables)
        parents = self._parents(tables)
        wide = [
            one
            for one in self.clauses.values()
            if one.id not in seen and self._comes_to(one, tables, parents)
        ]
        yield from _grouped(wide)

    def others(self, asked: Iterable[str]) -> Iterator[Sequence[Clause]]:
        """All the others that one session judges: the last thing that is tried."""
        seen = {*asked}
        yield from _grouped(
            [one for one in self.clauses.values() if one.id not in seen and one.kind in ALONE]
        )

    def _near(self, names: frozenset[str]) -> Iterator[Clause]:
        for one in self.clauses.values():
            if not names.isdisjoint(self._reached[one.id].names):
                yield one

    def _comes_to(self, clause: Clause, tables: frozenset[str], parents: frozenset[str]) -> bool:
        reached = self._reached[clause.id]
        if not tables:
            return False
        return bool(reached.own & tables or reached.tables & tables or reached.emptied & parents)

    def _of(self, clause: Clause) -> Reached:
        """What is written in what the clause says."""
        names = frozenset(clause.objects)
        own = {self._tables[one] for one in names if one in self._tables}
        own |= {one.rpartition(".")[0] for one in names if "." in one}
        own |= names & self._contract.tables.keys()
        if isinstance(clause.promise, FactPromise):
            more = {clause.promise.table} if clause.promise.table else set[str]()
            return Reached(names, frozenset(own | more), frozenset(), frozenset())
        promise = played(clause.promise, self._contract)
        operations = getattr(promise, "operations", ())
        text = "\n".join(
            [repr(promise), *(self._contract.operations[name].sql for name in operations)]
        )
        found = _WRITTEN.findall(text.replace("\\n", " "))
        tables = {table for _, table in found} | {*_TABLE.findall(text)}
        emptied = {table for verb, table in found if verb[0] in "dDtT"}
        if isinstance(promise, CascadePromise):
            emptied.add(promise.deletes.table)
        return Reached(names, frozenset(own), frozenset(tables), frozenset(emptied))

    def _parents(self, tables: Iterable[str]) -> frozenset[str]:
        """These tables, and those whose deletes take rows of theirs."""
        found, new = set[str](), {*tables}
        while new:
            found |= new
            new = {parent for name in new for parent in self._references.get(name, ())} - found
        return frozenset(found)

    @cached_property
    def _references(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(one.references for one in table.foreign_keys)
            for name, table in self._contract.tables.items()
        }


def _names(mutant: Mutant) -> frozenset[str]:
    """What a clause about the mutant's object would speak of."""
    found = {mutant.object, *mutant.about}
    found |= {one.rpartition(".")[2] for one in found if "." in one}
    return frozenset(found)


def _tables_of(catalog: Catalog) -> Mapping[str, str]:
    """The table of each constraint, index and trigger, by its name."""
    return {
        name: table.name
        for table in catalog.tables.values()
        for part in (table.constraints, table.indexes, table.triggers)
        for name in part
    }


_MOST = {"rows": 24, "table": 200, "cascade": 8, "jsonb": 2, "trigger": 4}
"""Clauses of a kind that are asked at once: what a round trip costs, against what is not needed."""


def _grouped(clauses: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """Clauses of a kind together, in the order of kinds, the stricter levels first."""
    for kind in (*ALONE, *TOGETHER):
        own = sorted(
            (one for one in clauses if one.kind == kind), key=lambda one: LEVELS.index(one.level)
        )
        most = _MOST.get(kind, 1)
        yield from (own[at : at + most] for at in range(0, len(own), most))

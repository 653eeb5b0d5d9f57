"""Which clauses are asked of a mutant, and in which order: those about its object first.

By the names that a clause is about, and the tables that its SQL writes to. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import (
    LEVELS,
    CascadePromise,
    Clause,
    Contract,
    FactPromise,
    Level,
)
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

    own: frozenset[str]
    """Tables of what it speaks of."""
    tables: frozenset[str]
    """Tables whose rows it makes, changes and takes."""
    emptied: frozenset[str]
    """Those that it deletes from, which may take rows of others."""


class AskedClauses:
    """A contract's clauses, for mutants of one loaded target."""

    def __init__(self, contract: Contract, catalog: Catalog) -> None:
        self._contract = contract
        self._tables = _tables_of(catalog)
        kinds = {*ALONE, *TOGETHER}
        self._reached = {
            one.id: self._of(one)
            for one in contract.clauses
            if one.kind in kinds and not _compares_texts(one)
        }
        self._by_tables: dict[frozenset[str], Sequence[str]] = {}
        self.clauses = {one.id: one for one in contract.clauses if one.id in self._reached}

    def near(
        self, mutant: Mutant, kinds: Sequence[str], first: Iterable[str] = ()
    ) -> Iterator[Sequence[Clause]]:
        """The clauses of these kinds about its object, in groups of one kind.

        Args:
            mutant: the mutant.
            kinds: those that are asked, the first ones first.
            first: ids of clauses that are expected to see it, and come before all others.
        """
        yield from self.these(first, kinds)
        yield from _grouped(self._near(mutant), kinds)

    def likely(self, mutant: Mutant, sorts: Iterable[str], ids: Iterable[str]) -> Iterator[str]:
        """The clauses that killed others like it, as far as they speak of what it bears on.

        Args:
            mutant: the mutant.
            sorts: the sorts of clauses that killed other mutants of its operator.
            ids: clauses that killed other mutants of its table.
        """
        near = {one.id: one for one in self._near(mutant)}
        of_table = self._named.get(mutant.tables[0], ()) if mutant.tables else ()
        own = [one for one in dict.fromkeys([*near, *of_table]) if one in self.clauses]
        for sort in sorts:
            yield from (one for one in own if self.sort(one) == sort)
        yield from (one for one in ids if mutant.meets or one in near)

    def sort(self, id_: str) -> str:
        """What clauses about other objects that say the same have in common; mostly nothing."""
        clause = self.clauses[id_]
        if isinstance(clause.promise, FactPromise):
            return clause.promise.aspect
        return id_.rpartition(".")[2] if clause.kind == "rows" else ""

    def these(self, ids: Iterable[str], kinds: Sequence[str]) -> Iterator[Sequence[Clause]]:
        """The clauses of these ids and kinds, each alone."""
        found = (self.clauses[one] for one in ids if one in self.clauses)
        yield from ([one] for one in found if one.kind in kinds)

    def wide(self, mutant: Mutant, kinds: Sequence[str]) -> Iterator[Sequence[Clause]]:
        """Those that come to its tables."""
        found = (self.clauses.get(one) for one in self._wide(frozenset(mutant.tables)))
        yield from _grouped([one for one in found if one], kinds)

    def deserved(self, mutant: Mutant) -> Level:
        """What a mutant deserves: no more than the strictest clause about its object promises."""
        names = {mutant.object, mutant.object.rpartition(".")[2]}
        ids = (one for name in names for one in self._named.get(name, ()))
        own = [LEVELS.index(self.clauses[one].level) for one in ids if one in self.clauses]
        return LEVELS[max(LEVELS.index(mutant.level), min(own, default=0))]

    def others(self) -> Iterator[Sequence[Clause]]:
        """All that one session judges: the last thing that is tried."""
        yield from _grouped([*self.clauses.values()], ALONE)

    def _wide(self, tables: frozenset[str]) -> Sequence[str]:
        """The same for tables that many mutants have in common."""
        if tables not in self._by_tables:
            parents = self._parents(tables)
            found = [id_ for id_ in self._reached if self._comes_to(id_, tables, parents)]
            self._by_tables[tables] = found
        return self._by_tables[tables]

    def _near(self, mutant: Mutant) -> Sequence[Clause]:
        """Those that speak of its object."""
        ids = dict.fromkeys(one for name in _names(mutant) for one in self._named.get(name, ()))
        return [self.clauses[one] for one in ids if one in self.clauses]

    @cached_property
    def _named(self) -> Mapping[str, Sequence[str]]:
        """The clauses that speak of a name."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.clauses.values():
            for name in one.objects:
                found[name].append(one.id)
        return found

    def _comes_to(self, id_: str, tables: frozenset[str], parents: frozenset[str]) -> bool:
        reached = self._reached[id_]
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
            return Reached(frozenset(own | more), frozenset(), frozenset())
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
        return Reached(frozenset(own), frozenset(tables), frozenset(emptied))

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


def _compares_texts(clause: Clause) -> bool:
    """Whether it says nothing of what happens: any change of a body breaks it."""
    return isinstance(clause.promise, FactPromise) and clause.promise.aspect == "body"


def _names(mutant: Mutant) -> Iterable[str]:
    """What a clause about the mutant's object would speak of."""
    found = (mutant.object, *mutant.about)
    return dict.fromkeys([*found, *(one.rpartition(".")[2] for one in found if "." in one)])


def _tables_of(catalog: Catalog) -> Mapping[str, str]:
    """The table of each constraint, index and trigger, by its name."""
    return {
        name: table.name
        for table in catalog.tables.values()
        for part in (table.constraints, table.indexes, table.triggers)
        for name in part
    }


_MOST = {
    "rows": 24,
    "table": 200,
    "cascade": 8,
    "jsonb": 2,
    "trigger": 400,
    "invariant": 20,
    "schedule": 8,
}
"""Clauses of a kind that are asked at once: what a round trip costs, against what is not needed."""


def _grouped(clauses: Sequence[Clause], kinds: Sequence[str]) -> Iterator[Sequence[Clause]]:
    """Clauses of a kind together, in the order of kinds, the stricter levels first."""
    for kind in kinds:
        own = sorted(
            (one for one in clauses if one.kind == kind), key=lambda one: LEVELS.index(one.level)
        )
        most = _MOST.get(kind, 1)
        yield from (own[at : at + most] for at in range(0, len(own), most))

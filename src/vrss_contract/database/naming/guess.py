"""What a target calls otherwise than the contract, as far as its catalog leaves no doubt. Pure.

A table is known by how its name is written or by its columns, a column by its name or by its type
and place, an enum by its name or its labels, a function by its name or by what triggers call it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vrss_contract.contract.model import Column, Contract, Table, Trigger
from vrss_contract.database.catalog.facts import Catalog, CatalogTable, CatalogTrigger
from vrss_contract.sql.literal import identifier, parts
from vrss_contract.sql.spoken import words
from vrss_contract.sql.type_name import formatted
from vrss_contract.target import Rename

_MOST = 0.75
"""The share of columns that two tables of one kind have in common."""


def guessed(
    contract: Contract, catalog: Catalog, given: Iterable[Rename] = ()
) -> tuple[Rename, ...]:
    """Those that are given, and all that can be guessed beside them; tables come first.

    Args:
        contract: whose names are wanted.
        catalog: what the target has.
        given: what needs no guess.
    """
    known = tuple(given)
    guess = _Guess(contract, catalog, known)
    tables = [*_of(known, "table"), *guess.tables()]
    guess.called |= {one.wanted: one.found for one in tables}
    enums = [*_of(known, "enum"), *guess.enums()]
    guess.types |= {identifier(one.found): identifier(one.wanted) for one in enums}
    columns = [*_of(known, "column"), *guess.columns()]
    functions = [*_of(known, "function"), *guess.functions()]
    return (*tables, *enums, *columns, *functions)


def _of(given: Iterable[Rename], sort: str) -> Iterator[Rename]:
    return (one for one in given if one.sort == sort)


@dataclass(slots=True)
class _Guess:
    contract: Contract
    catalog: Catalog
    given: tuple[Rename, ...]
    called: dict[str, str] = field(default_factory=dict)
    """The target's names of tables, by the contract's."""
    types: dict[str, str] = field(default_factory=dict)
    """The contract's names of types, by the target's, as SQL has them."""

    def tables(self) -> Iterator[Rename]:
        """Those of another name."""
        there = {*self.catalog.tables, *(name for _, name in self.catalog.others)}
        lacking, beyond = self._open("table", self.contract.tables, self.catalog.tables, there)
        rules = (_written_alike, self._same_columns)
        yield from (Rename("table", *pair) for pair in _paired(lacking, beyond, rules))

    def enums(self) -> Iterator[Rename]:
        """Those of another name."""
        lacking, beyond = self._open("enum", self.contract.enums, self.catalog.enums)
        rules = (_written_alike, self._same_labels)
        yield from (Rename("enum", *pair) for pair in _paired(lacking, beyond, rules))

    def columns(self) -> Iterator[Rename]:
        """Those of another name, table by table."""
        for name, table in self.contract.tables.items():
            if there := self.catalog.tables.get(self.called.get(name, name)):
                yield from self._columns(table, there)

    def functions(self) -> Iterator[Rename]:
        """Those of another name; of several with one name none can be told."""
        names = [one.name for one in self.catalog.functions]
        once = [name for name in names if names.count(name) == 1]
        lacking, beyond = self._open("function", self.contract.functions, once, names)
        calls = dict(self._calls(lacking, beyond))
        rules = (_written_alike, lambda wanted, found: found in calls.get(wanted, ()))
        yield from (Rename("function", *pair) for pair in _paired(lacking, beyond, rules))

    def _open(
        self, sort: str, declared: Iterable[str], there: Iterable[str], all_: Iterable[str] = ()
    ) -> tuple[list[str], list[str]]:
        """What is declared and lacking, and what is there beyond; without what is given."""
        names, given = [*there], [one for one in self.given if one.sort == sort]
        taken = {*names, *all_, *(one.wanted for one in given)}
        found = {one.found for one in given}
        wanted = [*declared]
        return (
            [name for name in wanted if name not in taken],
            [name for name in names if name not in {*wanted, *found}],
        )

    def _columns(self, table: Table, there: CatalogTable) -> Iterator[Rename]:
        given = {one.wanted: one.found for one in self.given if one.table == table.name}
        declared = {one.name: one for one in table.columns if one.name not in given}
        lacking = [name for name in declared if name not in there.columns]
        beyond = [
            name
            for name in there.columns
            if name not in declared and name not in {*given.values(), *given}
        ]
        found = dict(_paired(lacking, beyond, (_spelt_alike,)))
        known = {**{name: name for name in declared if name in there.columns}, **given, **found}
        found |= {
            wanted: other
            for wanted, other in _between(table, there, known)
            if self._same_column(declared[wanted], there, other)
        }
        yield from (Rename("column", *pair, table.name) for pair in found.items())

    def _same_column(self, declared: Column, there: CatalogTable, name: str) -> bool:
        """Whether both hold the same values, and are said or not said alike."""
        column = there.columns[name]
        type_ = self.types.get(column.type, column.type)
        default = bool(column.default or column.identity)
        return (
            formatted(declared.type) == type_
            and declared.nullable == column.nullable
            and bool(declared.default or declared.numbered) == default
        )

    def _same_columns(self, wanted: str, found: str) -> bool:
        declared = {_spelt(one.name) for one in self.contract.tables[wanted].columns}
        there = {_spelt(name) for name in self.catalog.tables[found].columns}
        return len(declared & there) >= _MOST * len(declared | there)

    def _same_labels(self, wanted: str, found: str) -> bool:
        return {*self.contract.enums[wanted].labels} == {*self.catalog.enums[found]}

    def _calls(
        self, lacking: Iterable[str], beyond: Iterable[str]
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """For each function the one that all of its triggers call, where there is but one."""
        bodies = {one.name: one.body for one in self.catalog.functions}
        beyond = frozenset(beyond)
        for name in lacking:
            called = {
                found.function
                for table in self.contract.tables.values()
                for declared in table.triggers
                if declared.function == name
                for found in self._as_declared(table, declared)
            } & beyond
            alike = {one for one in called if self._speaks_of_the_same(name, bodies[one])}
            if len(called) == 1:
                yield name, frozenset(alike)

    def _as_declared(self, table: Table, declared: Trigger) -> Iterator[CatalogTrigger]:
        """The trigger of that name, or those that fire as it does and that nobody declared."""
        there = self.catalog.tables.get(self.called.get(table.name, table.name))
        if there is None:
            return
        if found := there.triggers.get(declared.name):
            yield found
            return
        names = {one.name for one in table.triggers}
        yield from (
            one
            for one in there.triggers.values()
            if one.name not in names and _fires_alike(declared, one)
        )

    def _speaks_of_the_same(self, name: str, body: str) -> bool:
        """Whether it speaks of every table that the canonical body speaks of."""
        spoken, there = words(self.contract.functions[name].body), words(body)
        return all(
            parts(self.called.get(table, table))[-1] in there
            for table in self.contract.tables
            if parts(table)[-1] in spoken
        )


def _paired(
    lacking: Iterable[str], beyond: Iterable[str], rules: Iterable[Callable[[str, str], bool]]
) -> Iterator[tuple[str, str]]:
    """Pairs of names by the first rule by which each of them has one partner only."""
    wanted, found = [*lacking], [*beyond]
    for alike in rules:
        pairs = [(one, other) for one in wanted for other in found if alike(one, other)]
        firsts, seconds = [one for one, _ in pairs], [other for _, other in pairs]
        sure = [p for p in pairs if firsts.count(p[0]) == 1 and seconds.count(p[1]) == 1]
        yield from sure
        taken = {name for pair in sure for name in pair}
        wanted = [one for one in wanted if one not in taken]
        found = [one for one in found if one not in taken]


def _between(
    table: Table, there: CatalogTable, known: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A declared column and another one, each alone between the same two that are known."""
    places = {name: at for at, name in enumerate(there.columns)}
    names = [column.name for column in table.columns]
    ends = [-1, *(places.get(known[n], -1) for n in names if n in known), len(places)]
    if ends != sorted(ends):
        return  # they stand in another order
    columns, gap, last = [*there.columns], list[str](), -1
    for name in [*names, ""]:
        if name and name not in known:
            gap.append(name)
            continue
        end = places[known[name]] if name else len(columns)
        others = columns[last + 1 : end]
        if len(gap) == len(others) == 1:
            yield gap[0], others[0]
        gap, last = [], end


def _spelt(name: str) -> str:
    """A name without what languages write differently: ``firstName`` is ``first_name``."""
    return re.sub(r"[\W_]", "", name.lower())


def _spelt_alike(wanted: str, found: str) -> bool:
    return _spelt(wanted) == _spelt(found)


def _written_alike(wanted: str, found: str) -> bool:
    """Whether they are one word, in the same schema, be it of one thing or of many."""
    (*one, name), (*other, called) = parts(wanted), parts(found)
    return one == other and _one_of_many(_spelt(name)) == _one_of_many(_spelt(called))


def _one_of_many(word: str) -> str:
    for many, one in (("ies", "y"), ("ss", "ss"), ("s", "")):
        if word.endswith(many):
            return word.removesuffix(many) + one
    return word


def _fires_alike(declared: Trigger, found: CatalogTrigger) -> bool:
    events = {event.lower().split()[0] for event in declared.events}
    return (declared.timing.lower(), events, declared.each.lower()) == (
        found.timing.lower(),
        {event.lower().split()[0] for event in found.events},
        found.each.lower(),
    )

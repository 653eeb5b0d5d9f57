"""A schema that is wrong in one place, or a contract's query or script, and what makes such.

Sources of the operators: SchemaAnalyst's (McMinn et al., 2015) for tables, the statements of
PostgreSQL 16's DDL for all else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from vrss_contract.contract.model import Contract, Level
from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.database.catalog.facts import Catalog


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one object."""

    operator: str
    object: str
    """As clauses call it: ``table``, ``table.column``, ``table.constraint`` or its own name."""
    what: str
    """What is another, in words that stay the same from run to run; nothing where the operator
    makes one mutant of an object."""
    ddl: tuple[str, ...]
    """What makes it in a database that has the object, or the whole text that is wrong."""
    level: Level = "must"
    """What it deserves: ``must`` where an application would feel it."""
    tables: tuple[str, ...] = ()
    """The tables whose rows or statements it bears on, its own first."""
    about: tuple[str, ...] = ()
    """More names of what it bears on, as clauses call them: columns, constraints, triggers."""
    meets: bool = False
    """Whether it is code that sessions meet at, so that clauses on sessions at once are asked."""
    committed: bool = False
    """Whether it takes a copy of the database, since a transaction can't hold it or be undone."""
    administered: bool = False
    """Whether an administrator makes it, in a copy. The role that owns nothing is ``:stranger`` in
    its DDL."""
    instead_of: str = ""
    """The text of the contract, as the reviewed list calls it, that this SQL stands in the place
    of; nothing where it is the schema that is wrong."""
    diff: str = ""
    """The lines that are others, where its SQL is long."""

    @property
    def id(self) -> str:
        """Its name, which is no other mutant's."""
        called = f"{self.operator}:{self.object}"
        return f"{called}[{self.what}]" if self.what else called

    @property
    def shown(self) -> tuple[str, ...]:
        """What a person has to see of its SQL."""
        return (self.diff,) if self.diff else self.ddl


@dataclass(frozen=True, slots=True)
class Schema:
    """What mutants are made of: a loaded target, read as its own role."""

    catalog: Catalog
    objects: Mapping[Item, Facts] = field(default_factory=dict)
    """The same with all that the server keeps, such as the definitions of functions."""
    contract: Contract | None = None
    """The promises, for operators that make less or more of what is promised."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to be wrong."""

    name: str
    """In words with hyphens, the object first: ``check-dropped``."""
    says: str
    """What becomes of the object, in a sentence."""
    make: Callable[[Schema], Iterator[Mutant]]
    """What makes its mutants. Operators may share one, which then makes those of all of them."""
    of_texts: bool = False
    """Whether they are of the contract's own texts, takes long to make, and no other's DDL is
    that of one of them."""

"""A loaded database whose things are given the contract's names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import psycopg

from vrss_contract.contract.model import Contract
from vrss_contract.contract.name_map import GivenName
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read
from vrss_contract.database.errors import NAMES_REFUSED, NOT_IN_TARGET, TAKEN_IN_TARGET
from vrss_contract.database.loader import said
from vrss_contract.database.naming.guess import guessed
from vrss_contract.database.naming.statements import applicable, routines, statements
from vrss_contract.database.scratch import Databases
from vrss_contract.database.scratch_database import Database
from vrss_contract.target import Rename, Statement, Target

_UNCHECKED = "SET check_function_bodies = off"
"""What a body lacks shows when it is called, as it does where nobody renames anything."""
_CHECKED = "RESET check_function_bodies"


@dataclass(frozen=True, slots=True)
class Naming:
    """What may stand under another name."""

    assume: bool = True
    """Whether names are guessed."""
    given: tuple[GivenName, ...] = ()
    """Those that somebody said."""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to do."""
        return self.assume or bool(self.given)


EXACT = Naming(assume=False)
"""Names are what they are."""


def by_name(database: Database, target: Target, contract: Contract, naming: Naming) -> Target:
    """The target with what gives it the contract's names, which is run in the database as well.

    Args:
        database: the target, loaded; nobody else is in it.
        target: what is loaded.
        contract: whose names are wanted.
        naming: which names may be others.

    Raises:
        TroubleError: the target has no such name, has the other one too, or does not take it.
    """
    if not naming.wanted:
        return target
    with database.connect() as session:
        renames = found(session, contract, naming)
        if not renames:
            return target
        try:
            with session.transaction():
                naming_sql = run(session, contract, renames)
        except psycopg.Error as error:
            if session.closed:
                raise
            if naming.given:
                raise NAMES_REFUSED(target=target.name, reason=said(error)) from error
            note = f"no name was assumed, since the target refuses it: {said(error)}"
            return replace(target, notes=(*target.notes, note))
    last = target.phases[-1] if target.phases else 0
    steps = tuple(Statement(text, line=0, phase=last) for text in naming_sql)
    return replace(target, renames=renames, naming=steps, notes=(*target.notes, *notes(renames)))


def assumed(databases: Databases, target: Target, contract: Contract) -> tuple[Database, Target]:
    """A new database with the target in it, by the contract's names as far as they are guessed.

    Raises:
        TroubleError: as ``Databases.load``.
    """
    database = databases.load(target)
    return database, by_name(database, target, contract, Naming())


def found(session: psycopg.Connection, contract: Contract, naming: Naming) -> tuple[Rename, ...]:
    """All that the database calls otherwise than the contract.

    Raises:
        TroubleError: what is given is not there, or the contract's name is there too.
    """
    catalog = read(session, contract.schemas)
    given = [Rename(one.sort, one.wanted, one.found, one.table, given=True) for one in naming.given]
    renames = guessed(contract, catalog, given) if naming.assume else tuple(given)
    _require_there(naming.given, renames, catalog)
    return renames


def run(
    session: psycopg.Connection, contract: Contract, renames: Iterable[Rename]
) -> tuple[str, ...]:
    """Rename what is there; the statements that did it.

    Raises:
        psycopg.Error: one was refused.
    """
    ddl = renaming(session, contract, renames)
    whole = (_UNCHECKED, *ddl, _CHECKED) if ddl else ()
    for text in whole:
        session.execute(text.encode())
    return whole


def renaming(
    session: psycopg.Connection, contract: Contract, renames: Iterable[Rename]
) -> tuple[str, ...]:
    """The statements that rename what of them is there."""
    asked = tuple(renames)
    if not asked:
        return ()
    catalog = read(session, contract.schemas)
    written = routines(session, contract.schemas)
    return statements(applicable(asked, catalog), catalog, written, contract.schemas[0])


def grouped(renames: Iterable[Rename]) -> Iterator[tuple[Rename, ...]]:
    """Each by itself, and all columns of a table together."""
    groups = defaultdict[str, list[Rename]](list)
    for one in renames:
        groups[one.table or f"{one.sort} {one.wanted}"].append(one)
    yield from map(tuple, groups.values())


def notes(renames: Iterable[Rename]) -> Iterator[str]:
    """What is assumed or given, a line for each table and sort."""
    alike = defaultdict[tuple[bool, str, str], list[Rename]](list)
    for one in renames:
        alike[one.given, one.sort, one.table].append(one)
    for (given, sort, _), members in alike.items():
        noun = f"{sort} " if sort in {"enum", "function"} else ""
        told = ", ".join(str(one) for one in members)
        yield f"{'given' if given else 'assumed'}: {noun}{told}"


def _require_there(given: Iterable[GivenName], renames: Iterable[Rename], catalog: Catalog) -> None:
    """Fail where a given name is not the target's, or the contract's name is taken there."""
    called = {one.wanted: one.found for one in renames if one.sort == "table"}
    for one in given:
        table = catalog.tables.get(called.get(one.table, one.table))
        names = {
            "table": catalog.tables.keys(),
            "column": table.columns.keys() if table else (),
            "enum": catalog.enums.keys(),
            "function": [function.name for function in catalog.functions],
        }[one.sort]
        moved = {
            other.found for other in given if (other.sort, other.table) == (one.sort, one.table)
        }
        of = f" of {one.table}" if one.table else ""
        if one.found not in names:
            raise NOT_IN_TARGET(place=one.place, sort=one.sort, name=one.found, of=of)
        if one.wanted in names and one.wanted not in moved:
            raise TAKEN_IN_TARGET(
                place=one.place, sort=one.sort, name=one.found, wanted=one.wanted, of=of
            )

"""What a kind judges with: a target loaded into a database, and the contract.

Hands out what a kind needs, each made when first asked for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

import psycopg

from vrss_contract.checks import other_keys
from vrss_contract.contract.model import Contract
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.catalog.again import CatalogAgain
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.invariants import Invariants
from vrss_contract.database.missing import MissingThing, missing, stand_ins
from vrss_contract.database.row_factory import Factory
from vrss_contract.database.savepoint_probe import Probe, Prober, ProbeResult
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.target import Statement, Target

if TYPE_CHECKING:
    from vrss_contract.data.known_answers import KnownAnswers


_Made = TypeVar("_Made")
_MISFITS = ("42804", "42846", "42883", "22P02")
"""How a value is refused that is none of a column's type: datatype_mismatch and its like."""


class JudgingContext:
    """A loaded database with its catalog and a session for probes, closed at the end."""

    def __init__(  # noqa: PLR0913 - what it is made of, and four choices
        self,
        contract: Contract,
        target: Target,
        databases: Databases,
        database: Database,
        *,
        template: Database | None = None,
        thorough: bool = False,
        brief: bool = False,
        doing: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.contract = contract
        self.target = target
        self.databases = databases
        self._database = database
        self._template = template
        self.thorough = thorough
        self.brief = brief
        self._doing = doing
        self._again: CatalogAgain | None = None
        self._lacked: tuple[MissingThing, ...] | None = None
        self._invariants: dict[int, Invariants] = {}
        self._filled: dict[str, Database] = {}
        self._known: dict[str, KnownAnswers] = {}
        self._unfilled: dict[str, TroubleError] = {}
        self._made: dict[tuple[str, str], Any] = {}
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    @property
    def catalog(self) -> Catalog:
        """What the loaded target's catalog says, or that of the session that is looked at."""
        return self._again.catalog if self._again else self._loaded_catalog

    @cached_property
    def _loaded_catalog(self) -> Catalog:
        """Asked as the target's own role.

        A function of the target that the question happens to call must not run as administrator.
        """
        with self._database.connect() as session:
            found = read(session, self.contract.schemas)
        return replace(
            found,
            settings=tuple(
                {**dict.fromkeys(self._database.settings), **dict.fromkeys(found.settings)}
            ),
        )

    def look_at(
        self, session: psycopg.Connection, changed: Collection[str], ahead: Collection[str] = ()
    ) -> None:
        """Have the catalog be what this session sees from now on.

        Args:
            session: the session.
            changed: the tables that it may see otherwise.
            ahead: the parts of the catalog that will be looked at.
        """
        self._forget()
        known = self._loaded_catalog
        self._again = CatalogAgain(session, self.contract.schemas, known, changed, ahead)

    def look_away(self) -> Collection[str]:
        """Have the catalog be as it was loaded; which parts of the other were looked at."""
        looked = self._again.looked if self._again else ()
        self._forget()
        return looked

    def _forget(self) -> None:
        self._again, self._lacked = None, None
        self._invariants.clear()

    @property
    def missing(self) -> tuple[MissingThing, ...]:
        """What the contract declares and the target does not have."""
        if self._again is None:
            return self._loaded_missing
        if self._lacked is None:
            self._lacked = missing(self.contract, self.catalog)
        return self._lacked

    @cached_property
    def _loaded_missing(self) -> tuple[MissingThing, ...]:
        return missing(self.contract, self._loaded_catalog)

    def beside(self, database: Database) -> JudgingContext:
        """The same for another database that is loaded."""
        return JudgingContext(
            self.contract,
            self.target,
            self.databases,
            database,
            thorough=self.thorough,
            brief=self.brief,
        )

    @cached_property
    def _to_fill(self) -> Target:
        """The target, in which something stands in for what rows could not be written without."""
        more = tuple(stand_ins(self.contract, self.catalog))
        last = self.target.phases[-1] if self.target.phases else 0
        steps = tuple(Statement(text, line=0, phase=last) for text in more)
        return replace(self.target, naming=(*self.target.naming, *steps))

    def ask(self, probes: Sequence[Probe]) -> list[ProbeResult]:
        """The answers to the probes, in order."""
        return self._prober.ask(probes)

    def rehearse(self, *first: str) -> contextlib.AbstractContextManager[psycopg.Connection]:
        """A session with the baseline rows, for statements one by one; all of it is undone.

        Args:
            first: statements that are run first; psycopg.Error where one is refused.
        """
        return self._prober.rehearse(*first)

    def invariants(self, session: psycopg.Connection) -> Invariants:
        """What asks on this session whether the invariants hold, as if it had not looked yet."""
        key = session.info.backend_pid
        if key not in self._invariants:
            self._invariants[key] = Invariants(self.contract, session)
        self._invariants[key].forget()
        return self._invariants[key]

    def once(self, sort: str, name: str, make: Callable[[], _Made]) -> _Made:
        """What is asked with for a clause or a table of this name, made when it is first needed."""
        key = sort, name
        if key not in self._made:
            self._made[key] = make()
        made: _Made = self._made[key]
        return made

    def lacking(self, tables: Iterable[str]) -> str:
        """Why the baseline lacks a row of one of these tables; nothing where it is whole."""
        return self._prober.lacking(tables)

    @cached_property
    def baseline_rows(self) -> BaselineRows:
        """What makes the baseline rows, and the given ones beside them."""
        return BaselineRows(self.contract)

    @property
    def stranger(self) -> str:
        """The role that owns nothing, and that the session may act as."""
        return self._database.stranger

    @contextlib.contextmanager
    def clone(self) -> Iterator[Database]:
        """A copy of the loaded database for what must commit, dropped afterwards."""
        if self._template is None:  # a database is copied only while nobody is in it
            self._prober.leave()
        copy = self.databases.create(self._template or self._database)
        try:
            yield copy
        finally:
            self.databases.drop(copy)

    def filled(self, name: str) -> Database:
        """The target full of a profile's rows, for statements that leave no trace; kept open.

        Raises:
            TroubleError: it can't be made; the target may refuse the rows.
        """
        if name in self._unfilled:
            raise self._unfilled[name]
        if name not in self._filled:
            try:
                self._filled[name] = self._open.enter_context(self._opened(name))
            except TroubleError as trouble:  # it would take as long a second time
                self._unfilled[name] = trouble
                raise
        return self._filled[name]

    def known(self, name: str) -> KnownAnswers | None:
        """What earlier runs asked of that filled database; None where nothing is kept."""
        return self._known.get(name)

    def renew(self, *, copied: bool = False) -> None:
        """Begin anew with the probes; what is loaded, read and filled stays as it is.

        Args:
            copied: in another copy of the template, since rows that are undone make tables longer.
        """
        if prober := self.__dict__.pop("_prober", None):
            prober.leave()
        if copied and self._template is not None:
            self.databases.drop(self._database)
            self._database = self.databases.create(self._template)

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[Database]:
        # Here, since the room of data takes long to import and most kinds do without.
        from vrss_contract.data.dataset.profiles import profile  # noqa: PLC0415
        from vrss_contract.data.filled_database import filled, filled_database  # noqa: PLC0415

        rows, access = profile(name, self.contract), self.databases.access
        if access.ours:
            with filled_database(
                self._to_fill,
                rows,
                self.contract,
                major=access.version // 10_000,
                timeout=self.databases.timeout,
                doing=self._doing,
                made=self.databases.follow,
            ) as opened:
                self._known[name] = opened.known
                yield opened.database
            return
        self._doing(f"filling a database with {name} data")
        database = filled(self.databases, self._to_fill, rows, self.contract)
        try:
            yield database
        finally:
            self.databases.drop(database)

    @cached_property
    def _prober(self) -> Prober:
        empty = {"every table": (emptied(self.contract.tables),)}
        baseline = empty | Factory(self.contract).baseline()
        return self._open.enter_context(Prober(self._database, baseline, self._why))

    def _why(self, table: str, refused: str) -> str:
        """Why a table has no baseline row, where that is known better than the server says it."""
        of_type = refused.startswith(_MISFITS)
        return other_keys.told(table, self.contract, self.catalog) if of_type else ""

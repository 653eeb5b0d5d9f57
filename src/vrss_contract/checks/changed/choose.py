"""The clauses that a change can touch: where what it bears on and what they are judged by meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vrss_contract.checks.changed.contracts import OF_DATA, Amended
from vrss_contract.checks.changed.footprint import Footprint, Footprints, says
from vrss_contract.checks.changed.reach import Node, Reach
from vrss_contract.checks.changed.taint import data, held
from vrss_contract.checks.changed.touched import Touched
from vrss_contract.contract.model import (
    Clause,
    Contract,
    DatasetPromise,
    FactPromise,
    QueryPromise,
    RestoredPromise,
    WitnessPromise,
)
from vrss_contract.sql.literal import parts
from vrss_contract.sql.spoken import whole_rows, words


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the clauses that is judged, and why these."""

    clauses: tuple[Clause, ...]
    asked: int
    """How many there were to choose from."""
    left_out: Mapping[str, int]
    """Kind to how many of its clauses are not judged."""
    base: str
    changes: tuple[str, ...] = ()
    """What changed, in words."""
    because: str = ""
    """Why every clause is judged; nothing where not."""
    grown: Mapping[str, int] = field(default_factory=dict)
    """Tables whose rows may be eight bytes longer, to how many clauses that left out."""


class Chooser:
    """Tells of each clause whether a change can touch it."""

    def __init__(
        self, touched: Touched, amended: Amended, reach: Reach, contract: Contract, *, walked: bool
    ) -> None:
        """With ``walked``, a phase's statements are others."""
        self._touched, self._amended, self._reach = touched, amended, reach
        self._footprints = Footprints(contract, reach)
        self._walked = walked
        self._changed = bool(touched.nodes)
        self._grows = frozenset(table for table in touched.plain if table in touched.may_grow)
        self.grown: Counter[str] = Counter()
        """Tables of a new column to the clauses of queries that read them."""

    def touches(self, clause: Clause) -> bool:
        """Whether the clause has to be judged."""
        touched, promise = self._touched, clause.promise
        if clause.id in self._amended.clauses:
            return True
        if clause.kind == "phase":
            return self._walked
        if isinstance(promise, FactPromise):
            return self._fact(promise)
        if isinstance(promise, RestoredPromise):
            return touched.restored
        if isinstance(promise, DatasetPromise) and promise.proves == "loads":
            return bool(touched.refusing)
        return self._run(clause)

    def _fact(self, promise: FactPromise) -> bool:
        if promise.aspect in {"objects", "rights", "settings"}:
            return self._changed
        name = parts(promise.table)[-1] if promise.table else ""
        own = parts(promise.name)[-1] if promise.name else ""
        named = {("name", one) for one in (name, own)}
        return name in self._touched.tables or bool(named & self._touched.nodes)

    def _run(self, clause: Clause) -> bool:
        footprint = self._footprints.of(clause)
        reached = self._reach.from_(footprint.nodes)
        # A profile's rows are put in without triggers, the baseline's are not.
        reached |= data(reached) if clause.kind in OF_DATA else held(reached)
        if reached & self._touched.nodes:
            return True
        read = {name for event, name in reached if event not in {"key", "held", "data"}}
        if (
            isinstance(clause.promise, QueryPromise | WitnessPromise)
            and read & self._touched.layout
        ):
            return True
        plain = self._touched.plain.keys() & read
        if isinstance(clause.promise, QueryPromise | WitnessPromise):
            self.grown.update(plain & self._grows)
        return bool(plain) and self._meets_plain(plain, clause, footprint, reached)

    def _meets_plain(
        self, tables: Iterable[str], clause: Clause, footprint: Footprint, reached: Iterable[Node]
    ) -> bool:
        """Whether a column that is NULL unless it is said may be said, or be part of a row."""
        names = frozenset().union(*(self._touched.plain[table] for table in tables))
        bodies = [*self._reach.texts(reached)]
        if says(names, clause, footprint) or any(names & words(body) for body in bodies):
            return True
        known = frozenset(tables)
        return any(whole_rows(text, known) for text in footprint.texts) or any(
            whole_rows(body, known | self._reach.transitions, routine=True) for body in bodies
        )

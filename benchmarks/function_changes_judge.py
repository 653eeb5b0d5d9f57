"""Whether a clause is broken by a changed function or trigger, and which one is first.

What one session can show is judged with the change in that session's transaction, which is undone;
the rest in a copy of the database. Clauses that saw a change before, of an object at the same
table, are asked first.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import psycopg

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import CascadePromise, Clause, Contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation.bodies.changes import BodyChange, ChangedObject
from vrss_contract.target import Target

Ending = Literal["seen", "unseen", "undecided", "stillborn"]
Asked = Literal["all", "alone", "nearest"]
ALONE = ("trigger", "invariant", "cascade", "rows")
"""Kinds that one session judges, the cheapest first."""
TOGETHER = ("strangers", "ends", "schedule", "pairs", "workload", "restored")
"""Kinds that need commits, so that each change costs a copy of the database."""
_LEVELS = ("must", "should")
_PATIENCE = 30.0
"""Seconds that clauses which can't be judged may take before the rest is not asked: three that time
out, since on a busy machine one may be the machine's own doing."""
_WRITTEN = re.compile(
    r"""(?ix) \b (insert \s+ into | update | delete \s+ from | truncate (?: \s+ table )?
    | merge \s+ into | copy) \s+ (?: only \s+ )? (?: \w+ \. )? (\w+)"""
)
_TABLE = re.compile(r"\btable='(\w+)'")
"""The rows that a clause is given, as its promise shows them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a change."""

    ending: Ending
    clause: str = ""
    seconds: float = 0.0


class Judge:
    """A loaded database of its own, in which changes are judged one after another."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        databases: Databases,
        database: Database,
    ) -> None:
        self._contract = contract
        self._target = target
        self._databases = databases
        self._database = database
        self._context: JudgingContext | None = None
        self._before: defaultdict[Sequence[str], list[str]] = defaultdict(list)
        self._clauses = [one for one in contract.clauses if one.level in _LEVELS]
        kinds = (*ALONE, *TOGETHER)
        self._writes = {
            one.id: _Writes.of(one, contract) for one in self._clauses if one.kind in kinds
        }

    def seen(
        self,
        changed: ChangedObject,
        change: BodyChange,
        first: Iterable[str] = (),
        by: Asked = "all",
    ) -> Seen:
        """The first clause that the change breaks; those of ``first`` are asked before others.

        Args:
            changed: the object.
            change: what is changed of it.
            first: ids of clauses that are expected to see it.
            by: all clauses, those that one session judges, or of these the ones about the object.
        """
        began = time.perf_counter()
        before = self._before[changed.tables[:1]]
        asked = self._asked(changed, [*first, *before])
        if by == "nearest":
            own = {changed.name, *changed.triggers}
            asked = [one for one in asked if one.id in before or own & {*one.objects}]
        found = self._in_one_session(change, [one for one in asked if one.kind in ALONE])
        if found.ending == "unseen" and by == "all":
            found = self._in_a_copy(change, [one for one in asked if one.kind in TOGETHER])
        if found.ending == "seen":
            self._before[changed.tables[:1]] = [
                found.clause,
                *(one for one in before if one != found.clause),
            ]
        return replace(found, seconds=time.perf_counter() - began)

    def close(self) -> None:
        """End the session, so that the database can be copied or dropped."""
        if self._context is not None:
            self._context.__exit__(None, None, None)
            self._context = None

    def _in_one_session(self, change: BodyChange, clauses: Sequence[Clause]) -> Seen:
        if self._context is None:
            self._context = self._of(self._database)
        context = self._context
        with context.rehearse() as session:
            session.execute("SAVEPOINT changed")
            try:
                session.execute(change.ddl.encode())
            except psycopg.Error:
                found = Seen("stillborn")
            else:
                found = _first_broken(clauses, context, session)
            with contextlib.suppress(psycopg.OperationalError):  # the change has ended the session
                session.execute("ROLLBACK TO changed; RELEASE changed")
        return found

    def _in_a_copy(self, change: BodyChange, clauses: Sequence[Clause]) -> Seen:
        self.close()
        copy = self._databases.create(self._database)
        try:
            with copy.connect() as session:
                session.execute(change.ddl.encode())
            with self._of(copy) as context:
                return _first_broken(clauses, context)
        finally:
            self._databases.drop(copy)

    def _of(self, database: Database) -> JudgingContext:
        return JudgingContext(self._contract, self._target, self._databases, database)

    def _asked(self, changed: ChangedObject, first: Sequence[str]) -> list[Clause]:
        """The clauses that can come to the object, in the order in which they are asked."""
        own = {changed.name, *changed.triggers, *changed.tables}
        places = {id_: place - len(first) for place, id_ in reversed([*enumerate(first)])}

        tables, parents = {*changed.tables}, self._parents(changed.tables)
        # What no trigger calls is called where rows are checked.
        kinds = (*(ALONE if tables else reversed(ALONE)), *TOGETHER)

        def order(clause: Clause) -> tuple[int, int, bool]:
            kind = kinds.index(clause.kind)
            return places.get(clause.id, 0), kind, not own & {*clause.objects}

        found = [
            one
            for one in self._clauses
            if one.id in self._writes
            and (
                not tables or own & {*one.objects} or self._writes[one.id].come_to(tables, parents)
            )
        ]
        return sorted(found, key=order)

    def _parents(self, tables: Iterable[str]) -> set[str]:
        """The tables whose deletes take rows of these."""
        found, new = set[str](), {*tables}
        while new:
            found |= new
            new = {
                reference.references
                for name in new & self._contract.tables.keys()
                for reference in self._contract.tables[name].foreign_keys
                if reference.on_delete != "no action"
            } - found
        return found


@dataclass(frozen=True, slots=True)
class _Writes:
    """The tables whose rows a clause makes, changes and takes, as far as its SQL tells."""

    tables: frozenset[str]
    emptied: frozenset[str]
    """Those that it deletes from, which may take rows of others."""

    def come_to(self, tables: set[str], parents: set[str]) -> bool:
        """Whether triggers of these tables are called, which have these parents."""
        return bool(self.tables & tables or self.emptied & parents)

    @classmethod
    def of(cls, clause: Clause, contract: Contract) -> _Writes:
        """What is written in what the clause says."""
        promise = played(clause.promise, contract)
        names = getattr(promise, "operations", ())
        text = "\n".join([repr(promise), *(contract.operations[name].sql for name in names)])
        found = _WRITTEN.findall(text.replace("\\n", " "))
        made = {table for _, table in found} | {*_TABLE.findall(text)}
        emptied = {table for verb, table in found if verb[0] in "dDtT"}
        if isinstance(promise, CascadePromise):
            emptied.add(promise.deletes.table)
        return cls(frozenset(made), frozenset(emptied))


def _first_broken(
    clauses: Sequence[Clause], context: JudgingContext, session: psycopg.Connection | None = None
) -> Seen:
    undecided: list[str] = []
    spent, last = 0.0, time.perf_counter()
    for verdict in _verdicts(clauses, context):
        if verdict.outcome is Outcome.BROKEN:
            return Seen("seen", verdict.id)
        took, last = time.perf_counter() - last, time.perf_counter()
        if verdict.outcome is Outcome.UNDECIDED:
            undecided.append(verdict.id)
            spent += took
        # What is judged in another session is judged without the change.
        if spent > _PATIENCE or (session and session.closed):
            break
    return Seen("undecided", undecided[0]) if undecided else Seen("unseen")


def _verdicts(clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
    """The verdicts as they come, neighbours of a kind judged together."""
    at = 0
    while at < len(clauses):
        kind = clauses[at].kind
        last = at
        while last < len(clauses) and clauses[last].kind == kind:
            last += 1
        yield from KINDS[kind].judge(clauses[at:last], context)
        at = last

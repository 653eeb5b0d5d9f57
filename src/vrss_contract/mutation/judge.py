"""Mutants judged one after another: in a transaction that is undone, or in a copy of the database.

What one session can show is judged with the mutant in that session's transaction. Clauses that need
commits are asked in a copy, where the object is one that sessions meet at.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import psycopg

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause
from vrss_contract.database.catalog.every_object import every_object
from vrss_contract.database.loader import said
from vrss_contract.mutation.asked import ALONE, TOGETHER, AskedClauses
from vrss_contract.mutation.asking import Asking
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.reviewed import Equivalent
from vrss_contract.mutation.spoiling import opened, spoil
from vrss_contract.mutation.tried import Killer, Tried, concluded

_WORN = 4
"""Mutants of code after which a copy of the database is exchanged for another."""
_FAR = re.compile(r"\b(CASCADE|RENAME)\b")
"""What DDL says that may change other tables than its own."""
_LEARNT = 6
"""Clauses that killed the last mutants of a table, and are asked first of the next one; and sorts
of clauses that killed the last ones of an operator."""


class MutantJudge:
    """Judges mutants of one loaded database, which nobody else enters."""

    def __init__(self, asked: AskedClauses, context: JudgingContext) -> None:
        """A judge.

        Args:
            asked: the clauses.
            context: what judges in the loaded database, and copies one that nobody enters.
        """
        self._asked = asked
        self._context = context
        self._known: set[str] = set()
        """Clauses of which it is known whether they hold without a mutant."""
        self._tried = 0
        """Mutants of code that were judged in the same copy of the database."""
        self._copied = False
        """Whether the mutant at hand took a copy of the database."""
        self._alone: set[str] = set()
        """Clauses that alone have killed a mutant."""
        self._learnt: defaultdict[Sequence[str], list[str]] = defaultdict(list)
        """By table, clauses that killed its last mutants."""
        self._sorts: defaultdict[str, list[str]] = defaultdict(list)
        """By operator, what sorts of clauses killed its last mutants."""
        self._looked: defaultdict[str, deque[Collection[str]]] = defaultdict(
            lambda: deque(maxlen=2)
        )
        """By operator, the parts of the catalog that were looked at for its last mutants."""

    def begin(self) -> None:
        """Forget what killed mutants before: what is found must not depend on their order."""
        self._learnt.clear()
        self._sorts.clear()
        self._looked.clear()
        self._alone.clear()
        self._renew()

    def _renew(self) -> None:
        self._tried = 0
        self._context.renew(copied=True)

    def judged(
        self, mutant: Mutant, first: Sequence[str] = (), listed: Equivalent | None = None
    ) -> Tried:
        """What comes of a mutant.

        Args:
            mutant: the mutant.
            first: ids of clauses that are expected to see it.
            listed: why nothing should see it, so that sessions at once are not asked.
        """
        began = time.perf_counter()
        mutant, self._copied = replace(mutant, level=self._asked.deserved(mutant)), False
        if mutant.meets:  # many statements are tried of it, and each leaves rows behind
            self._tried += 1
            if self._tried > _WORN:
                self._renew()
        fallen: list[str] = []
        while True:
            asking = Asking(mutant, known=self._alone)
            refused = self._asked_all(asking, first, listed)
            more = self._fallen(asking.killers)
            fallen += more
            if not more:
                break
        tried = self._ended(asking, refused, listed)
        self._learn(asking)
        milliseconds = round(1000 * (time.perf_counter() - began), 3)
        undone = not self._copied
        return replace(tried, milliseconds=milliseconds, undone=undone, fallen=tuple(fallen))

    def _asked_all(self, asking: Asking, first: Sequence[str], listed: Equivalent | None) -> str:
        """Ask as much as has to be; what the server said if it refused the DDL."""
        mutant, last = asking.mutant, listed is None
        sorts, learnt = self._sorts[mutant.operator], self._learnt[mutant.tables[:1]]
        known = [*first, *self._asked.likely(mutant, sorts, learnt)]
        if last and (expected := [*self._asked.these(first, TOGETHER)]):
            self._in_a_copy(asking, expected)
        refused = self._in_one_session(asking, known, last=last and not mutant.meets)
        kinds = (*(ALONE if refused else ()), *(TOGETHER if last else ()))
        if refused or (last and not asking.over and (mutant.level == "must" or not asking.killers)):
            asking.enough = 1
            wide = kinds if mutant.meets else [one for one in kinds if one in ALONE]
            groups = (self._asked.near(mutant, kinds, known), self._asked.wide(mutant, wide))
            refused = self._in_a_copy(asking, chain.from_iterable(groups))
        if last and mutant.meets and not (refused or asking.killers):
            return self._in_one_session(asking, known, last=True)
        return refused

    def _fallen(self, killers: Sequence[Killer]) -> Sequence[str]:
        """Those of these clauses that do not hold without any mutant: they are not asked again."""
        new = [self._asked.clauses[one.clause] for one in killers if one.clause not in self._known]
        fallen = [one.id for one in new if not self._holds(one)]
        self._known |= {one.id for one in new}
        for one in fallen:
            del self._asked.clauses[one]
        return fallen

    def _holds(self, clause: Clause) -> bool:
        if clause.kind in ALONE:
            ((_, outcome),) = _outcomes([clause], self._context)
            return outcome is Outcome.HOLDS
        with self._context.clone() as copy, self._context.beside(copy) as context:
            ((_, outcome),) = _outcomes([clause], context)
        return outcome is Outcome.HOLDS

    def _ended(self, asking: Asking, refused: str, listed: Equivalent | None) -> Tried:
        mutant, because = asking.mutant, listed.because if listed else ""
        if refused:
            return Tried(mutant, "stillborn", says=refused)
        tried = concluded(mutant, asking.killers, asking.undecided, because)
        if tried.ending == "survived" and self._same(mutant):
            return Tried(mutant, "equivalent", says="the catalog is the same")
        return replace(tried, alone=asking.alone)

    def _learn(self, asking: Asking) -> None:
        mutant, found = asking.mutant, [one.clause for one in asking.killers]
        if asking.alone:
            self._alone.update(found)
        _first(self._learnt[mutant.tables[:1]], found)
        _first(self._sorts[mutant.operator], filter(None, map(self._asked.sort, found)))

    def _in_one_session(self, asking: Asking, known: Sequence[str], *, last: bool) -> str:
        """Ask in a transaction that is undone; with ``last``, in the end all clauses.

        Returns:
            what the server said if it refused the DDL, perhaps for the rows that are there, or why
            a copy has to show the rest.
        """
        mutant, context = asking.mutant, self._context
        if mutant.committed:
            return "it takes a copy"
        with contextlib.ExitStack() as undone:
            try:
                session = undone.enter_context(context.rehearse(*mutant.ddl))
            except psycopg.Error as error:
                return said(error)
            session.prepare_threshold = None  # all that is prepared would go with each rollback
            context.look_at(session, self._changed(mutant), self._ahead(mutant))
            try:
                self._ask(asking, self._asked.near(mutant, ALONE, known), context, session)
                asking.enough = 1  # who else far from it would see it takes long to ask
                self._ask(asking, self._asked.wide(mutant, ALONE), context, session)
                if last and not asking.killers:
                    self._ask(asking, self._asked.others(), context, session)
            finally:
                self._looked[mutant.operator].append(context.look_away())
            return "the session ended" if session.closed and not asking.over else ""

    def _ahead(self, mutant: Mutant) -> Collection[str]:
        """The parts of the catalog that were looked at for both of the operator's last mutants."""
        looked = self._looked[mutant.operator]
        return sorted({*looked[0]} & {*looked[1]}) if len(looked) > 1 else ()

    def _changed(self, mutant: Mutant) -> Collection[str]:
        """The tables that it may have changed: its own, and what hangs on them.

        Whoever refers to them is another only where a thing is dropped with what hangs on it, or
        has another name.
        """
        own, tables = {*mutant.tables}, self._context.catalog.tables
        found = {name for name, one in tables.items() if own & {*one.parents, *one.children}}
        if _FAR.search("\n".join(mutant.ddl)):
            found |= {
                name
                for name, one in tables.items()
                if own & {key.references for key in one.constraints.values()}
            }
        return own | found

    def _in_a_copy(self, asking: Asking, groups: Iterable[Sequence[Clause]]) -> str:
        """The same in a copy of the database, in which the mutant is committed."""
        self._copied = True
        with self._context.clone() as copy:
            try:
                with opened(copy, asking.mutant) as session:
                    spoil(session, copy, asking.mutant)
            except psycopg.Error as error:
                return said(error)
            with self._context.beside(copy) as context:
                self._ask(asking, groups, context)
        return ""

    def _ask(
        self,
        asking: Asking,
        groups: Iterable[Sequence[Clause]],
        context: JudgingContext,
        session: psycopg.Connection | None = None,
    ) -> None:
        every = iter(groups)  # to find out which come next takes long
        while not (asking.over or (session and session.closed)):
            if (group := next(every, None)) is None:
                break
            wanted = [one for one in group if one.id not in asking.asked]
            if not wanted:
                continue
            began = time.perf_counter()
            for clause, outcome in _outcomes(wanted, context):
                if session and session.closed:  # another answers, in which there is no mutant
                    return
                took, began = time.perf_counter() - began, time.perf_counter()
                asking.take(clause, outcome, took, together=session is None)
                if asking.over:
                    break

    def _same(self, mutant: Mutant) -> bool:
        """Whether the catalog is the same with it."""
        self._copied = True
        with self._context.clone() as copy:
            with contextlib.suppress(psycopg.Error), opened(copy, mutant) as session:
                before = every_object(session)
                spoil(session, copy, mutant)
                return before == every_object(session)
            return False


def _first(known: list[str], found: Iterable[str]) -> None:
    """Put what was found before what was known, and forget what was found long ago."""
    known[:] = [*dict.fromkeys([*found, *known])][:_LEARNT]


def _outcomes(
    clauses: Sequence[Clause], context: JudgingContext
) -> Iterator[tuple[Clause, Outcome]]:
    """What the clauses of one kind end in; undecided from where asking itself fails."""
    count = 0
    try:
        for verdict in KINDS[clauses[0].kind].judge(clauses, context):
            yield clauses[count], verdict.outcome
            count += 1
    except psycopg.Error:
        yield from ((one, Outcome.UNDECIDED) for one in clauses[count:])

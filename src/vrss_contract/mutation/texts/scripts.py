"""A script that is wrong in one place, judged by the clauses that run it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import psycopg

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause, Contract, Promise
from vrss_contract.contract.statements import rewritten, statements
from vrss_contract.database.loader import said
from vrss_contract.mutation.asked import ALONE
from vrss_contract.mutation.texts.heard import Heard
from vrss_contract.mutation.tried import Killer

_ENOUGH = 2
"""Killers after which no more clauses are asked."""
_LONG = 4.0
"""Seconds after which a clause that is broken is taken to be so by a script without an end, which
would come to none in another clause either."""
_REFUSED = "42"
"""How the states of errors begin that say that SQL is none, or speaks of what is not there."""
_PATIENCE = "1s"
"""What a script may take to be taken for SQL; whether it comes to an end a clause says."""


class ScriptJudge:
    """Asks the clauses that run a script, with another text in its place."""

    def __init__(self, contract: Contract, context: JudgingContext) -> None:
        self._contract = contract
        self._context = context
        self._sound: dict[str, Sequence[Clause]] = {}
        """The clauses that run a script, and hold as long as nobody changes it."""

    def heard(self, script: str, changed: str) -> Heard:
        """What the clauses say that run it."""
        if why := self._refused(changed):
            return why
        if script not in self._sound:
            running = [one for one in self._contract.clauses if script in statements(one.promise)]
            heard = self._asked(running, len(running) + 1)
            broken = {one.clause for one in heard.killers}
            self._sound[script] = [one for one in running if one.id not in broken]
        return self._asked(
            [
                replace(one, promise=_put(one.promise, script, changed))
                for one in self._sound[script]
            ]
        )

    def _asked(self, clauses: Sequence[Clause], enough: int = _ENOUGH) -> Heard:
        """What they say: those of one session first, and the others where that is not enough."""
        alone = [one for one in clauses if one.kind in ALONE]
        heard = _said(([one] for one in alone), self._context, enough)
        known = heard.killers and enough == _ENOUGH
        if known or heard.undecided or len(clauses) == len(alone):
            return heard
        with self._context.clone() as copy, self._context.beside(copy) as context:
            more = _said([[one for one in clauses if one.kind not in ALONE]], context, enough)
        return replace(more, killers=(*heard.killers, *more.killers))

    def _refused(self, changed: str) -> Heard | None:
        """Whether the server takes it for SQL."""
        with self._context.rehearse() as session:
            try:
                session.execute(f"SET LOCAL statement_timeout = '{_PATIENCE}'".encode())
                session.execute(changed.encode())
            except psycopg.Error as error:
                if (error.sqlstate or "").startswith(_REFUSED):
                    return Heard(refused=said(error))
        return None


def _said(groups: Iterable[Sequence[Clause]], context: JudgingContext, enough: int) -> Heard:
    """What clauses of one kind say, one after the other, until enough is known."""
    killers = list[Killer]()
    for clauses in groups:
        began = time.perf_counter()
        try:
            for clause, verdict in zip(
                clauses, KINDS[clauses[0].kind].judge(clauses, context), strict=True
            ):
                if verdict.outcome is Outcome.UNDECIDED:  # each would take as long
                    return Heard(tuple(killers), clause.id)
                if verdict.outcome is Outcome.BROKEN:
                    killers.append(Killer(clause.id, clause.level))
                endless = killers and enough == _ENOUGH and time.perf_counter() - began > _LONG
                if len(killers) >= enough or endless:
                    return Heard(tuple(killers), cut=bool(endless))
                began = time.perf_counter()
        except psycopg.Error as error:
            return Heard(tuple(killers), said(error))
    return Heard(tuple(killers))


def _put(promise: Promise, script: str, changed: str) -> Promise:
    """The promise with the other text wherever it says to run the script."""
    return rewritten(promise, lambda statement: changed if statement == script else statement)

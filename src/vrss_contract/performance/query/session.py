"""The contract's queries, asked on one session of a filled database.

What was asked once is kept: several promises are about the same plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import psycopg

from vrss_contract import paths
from vrss_contract.contract.model import Query, QueryCase
from vrss_contract.data.known_answers import Answer, KnownAnswers
from vrss_contract.performance.query.plan import Plan
from vrss_contract.performance.query.statement import MODES, Mode, PreparedStatement, Values, draws

_PACKAGE = Path(paths.__file__).parent
_ASKS = ("performance/query", "database", "postgres")


class UndrawnError(Exception):
    """Parameter sets can't be had, so that nothing is known of the query."""

    def __init__(self, sql: str, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.sql = sql
        self.error = error


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan that the server made for some values."""

    values: Values
    mode: Mode
    plan: Plan


class QuerySession:
    """Prepares each statement once, and keeps each case's plans."""

    def __init__(
        self, connection: psycopg.Connection, *, most: int, known: KnownAnswers | None = None
    ) -> None:
        """Ask on ``connection``, with at most so many parameter sets of each case.

        What earlier runs asked of the same rows is ``known``.
        """
        # Else psycopg forgets every prepared statement, ours too, when a transaction is undone.
        connection.prepare_threshold = None
        self.connection = connection
        self._most = most
        self._known = known
        self._prepared: dict[str, PreparedStatement] = {}
        self._draws: dict[str, list[Values]] = {}
        self._plans: dict[tuple[str, str], list[Seen]] = {}

    def prepared(self, sql: str) -> PreparedStatement:
        """The statement, prepared on this session.

        Raises:
            psycopg.Error: the server can't understand it.
        """
        if sql not in self._prepared:
            name = f"query_{len(self._prepared)}"
            self._prepared[sql] = PreparedStatement.of(self.connection, name, sql)
        return self._prepared[sql]

    def draws(self, case: QueryCase) -> Sequence[Values]:
        """The first of the case's parameter sets.

        Raises:
            UndrawnError: they can't be had.
        """
        return self.drawn(case.draws)[: self._most]

    def drawn(self, sql: str) -> Sequence[Values]:
        """Every parameter set that a query gives.

        Raises:
            UndrawnError: they can't be had.
            psycopg.OperationalError: the server went away.
        """
        if sql not in self._draws:
            try:
                asked = partial(draws, self.connection, sql)
                self._draws[sql] = [*self.once(("parameter sets", sql), asked)]
            except psycopg.Error as error:
                if self.connection.broken:
                    raise
                raise UndrawnError(sql, error) from error
        return self._draws[sql]

    def once(self, question: Sequence[str], asked: Callable[[], Answer]) -> Answer:
        """What ``asked`` gives, or gave an earlier run: the rows and the question decide it.

        Raises:
            psycopg.Error: it can't be asked.
        """
        if self._known is None:
            return asked()
        words = "\0".join((_code(), *question))
        answer = self._known.get(words)
        if answer is None:
            answer = asked()
            self._known.add(words, answer)
        return answer

    def know(self, sql: str, drawn: Sequence[Values]) -> None:
        """Take these for what a query gives: somebody asked it, of the same rows."""
        self._draws.setdefault(sql, [*drawn])

    def plans(self, query: Query, case: QueryCase) -> list[Seen]:
        """The plans for each parameter set, generic and custom; each was run warm.

        Raises:
            UndrawnError: there are no parameter sets to be had.
            psycopg.Error: the query can't be run.
        """
        key = (query.name, case.name)
        if key not in self._plans:
            self._plans[key] = self.fresh_plans(query, case)
        return self._plans[key]

    def fresh_plans(self, query: Query, case: QueryCase) -> list[Seen]:
        """As ``plans``, asked anew: the schema may have changed.

        What the first call alone does is done by calls with the generic plan, which is made once.
        What a custom plan reads or sorts otherwise is then still to be done for the first time.
        """
        prepared, taken = self.prepared(query.sql), self.draws(case)
        generic, custom = ([(values, mode) for values in taken] for mode in MODES)
        asked, count = [*generic, *custom], len(taken)
        plans = prepared.plans(asked, warm=count)
        if _shapes(plans[count:]) - _shapes(plans[:count]):
            plans[count:] = prepared.plans(custom)
        return _seen(asked, plans)

    def planned(self, query: Query, case: QueryCase) -> list[Seen]:
        """As ``fresh_plans`` without any call, so that what the plans touch is not known."""
        prepared, taken = self.prepared(query.sql), self.draws(case)
        generic, custom = ([(values, mode) for values in taken] for mode in MODES)
        plans = prepared.plans([*generic[:1], *custom], run=False)
        # A generic plan is made once, for any value.
        return _seen([*generic, *custom], [*(plans[:1] * len(generic)), *plans[1:]])


@cache
def _code() -> str:
    """What changes when the code does that asks, or that sets up a session."""
    code = hashlib.sha256()
    for folder in _ASKS:
        for module in sorted((_PACKAGE / folder).glob("*.py")):
            code.update(module.read_bytes())
    return code.hexdigest()


def _shapes(plans: Iterable[Plan]) -> set[str]:
    return {plan.shape for plan in plans}


def _seen(asked: Iterable[tuple[Values, Mode]], plans: Iterable[Plan]) -> list[Seen]:
    return [Seen(values, mode, plan) for (values, mode), plan in zip(asked, plans, strict=True)]

"""A query that is wrong in one place, judged by the clause that compares its answers."""

from __future__ import annotations

import psycopg

from vrss_contract.checks.query.answers import AnswerComparison
from vrss_contract.checks.query.fixture import Places
from vrss_contract.contract.model import Clause, Query
from vrss_contract.database.loader import said
from vrss_contract.errors import TroubleError
from vrss_contract.mutation.expressions.changes import unchanged
from vrss_contract.mutation.texts.heard import Heard
from vrss_contract.mutation.tried import Killer
from vrss_contract.performance.query.session import UndrawnError


class QueryJudge:
    """Asks changed queries in filled databases of the target, opened when first needed."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._query: Query | None = None
        self._comparisons: list[AnswerComparison] = []
        self._why = ""
        """What keeps the query from being judged."""

    def heard(self, query: Query, clause: Clause, sql: str) -> Heard:
        """Whether the clause is broken where the query is written so."""
        if query is not self._query:
            self._begin(query)
        if self._why:
            return Heard(undecided=self._why)
        try:
            for one in self._comparisons:
                one.session.prepared(sql)
        except psycopg.Error as error:
            return Heard(refused=said(error))
        return Heard((Killer(clause.id, clause.level),)) if self._differs(sql) else Heard()

    def _begin(self, query: Query) -> None:
        """Take up a query; what was asked of the one before is forgotten, since it is much."""
        self._query, self._why, self._comparisons = query, "", []
        try:
            for place in self._places.answering:
                few = place.profile in place.manifest.gate.get("answers", ())
                self._comparisons.append(AnswerComparison(query, place.query_session, few=few))
            if any(map(self._differs, (query.sql, unchanged(query.sql)))):
                self._why = "its answers are wrong without a change"
        except UndrawnError as undrawn:
            self._why = said(undrawn.error)
        except TroubleError as trouble:
            self._why = trouble.found

    def _differs(self, sql: str) -> bool:
        """Whether an answer is another one. A query that fails, or comes to no end, has none."""
        for one in self._comparisons:
            try:
                if next(one.differences(sql), None):
                    return True
            except psycopg.Error:
                if one.session.connection.broken:
                    raise
                return True
        return False

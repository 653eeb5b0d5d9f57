"""Parameter sets that a form of a query may answer otherwise than its plain form.

Answers are told alike by their digests, many in one statement. What is told otherwise, or can't be
told so, is to be asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import psycopg

from vrss_contract.contract.model import Query
from vrss_contract.data.known_answers import Answer
from vrss_contract.performance.query.answer_digests import AnswerDigests
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.performance.query.statement import Values


class Suspects:
    """Asks the forms of one query; the digests of its plain form are kept."""

    def __init__(self, query: Query, session: QuerySession) -> None:
        self._query = query
        self._session = session
        self._wanted: dict[int, str] = {}
        self._forms: dict[str, AnswerDigests | None] = {}

    def among(self, sql: str, sets: Mapping[int, Values]) -> list[int]:
        """The numbers of those of the sets; all where it can't be told.

        Raises:
            psycopg.OperationalError: the server went away.
        """
        due = {number: values for number, values in sets.items() if number not in self._wanted}
        wanted, found = self._digests(self._query.plain, due), self._digests(sql, sets)
        if (
            wanted is None
            or found is None
            or self._columns(self._query.plain) != self._columns(sql)
        ):
            return [*sets]
        self._wanted |= wanted
        return [number for number in sets if self._wanted[number] != found[number]]

    def of_each_answer(self, numbers: Iterable[int]) -> list[int]:
        """One of the sets, the first, for each answer of the plain form; all whose is not known."""
        kept: dict[str | int, int] = {}
        for number in numbers:
            kept.setdefault(self._wanted.get(number, number), number)
        return [*kept.values()]

    def _digests(self, sql: str, sets: Mapping[int, Values]) -> Mapping[int, str] | None:
        """None where the form can't be asked with many sets at once; it is not tried again."""
        if not sets:
            return {}
        try:
            if sql not in self._forms:
                prepared = self._session.prepared(sql)
                self._forms[sql] = AnswerDigests.of(prepared, sql, ordered=self._query.ordered)
            form = self._forms[sql]
            if form is None:
                return None
            return self._known(form, sets) if sql == self._query.plain else form.digests(sets)
        except psycopg.Error:
            if self._session.connection.broken:
                raise
            self._forms[sql] = None
            return None

    def _known(self, form: AnswerDigests, sets: Mapping[int, Values]) -> Mapping[int, str]:
        """What the rows alone decide, of which earlier runs may know."""

        def asked() -> Answer:
            return [{str(number): digest for number, digest in form.digests(sets).items()}]

        question = "digests", form.statement, form.arguments(sets)
        (digests,) = self._session.once(question, asked)
        return {int(number): str(digest) for number, digest in digests.items()}

    def _columns(self, sql: str) -> tuple[int, ...]:
        form = self._forms[sql]
        return form.columns if form else ()

"""The contract's invariants, asked of a database.

All queries go in one round trip; a value that may never fall is followed from one look to the next.
Reads only. Rule: contracts/README.md, "invariant".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.database.repeated_query import RepeatedQuery, Rows, together
from vrss_contract.sql.literal import text
from vrss_contract.sql.population import Population, populations

_SHOWN = 3
"""Counter-examples of one invariant that are told."""
_TAKEN = 1000
"""Those that are looked at: what the rows alone make must not hide what came of a step."""


Values = Mapping[tuple[Any, ...], Any]
"""What may never fall: values by their invariant and the keys of its rows."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What an invariant's query returned."""

    invariant: str
    row: str
    """The row as a JSON object."""

    def __str__(self) -> str:
        return f"{self.invariant}: {self.row}"


class Invariants:
    """Asks on one session whether the invariants hold.

    An invariant whose query fails there, for want of a table perhaps, is left out.
    """

    def __init__(self, contract: Contract, connection: psycopg.Connection) -> None:
        self._connection = connection
        # As the server writes them, which sorts as the times do: the zone has no name here.
        connection.adapters.register_loader("timestamptz", TextLoader)
        promises = {
            clause.id: clause.promise
            for clause in contract.clauses
            if isinstance(clause.promise, InvariantPromise)
        }
        all_ = self._can_be_asked(*promises.values())  # as a rule, and each takes a few trips
        self._known = {id_: one for id_, one in promises.items() if all_ or self._can_be_asked(one)}
        self._never_fall = {
            id_: RepeatedQuery(connection, promise.query)
            for id_, promise in self._known.items()
            if promise.never_falls
        }
        self._together: dict[tuple[str, ...], RepeatedQuery | None] = {}
        self._expected: dict[tuple[tuple[str, str], ...], Expected] = {}
        self._before: Values = {}

    def knows(self, id_: str) -> bool:
        """Whether the invariant can be asked here."""
        return id_ in self._known

    def counterexamples(self, asks: Iterable[str] = ()) -> list[Counterexample]:
        """What breaks an invariant now: one that always holds, or one of those that are named."""
        return self._asked(self._always(asks))

    def counterexamples_of(self, id_: str) -> list[Counterexample]:
        """What breaks this invariant now; the others are not asked."""
        return self._asked((id_,))

    def fallen(self, only: str | None = None) -> list[Counterexample]:
        """What is less than at the last look, of the values that may never fall.

        Args:
            only: the one invariant that is asked; without it, all are.
        """
        asked = {id_: one for id_, one in self._never_fall.items() if only in (None, id_)}
        return self._fell(zip(asked, together([*asked.values()]), strict=True))

    def look(
        self, asks: Iterable[str] = (), expected: Expected | None = None
    ) -> tuple[list[Counterexample], list[Counterexample], list[tuple[str, str]]]:
        """In one trip what has fallen, what breaks an invariant, and what is not as expected."""
        never, holds = self._never_fall, self._asking(self._always(asks))
        queries = [*never.values(), *filter(None, [holds])]
        answers = together([*queries, expected.query] if expected else queries)
        fallen = self._fell(zip(never, answers, strict=False))
        broken = _counterexamples(answers[len(never)]) if holds else []
        return fallen, broken, expected.differences(answers[-1]) if expected else []

    def expects(self, gives: Mapping[str, str]) -> Expected | None:
        """What is asked of these expressions, to be asked again and again; None of none."""
        key = tuple(gives.items())
        if key and key not in self._expected:
            self._expected[key] = Expected(self._connection, gives)
        return self._expected.get(key)

    def _always(self, asks: Iterable[str]) -> tuple[str, ...]:
        wanted = set(asks)
        known = self._known.items()
        return tuple(id_ for id_, one in known if not one.protocol or id_ in wanted)

    def _asked(self, ids: tuple[str, ...]) -> list[Counterexample]:
        asked = self._asking(ids)
        return _counterexamples(asked.rows()) if asked else []

    def _asking(self, ids: tuple[str, ...]) -> RepeatedQuery | None:
        if ids not in self._together:
            known = ((id_, self._known[id_]) for id_ in ids)
            queries = [_query(id_, one.query) for id_, one in known if not one.never_falls]
            all_ = " UNION ALL ".join(queries)
            self._together[ids] = RepeatedQuery(self._connection, all_) if queries else None
        return self._together[ids]

    def _fell(self, answers: Iterable[tuple[str, Rows]]) -> list[Counterexample]:
        found: list[Counterexample] = []
        now: dict[tuple[Any, ...], Any] = {}
        for id_, rows in answers:
            for *key, value in rows:
                now[id_, *key] = value
                before = self._before.get((id_, *key))
                if before is not None and (value is None or value < before):
                    row = f"{key}: {before} became {value}"
                    found.append(Counterexample(id_, row))
        self._before = now
        return found

    def unpopulated(self, id_: str) -> list[Population]:
        """Where an invariant has no row to be broken by, as things are now."""
        return unpopulated(self._connection, self._known[id_])

    @property
    def values(self) -> Values:
        """The values that may never fall, as the last look found them."""
        return self._before

    def begin(self, values: Values) -> None:
        """Begin anew with the values that may never fall, from those of an earlier look."""
        self._before = values

    def forget(self) -> None:
        """Begin anew with the values that may never fall."""
        self.begin({})

    def _can_be_asked(self, *promises: InvariantPromise) -> bool:
        queries = ";\n".join(promise.query for promise in promises)
        try:
            with self._connection.transaction():
                self._connection.execute(queries.encode(), prepare=False)
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            return False
        return True


def counterexamples_of(
    connection: psycopg.Connection, id_: str, promise: InvariantPromise
) -> list[Counterexample]:
    """What breaks one invariant now.

    Raises:
        psycopg.Error: its query can't be asked.
    """
    rows = connection.execute(_query(id_, promise.query).encode()).fetchall()
    return [Counterexample(str(id_), str(row)) for id_, row in rows]


def unpopulated(connection: psycopg.Connection, promise: InvariantPromise) -> list[Population]:
    """Where an invariant has no row to be broken by, as things are now."""
    asked = populations(promise.query)
    if not asked:
        return []
    query = ", ".join(f"EXISTS (\n{one.query}\n)" for one in asked)
    try:
        with connection.transaction():
            (there,) = connection.execute(f"SELECT ARRAY[{query}]".encode()).fetchall()[0]
    except psycopg.OperationalError:
        raise
    except psycopg.Error:  # not all that the server reads is read alike by us
        return []
    return [one for one, any_ in zip(asked, there, strict=True) if not any_]


class Expected:
    """SQL expressions that should be the same as their fellow, and the query for those that aren't.

    Args:
        gives: expression to expression; at least one.
    """

    def __init__(self, connection: psycopg.Connection, gives: Mapping[str, str]) -> None:
        parts = (
            f"json_build_array({one} IS NOT DISTINCT FROM {other}, {one}::text, {other}::text)"
            for one, other in ((f"({a})", f"({b})") for a, b in gives.items())
        )
        self._expressions = tuple(gives)
        self.query = RepeatedQuery(connection, f"SELECT json_build_array({', '.join(parts)})::text")

    def differences(self, rows: Rows) -> list[tuple[str, str]]:
        """What was wanted and what was found instead, each as ``expression = value``."""
        answers = zip(self._expressions, json.loads(rows[0][0]), strict=True)
        return [
            (f"{expression} = {wanted}", f"{expression} = {found}")
            for expression, (same, found, wanted) in answers
            if not same
        ]


def differences(
    connection: psycopg.Connection, gives: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Which SQL expressions are not the same as their fellow: what was wanted and what was found.

    Each as ``expression = value``.
    """
    if gives:
        expected = Expected(connection, gives)
        yield from expected.differences(expected.query.rows())


def told(found: Sequence[Counterexample]) -> str:
    """Counter-examples in one text, some of them where there are many."""
    return "; ".join(map(str, found[:_SHOWN]))


def _counterexamples(rows: Rows) -> list[Counterexample]:
    return [Counterexample(str(id_), str(row)) for id_, row in rows]


def _query(id_: str, query: str) -> str:
    return (
        f"(SELECT {text(id_)}, row_to_json(found)::text FROM (\n{query}\n) AS found LIMIT {_TAKEN})"
    )

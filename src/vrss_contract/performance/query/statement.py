"""A query with parameters, prepared on one session.

``:name`` becomes a numbered parameter; a plan is asked for with a generic and with a custom plan; a
query is run with as little as can be around it. Rule: contracts/README.md, "query".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import psycopg
from psycopg.pq import ExecStatus
from psycopg.sql import SQL, Identifier
from psycopg.types.string import TextLoader

from vrss_contract.performance.query import plan
from vrss_contract.performance.query.plan import Plan
from vrss_contract.sql.literal import identifier, text

Mode = Literal["generic", "custom"]
MODES: tuple[Mode, ...] = ("generic", "custom")
"""The plan made once for any value, and the one made anew for the values at hand."""
Values = Mapping[str, str | None]
"""A value for each parameter, as PostgreSQL writes it."""
_TIMES = ("timestamptz", "timestamp", "date")
_SKIPPED = r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/"
_PARAMETER = re.compile(rf"{_SKIPPED}|(?<!:):([a-z][a-z0-9_]*)", re.DOTALL)
_PLANNED = "EXPLAIN (COSTS OFF, FORMAT JSON) "
_RUN = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) "
_WARMED = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "
"""Runs a statement as well, and says little of it."""


def parameters(sql: str) -> tuple[str, ...]:
    """The names of a statement's parameters, in the order in which they first stand there."""
    return tuple(dict.fromkeys(match[1] for match in _PARAMETER.finditer(sql) if match[1]))


def numbered(sql: str) -> str:
    """The statement with ``$1`` and so on for its parameters."""
    numbers = {name: number for number, name in enumerate(parameters(sql), start=1)}
    return _PARAMETER.sub(lambda m: f"${numbers[m[1]]}" if m[1] else m[0], sql)


def for_psql(sql: str) -> str:
    """The statement as psql takes it, its variables quoted: ``:'name'``."""
    return _PARAMETER.sub(lambda m: f":'{m[1]}'" if m[1] else m[0], sql)


def correlated(sql: str, row: str) -> str:
    """The statement with columns of the outer ``row`` for its parameters."""
    return _PARAMETER.sub(lambda m: f"{row}.{identifier(m[1])}" if m[1] else m[0], sql)


def together(
    connection: psycopg.Connection, statements: Sequence[str]
) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement that returns rows, all of them sent at once.

    Raises:
        psycopg.Error: one can't be run; then nothing has happened.
    """
    if not statements:
        return []
    cursor = connection.execute(";".join(statements).encode(), prepare=False)
    found = []
    while True:
        if cursor.description is not None:
            found.append(cursor.fetchall())
        if not cursor.nextset():
            return found


def draws(connection: psycopg.Connection, sql: str) -> list[dict[str, str | None]]:
    """The parameter sets that a query of the contract gives: a row each, every value as text."""
    asked = SQL("SELECT {} FROM ({}) AS drawn")
    drawn = SQL(sql.strip().rstrip(";"))
    with connection.cursor() as cursor:
        # psycopg's own loader wants the session's time zone, and logs that it knows no such name.
        cursor.adapters.register_loader("timestamptz", TextLoader)
        cursor.execute(asked.format(SQL("*"), drawn) + SQL(" LIMIT 0"))
        names = [column.name for column in cursor.description or ()]
        columns = SQL(", ").join(SQL("{}::text").format(Identifier(name)) for name in names)
        rows = cursor.execute(asked.format(columns, drawn))
        return [dict(zip(names, row, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement prepared under a name, until the session ends or ``close`` is called."""

    connection: psycopg.Connection
    name: str
    takes: tuple[str, ...]

    @classmethod
    def of(cls, connection: psycopg.Connection, name: str, sql: str) -> Self:
        """Prepare it; the server takes the parameters' types from where they stand.

        Raises:
            psycopg.Error: the statement can't be understood.
        """
        connection.execute(f"PREPARE {identifier(name)} AS {numbered(sql.strip().rstrip(';'))}")
        return cls(connection, name, parameters(sql))

    def close(self) -> None:
        """Forget the statement."""
        self.connection.execute(f"DEALLOCATE {identifier(self.name)}")

    def plan(self, values: Values, mode: Mode = "custom") -> Plan:
        """Run it, and say what the server did.

        Raises:
            psycopg.Error: it can't be run.
        """
        return self.plans([(values, mode)])[0]

    def plans(
        self, asked: Sequence[tuple[Values, Mode]], *, run: bool = True, warm: int = 0
    ) -> list[Plan]:
        """What the server does, or without ``run`` would do, for each of these: one round trip.

        The first of them, as many as ``warm``, are run before and not told.

        Raises:
            psycopg.Error: it can't be run.
        """
        explain, statements, before = _RUN if run else _PLANNED, [], ""
        warmed = ((_WARMED, *one) for one in asked[:warm])
        for way, values, mode in (*warmed, *((explain, *one) for one in asked)):
            if mode != before:
                statements.append(f"SET plan_cache_mode = force_{mode}_plan")
            statements.append(way + self._execute(values))
            before = mode
        answers = together(self.connection, statements)[warm:]
        return [
            plan.read(answer[0], self._names(values))
            for (values, _), ((answer,),) in zip(asked, answers, strict=True)
        ]

    def rows(self, values: Values) -> list[tuple[object, ...]]:
        """What it returns, all rows; times as text, since Python has no infinity of them.

        Raises:
            psycopg.Error: it can't be run.
        """
        with self.connection.cursor() as cursor:
            for type_ in _TIMES:
                cursor.adapters.register_loader(type_, TextLoader)
            return cursor.execute(self._execute(values).encode()).fetchall()

    def run(self, values: Sequence[bytes]) -> int:
        """Run it on libpq's own call, for those who take the time; returns how many rows came.

        ``values`` are in the order of ``takes``, as text.

        Raises:
            psycopg.OperationalError: it did not end well.
        """
        result = self.connection.pgconn.exec_prepared(self.name.encode(), values)
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.OperationalError(result.get_error_message())
        return result.ntuples

    def bound(self, values: Values) -> list[bytes]:
        """The values in the order that ``run`` wants them in, none of which may be NULL."""
        return [(values[name] or "").encode() for name in self.takes]

    def _names(self, values: Values) -> dict[str, str]:
        """What a plan may show in the place of a parameter, to the parameter's name."""
        given = {name: value for name, value in values.items() if value is not None}
        return {
            **{text(f"{{{value}}}"): f"ARRAY[:{name}]" for name, value in given.items()},
            **{value: f":{name}" for name, value in given.items() if value.isdecimal()},
            **{text(value): f":{name}" for name, value in given.items()},
            **{f"${number}": f":{name}" for number, name in enumerate(self.takes, start=1)},
        }

    def _execute(self, values: Values) -> str:
        given = [values[name] for name in self.takes]
        words = ("NULL" if value is None else text(value) for value in given)
        arguments = f"({', '.join(words)})" if given else ""
        return f"EXECUTE {identifier(self.name)}{arguments}"

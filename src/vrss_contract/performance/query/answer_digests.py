"""What a statement answers to many parameter sets, as a digest of each answer, asked at once.

The sets are rows, and the statement is a subquery beside each of them. It is planned once, where it
is planned for each set when it is asked for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg.pq import ExecStatus
from psycopg.rows import scalar_row

from vrss_contract.performance.query.statement import (
    PreparedStatement,
    Values,
    correlated,
    together,
)
from vrss_contract.sql.literal import identifier, text

_SETS, _NUMBER = '"the parameter sets"', '"the number"'
"""Names that no statement has."""
# OFFSET 0 keeps the casts out of the subquery, which would make them for each row that it reads.
_ASKED = """
SELECT {sets}.{number}, pg_catalog.md5(ARRAY(
    SELECT ROW(answer.*)::text COLLATE "C" FROM (
{statement}
    ) AS answer{order}
)::text)
FROM (
    SELECT {columns} FROM unnest({arrays}) AS given ({number}{names}) OFFSET 0
) AS {sets}
"""
_NAMED = """
SELECT pg_catalog.format_type(type, -1)
FROM pg_catalog.unnest(%s::oid[]) WITH ORDINALITY AS asked (type, number) ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class AnswerDigests:
    """A statement that is asked with many parameter sets at once."""

    connection: psycopg.Connection
    name: str
    takes: tuple[str, ...]
    columns: tuple[int, ...]
    """The types of the columns that it answers with: digests of the same types are comparable."""
    statement: str
    """What is prepared."""

    @classmethod
    def of(cls, prepared: PreparedStatement, sql: str, *, ordered: bool) -> Self:
        """Prepare it; ``ordered`` says whether answers of another order are others.

        Raises:
            psycopg.Error: it can't be asked so, though it may be one by one.
        """
        connection, name = prepared.connection, f"{prepared.name}_digests"
        takes, columns = _types(prepared)
        asked = _statement(sql, dict(zip(prepared.takes, takes, strict=True)), ordered=ordered)
        connection.execute(f"PREPARE {identifier(name)} AS {asked}".encode())
        return cls(connection, name, prepared.takes, columns, asked)

    def digests(self, sets: Mapping[int, Values]) -> dict[int, str]:
        """The digest of the answer to each set, by the set's number.

        Raises:
            psycopg.Error: it can't be run with one of them.
        """
        mode = "SET LOCAL plan_cache_mode = force_generic_plan"
        execute = f"EXECUTE {identifier(self.name)}({self.arguments(sets)})"
        (rows,) = together(self.connection, [mode, execute])
        return dict(rows)

    def arguments(self, sets: Mapping[int, Values]) -> str:
        """What it is run with, as SQL."""
        numbers = ", ".join(map(str, sets))
        lists = (_array([values[name] for values in sets.values()]) for name in self.takes)
        return ", ".join([f"ARRAY[{numbers}]", *lists])


def _statement(sql: str, types: Mapping[str, str], *, ordered: bool) -> str:
    columns = [f"given.{identifier(name)}::{type_}" for name, type_ in types.items()]
    named = [f"{one} AS {identifier(name)}" for one, name in zip(columns, types, strict=True)]
    arrays = (f"${number}::text[]" for number in range(2, len(types) + 2))
    return _ASKED.format(
        sets=_SETS,
        statement=correlated(sql.strip().rstrip(";"), _SETS),
        order="" if ordered else " ORDER BY 1",
        number=_NUMBER,
        columns=", ".join([f"given.{_NUMBER}", *named]),
        arrays=", ".join(["$1::integer[]", *arrays]),
        names="".join(f", {identifier(name)}" for name in types),
    )


def _types(prepared: PreparedStatement) -> tuple[list[str], tuple[int, ...]]:
    """What the server takes the parameters for, by name, and the types of the columns."""
    connection = prepared.connection
    described = connection.pgconn.describe_prepared(prepared.name.encode())
    if described.status != ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(described.get_error_message())
    takes = [described.param_type(number) for number in range(described.nparams)]
    with connection.cursor(row_factory=scalar_row) as cursor:
        names = cursor.execute(_NAMED, [takes]).fetchall()
    return names, tuple(described.ftype(number) for number in range(described.nfields))


def _array(values: Sequence[str | None]) -> str:
    return f"ARRAY[{', '.join('NULL' if one is None else text(one) for one in values)}]"

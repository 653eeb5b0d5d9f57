"""Values of every type, as the server reads them."""

from __future__ import annotations

from random import Random

import psycopg
import pytest

from vrss_contract.data.generated.conditions import Asked
from vrss_contract.data.generated.limits import InfeasibleError, Limits, add, constant
from vrss_contract.data.generated.types import Own, Spelt, read, spelt
from vrss_contract.data.generated.values import UnknownTypeError, Values, written
from vrss_contract.sql.literal import text

TYPES = (
    *("smallint", "int", "bigint", "numeric", "numeric(5,2)", "real", "double precision", "money"),
    *("boolean", "date", "time", "timetz", "timestamp(0)", "timestamp with time zone", "interval"),
    *("text", "varchar(5)", "character varying", "char(3)", "name", "uuid", "bytea", "bit(4)"),
    *("inet", "cidr", "macaddr", "macaddr8", "json", "jsonb", "tsvector", "pg_lsn", "oid"),
    *("point", "line", "lseg", "box", "path", "polygon", "circle"),
    *("int4range", "numrange", "tstzrange", "daterange", "tsrange", "int8multirange"),
    *("text[]", "integer[][]", "numeric(4,1)[]", "daterange[]", "jsonb[]", "box[]"),
    *("level", "level[]", "share", "spot", "spot[]", "spans"),
)
_OWN = """
CREATE TYPE level AS ENUM ('low', 'very high', 'it''s "odd"\\');
CREATE DOMAIN percent AS smallint CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN share AS percent NOT NULL CHECK (VALUE > 90);
CREATE TYPE spot AS (name text, at level, share percent);
CREATE TYPE spans AS RANGE (subtype = text);
"""


@pytest.fixture
def session(administered: psycopg.Connection) -> psycopg.Connection:
    administered.execute(_OWN)
    return administered


@pytest.mark.parametrize("type_", TYPES)
def test_the_server_reads_what_is_drawn(session: psycopg.Connection, type_: str) -> None:
    values, random = Values(read(session).types), Random(0)
    drawn = [written(values.drawn(type_, random, Limits())) for _ in range(50)]

    looks = " UNION ALL ".join(
        f"SELECT {text(one)}::{type_} IS DISTINCT FROM NULL" for one in drawn
    )

    assert all(row[0] for row in session.execute(looks))


@pytest.mark.parametrize(
    ("type_", "asked", "expected"),
    [
        ("integer", [Asked("a", ">=", "3"), Asked("a", "<", "5")], {3, 4}),
        ("integer", [Asked("a", ">", "3"), Asked("a", "<=", "5"), Asked("a", "<>", "4")], {5}),
        ("text", [Asked("a", "=", "x")], {"x"}),
        ("boolean", [Asked("a", "=", "false")], {False}),
    ],
)
def test_values_are_within_what_is_asked(
    type_: str, asked: list[Asked], expected: set[object]
) -> None:
    values, random = Values({}), Random(0)
    drawn = set()
    for _ in range(50):
        limits = Limits()
        for one in asked:
            add(limits, one, values.family(type_))
        drawn.add(values.drawn(type_, random, limits))

    assert drawn == expected


@pytest.mark.parametrize(
    ("type_", "low", "high"),
    [
        ("numeric(4,2)", "0.5", "0.75"),
        ("numeric", "-3.05", "-3"),
        ("date", "2020-02-28", "2020-03-01"),
        ("timestamptz", "2020-01-01 00:00:00+00", "2020-01-01 00:00:03+00"),
        ("smallint", "-5", "-3"),
    ],
)
def test_bounds_that_are_out_are_not_drawn(type_: str, low: str, high: str) -> None:
    values, random = Values({}), Random(0)
    family = values.family(type_)
    first, last = constant(family, low), constant(family, high)
    limits = Limits(first, last, above=True, below=True)

    assert all(first < values.drawn(type_, random, limits) < last for _ in range(50))


def test_bounds_that_nothing_is_within_are_told() -> None:
    with pytest.raises(InfeasibleError):
        Values({}).drawn("integer", Random(0), Limits(5, 4))


def test_a_type_of_which_nothing_is_known_is_told() -> None:
    with pytest.raises(UnknownTypeError):
        Values({}).drawn("widget", Random(0), Limits())


def test_a_domain_over_a_domain_is_required_where_one_is() -> None:
    values = Values({"a": Own("domain", "b"), "b": Own("domain", "text", required=True)})

    assert values.required("a")
    assert not values.required("a[]")


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("character varying(30)", Spelt("varchar", (30,))),
        ("numeric(4, 2)[]", Spelt("numeric", (4, 2), 1)),
        ("timestamp(3) with time zone", Spelt("timestamptz", (3,))),
        ('people."Order State"', Spelt("people.Order State")),
        ("int8[][]", Spelt("bigint", (), 2)),
    ],
)
def test_a_type_is_taken_apart(type_: str, expected: Spelt) -> None:
    assert spelt(type_) == expected

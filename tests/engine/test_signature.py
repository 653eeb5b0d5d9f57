"""A function's arguments and result are compared as the server takes them."""

from __future__ import annotations

import psycopg
import pytest

from vrss_contract.sql.signature import arguments, returned

pytestmark = pytest.mark.once
SIGNATURES = (
    ("", "trigger"),
    ("value text", "bool"),
    ("int, INT8", "int4[]"),
    ("IN a int, INOUT b timestamptz(6)", "timestamp(6) with time zone"),
    ('VARIADIC "All" varchar(3)[]', "varchar(9)"),
    ("a double precision, b timestamp with time zone DEFAULT now()", "setof int8"),
    ("a numeric(5,2) = 1, b text default 'x, y=z'", 'TABLE (c int, "B" decimal(3))'),
    ("out a interval second(3), out b float", "record"),
)


def test_every_signature_is_the_one_that_the_server_makes_of_it(
    loaded: psycopg.Connection,
) -> None:
    for place, (takes, gives) in enumerate(SIGNATURES):
        loaded.execute(
            f"CREATE FUNCTION f{place}({takes}) RETURNS {gives} LANGUAGE plpgsql AS 'BEGIN END'"
        )
    rows = loaded.execute("""
        SELECT pg_get_function_arguments(oid), pg_get_function_result(oid) FROM pg_proc
        WHERE proname ~ '^f[0-9]$' ORDER BY proname""").fetchall()

    said = [(arguments(takes), returned(gives)) for takes, gives in SIGNATURES]

    assert said == [(arguments(takes), returned(gives)) for takes, gives in rows]


@pytest.mark.parametrize(
    ("one", "other"), [("a int", "b int"), ("a int", "a int[]"), ("a int = 1", "a int = 2")]
)
def test_other_arguments_are_others(one: str, other: str) -> None:
    assert arguments(one) != arguments(other)

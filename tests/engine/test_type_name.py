"""Every spelling of a type that the server takes for one type is one type."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import psycopg
import pytest

from vrss_contract.database.catalog.read import read
from vrss_contract.sql.type_name import formatted, short, unsized

_SIZES = ("", "(3)", "(6)")
_MOMENTS = ("timestamp", "timestamptz", "time", "timetz", "interval")
_FIELDS = (
    *("year", "month", "day", "hour", "minute", "second", "year to month", "day to hour"),
    *("day to minute", "day to second", "hour to minute", "hour to second", "minute to second"),
)
_PLAIN = (
    *("int", "int2", "int4", "int8", "integer", "smallint", "bigint", "INTEGER", "Int", '"int4"'),
    *("real", "float", "float(1)", "float(24)", "float(25)", "float(53)", "float4", "float8"),
    *("double precision", "DOUBLE  PRECISION", "bool", "boolean", "text", "TEXT", '"text"'),
    *("numeric", "numeric(5)", "numeric(5,0)", "numeric(5, 2)", "decimal(5)", "dec", "dec(5,2)"),
    *("numeric(3,-2)", "pg_catalog.numeric(5)", "jsonb", "json", "uuid", "bytea", "date", "xml"),
    *("varchar", "varchar(9)", "character varying", "character varying (9)", "char varying(9)"),
    *("national character varying(9)", "nchar varying(9)", "national char(9)", '"varchar"(9)'),
    *("char", "char(1)", "char(9)", "character", "character(9)", "nchar", "nchar(9)", "bpchar"),
    *("bpchar(9)", '"bpchar"', '"char"', 'pg_catalog."char"', "pg_catalog.bpchar", "name"),
    *("bit", "bit(1)", "bit(9)", "bit varying", "bit varying(9)", "varbit", "varbit(9)"),
    *('"bit"', "pg_catalog.bit", "pg_catalog.varbit(9)", "_int4", "_timestamptz", "inet", "money"),
    *("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial", "BIGSERIAL"),
    *("point", "tsvector", "int4range", "tstzmultirange", "oid", "regclass", "pg_lsn"),
    *("mood", "MOOD", '"mood"', '"Mood"', '"odd ""name"""', "shelf.mood", 'shelf."mood"'),
)


def _moments() -> Iterator[str]:
    for name, size in product(_MOMENTS, _SIZES):
        yield from (f"{name}{size}", f"{name.upper()} {size}")
        if not (name == "interval" and size):  # whose own modifiers are other numbers
            yield from (f'"{name}"{size}', f"pg_catalog.{name}{size}", f'PG_CATALOG."{name}"{size}')
    for name, size, zone in product(("timestamp", "Time"), _SIZES, ("with", "without")):
        yield f"{name}{size} {zone} time zone"
        yield f"{name} {size} {zone.upper()} TIME  ZONE"
    for fields in _FIELDS:
        for size in _SIZES if fields.endswith("second") else ("",):
            yield f"interval {fields}{size}"


def _arrays(spellings: list[str]) -> Iterator[str]:
    bounds = ("[]", "[3]", "[][]", " ARRAY", " array[4]")
    kept = [one for one in spellings if "serial" not in one.lower() and not one.startswith("_")]
    yield from (one + bounds[place % len(bounds)] for place, one in enumerate(kept))


_ONE = [*_PLAIN, *_moments()]
SPELLINGS = [*_ONE, *_arrays(_ONE)]
_LENGTHS = (
    *("1", "1:30", "2 3:04", "1 2:03:04.123456", "-1 day +2:03", "1-2", "P1Y2M3DT4H5M6.5S"),
    *("1.5", "3 mons 4 days 00:00:05.999999", "@ 4 minutes ago", "1 month -1 hour"),
)


@pytest.fixture
def types(loaded: psycopg.Connection) -> psycopg.Connection:
    """A session with a few types of its own."""
    loaded.execute("CREATE SCHEMA shelf")
    for name in ("mood", '"Mood"', '"odd ""name"""', "shelf.mood"):
        loaded.execute(f"CREATE TYPE {name} AS ENUM ('good')")
    return loaded


def _printed(session: psycopg.Connection) -> list[str]:
    """What the server prints of each spelling, all in one table."""
    columns = ", ".join(f"c{place} {one}" for place, one in enumerate(SPELLINGS))
    session.execute(f"CREATE TEMP TABLE spelt ({columns})")
    rows = session.execute("""
        SELECT format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = 'spelt'::regclass AND attnum > 0 ORDER BY attnum""").fetchall()
    return [name for (name,) in rows]


def test_every_spelling_is_the_type_that_the_server_makes_of_it(
    types: psycopg.Connection,
) -> None:
    printed = dict(zip(SPELLINGS, _printed(types), strict=True))

    wrong = {one: name for one, name in printed.items() if formatted(one) != formatted(name)}

    assert len(printed) > 300
    assert wrong == {}


def test_what_the_server_prints_otherwise_is_one_type_only_where_it_keeps_the_same(
    types: psycopg.Connection,
) -> None:
    folded = {name for name in _printed(types) if formatted(name) != name}
    values = {
        "interval": _LENGTHS,
        "time": ("23:59:59.123456+05",),
        "timestamp": ("2025-01-31 23:59:59.123456+00",),
    }
    pairs = [
        (name, formatted(name), f'{{"{value}"}}' if "[]" in name else value)
        for name in folded
        for value in values[_first(name)]
    ]
    asked = ", ".join(
        f"('{value}'::{name})::text = ('{value}'::{same})::text" for name, same, value in pairs
    )

    answers = types.execute(f"SELECT ARRAY[{asked}]").fetchone() or ([],)

    assert {_first(name) for name in folded} == values.keys()
    assert [pair for pair, same in zip(pairs, answers[0], strict=True) if not same] == []


def _first(name: str) -> str:
    """The first word of a type's name."""
    return name.partition("(")[0].split()[0]


def test_the_short_name_is_the_same_type() -> None:
    assert [one for one in SPELLINGS if formatted(short(one)) != formatted(one)] == []
    assert [one for one in SPELLINGS if short(short(one)) != short(one)] == []


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("timestamp(6) with time zone", "timestamptz"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("interval(6)", "interval"),
        ("character varying(20)[]", "varchar(20)[]"),
        ("SERIAL8", "bigserial"),
        ("int8", "bigint"),
        ("geometry(Point,4326)", "geometry(Point,4326)"),
        ("no type, that", "no type, that"),
    ],
)
def test_a_type_is_written_short(type_: str, name: str) -> None:
    assert short(type_) == name


@pytest.mark.parametrize(
    ("type_", "name"),
    [("varchar(2)", "character varying"), ("char", "bpchar"), ("bit(2)[]", '"bit"[]')],
)
def test_a_type_of_any_length_cuts_nothing(type_: str, name: str) -> None:
    assert unsized(type_) == name


def test_a_catalog_knows_a_type_of_the_first_schema_without_it(types: psycopg.Connection) -> None:
    types.execute('CREATE TABLE x (a mood, b "Mood", c "Mood"[], d shelf.mood)')

    columns = read(types).tables["x"].columns.values()

    assert [column.type for column in columns] == ["mood", '"Mood"', '"Mood"[]', "shelf.mood"]


def test_a_catalog_with_idle_modifiers_is_the_one_without(loaded: psycopg.Connection) -> None:
    read_ = []
    for type_ in ("timestamptz(6)", "timestamptz", "timestamptz(3)"):
        loaded.execute(f"DROP TABLE IF EXISTS x; CREATE TABLE x (a {type_} DEFAULT now())")
        read_.append(read(loaded))

    assert read_[0] == read_[1] != read_[2]

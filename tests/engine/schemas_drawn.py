"""Schemas drawn at random, as SQL: names that need quotes, types, keys, references, checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from psycopg import sql

NAMES = (
    *("item", "price", "note", "kind", "place", "day", "amount", "code"),
    *("user", "order", "select", "group", "check", "table"),
    *("Mixed", "with space", "a.b", 'q"x', "dash-ed", "ümlaut", "1st"),
)
SCHEMAS = ("public", "public", "public", "other", "Capital")
CHECKS = {
    "integer": ("{} > 0", "{} BETWEEN 3 AND 7", "{} <> 5", "{} IS NULL OR {} >= -2", "{} % 2 = 0"),
    "bigint": ("{} >= 100", "{} < 0"),
    "smallint": ("{} IN (3, 5, 8)",),
    "text": ("{} <> ''", "length({}) >= 5", "{} IN ('a', 'b''c')", "{} ~ '^[A-Z]{{2}}[0-9]+$'"),
    "varchar(8)": ("{} LIKE 'x%'", "{} = lower({})", "btrim({}) <> ''"),
    "varchar(2)": ("length({}) = 2",),
    "char(3)": ("{} = upper({})",),
    "numeric(6, 2)": ("{} > 0 AND {} < 1", "{} >= 10.5"),
    "real": ("{} > 0.5",),
    "boolean": ("{}",),
    "date": ("{} > '2030-01-01'", "{} BETWEEN '1990-01-01' AND '1990-12-31'"),
    "timestamptz": ("{} < '2020-01-01'",),
    "timestamp(3)": (),
    "interval": ("{} > '1 day'::interval",),
    "uuid": (),
    "inet": ("family({}) = 4",),
    "bytea": ("length({}) <= 4",),
    "jsonb": ("jsonb_typeof({}) = 'object'", "{} ? 'n'"),
    "integer[]": ("cardinality({}) < 3", "{}[1] = 4"),
    "text[]": (),
    "int4range": ("NOT isempty({})",),
    "tstzrange": (),
    "mood": ("{} <> 'so-so'",),
    "even": (),
    "span": (),
    "bit(3)": (),
    "macaddr": (),
    "time": ("{} >= '08:00'",),
}
DEFAULTS = {
    "integer": "4",
    "text": "'ABCDE'",
    "boolean": "TRUE",
    "timestamptz": "now()",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{}'",
    "mood": "'happy'",
    "date": "current_date",
}
TYPES = (
    "CREATE TYPE mood AS ENUM ('happy', 'so-so', 'It''s Bad')",
    "CREATE DOMAIN even AS integer CHECK (value % 2 = 0)",
    "CREATE TYPE span AS (lower_end integer, upper_end text)",
)
ACTIONS = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT")
_UNSORTED = frozenset({"jsonb", "span"})
"""Types kept out of keys, to keep the drawn keys plain."""


@dataclass(frozen=True)
class Drawn:
    """A table that is drawn: its name as SQL, columns by name to type, and its key."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]


def quoted(*parts: str) -> str:
    return sql.Identifier(*parts).as_string()


@st.composite
def schemas(draw: st.DrawFn) -> str:
    """Statements that make a schema of one to four tables."""
    statements = ["CREATE SCHEMA other", 'CREATE SCHEMA "Capital"', *TYPES]
    tables: list[Drawn] = []
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    for number, name in enumerate(names):
        schema = draw(st.sampled_from(SCHEMAS))
        table, more = draw(_table(quoted(schema, name), number, tables))
        tables.append(table)
        statements += more
    return "".join(f"{statement};\n" for statement in statements)


@st.composite
def _table(
    draw: st.DrawFn, name: str, number: int, others: Sequence[Drawn]
) -> tuple[Drawn, list[str]]:
    named = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    columns = {quoted(one): draw(st.sampled_from(sorted(CHECKS))) for one in named}
    lines = [draw(_column(column, type_)) for column, type_ in columns.items()]
    key = draw(_key(columns))
    drawn = Drawn(name, dict(columns), key)
    if key:
        lines.append(f"CONSTRAINT pk_{number} PRIMARY KEY ({', '.join(key)})")
    parents = [other for other in (*others, drawn) if other.key]
    refers = draw(st.booleans())
    if parents and refers:
        lines += draw(_reference(draw(st.sampled_from(parents)), f"fk_{number}"))
    lines += draw(_unique(columns, number))
    commented: bool = draw(st.booleans())
    statements = [f"CREATE TABLE {name} (\n    " + ",\n    ".join(lines) + "\n)"]
    statements += draw(_indexes(drawn, number))
    if commented:
        statements.append(f"COMMENT ON TABLE {name} IS 'What it is for.'")
    return drawn, statements


@st.composite
def _column(draw: st.DrawFn, name: str, type_: str) -> str:
    words = [name, type_]
    if type_ in ("integer", "bigint") and draw(st.integers(0, 4)) == 0:
        always = draw(st.sampled_from(("ALWAYS", "BY DEFAULT")))
        return f"{name} {type_} GENERATED {always} AS IDENTITY"
    needed, defaulted, checked = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    if needed:
        words.append("NOT NULL")
    if type_ in DEFAULTS and defaulted:
        words.append(f"DEFAULT {DEFAULTS[type_]}")
    if CHECKS[type_] and checked:
        condition = draw(st.sampled_from(CHECKS[type_]))
        words.append(f"CHECK ({condition.format(*[name] * condition.count('{}'))})")
    return " ".join(words)


@st.composite
def _key(draw: st.DrawFn, columns: dict[str, str]) -> tuple[str, ...]:
    fit = [name for name, type_ in columns.items() if type_ not in _UNSORTED]
    if not fit:
        return ()
    return tuple(draw(st.lists(st.sampled_from(fit), max_size=2, unique=True)))


@st.composite
def _reference(draw: st.DrawFn, parent: Drawn, name: str) -> list[str]:
    """Columns that refer to the parent's key, and the foreign key over them."""
    own = [quoted(f"ref {place}") for place, _ in enumerate(parent.key)]
    needed = draw(st.sampled_from(("", " NOT NULL"))) if parent.columns else ""
    lines = [
        f"{column} {parent.columns[key]}{needed}"
        for column, key in zip(own, parent.key, strict=True)
    ]
    action = draw(st.sampled_from(ACTIONS[:3] if needed else ACTIONS))
    full = draw(st.sampled_from(("", " MATCH FULL")))
    later = draw(st.sampled_from(("", "", " DEFERRABLE INITIALLY DEFERRED")))
    target = f"{parent.name} ({', '.join(parent.key)}){full}"
    names = ", ".join(own)
    lines.append(
        f"CONSTRAINT {name} FOREIGN KEY ({names}) REFERENCES {target} ON DELETE {action}{later}"
    )
    return lines


@st.composite
def _unique(draw: st.DrawFn, columns: dict[str, str], number: int) -> list[str]:
    fit = [name for name, type_ in columns.items() if type_ not in _UNSORTED]
    wanted = draw(st.booleans())
    if not fit or not wanted:
        return []
    listed = draw(st.lists(st.sampled_from(fit), min_size=1, max_size=2, unique=True))
    nulls = draw(st.sampled_from(("", " NULLS NOT DISTINCT")))
    return [f"CONSTRAINT uk_{number} UNIQUE{nulls} ({', '.join(listed)})"]


@st.composite
def _indexes(draw: st.DrawFn, table: Drawn, number: int) -> list[str]:
    fit = [name for name, type_ in table.columns.items() if type_ not in _UNSORTED]
    wanted = draw(st.booleans())
    if not fit or not wanted:
        return []
    column = draw(st.sampled_from(fit))
    form = draw(st.sampled_from(("{0}", "{0} DESC", "{0} DESC NULLS LAST")))
    where = draw(st.sampled_from(("", f" WHERE {column} IS NOT NULL")))
    return [f"CREATE INDEX ix_{number} ON {table.name} ({form.format(column)}){where}"]

"""What may go wrong with columns: what they take, and what they are when nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from vrss_contract.contract.model import Contract, Level
from vrss_contract.database.catalog.facts import CatalogColumn, CatalogTable
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import beside, identifier, relation

_SIZED = re.compile(r"^(character varying|character|numeric|bit|bit varying)\((\d+)(.*)\)$")
_OTHER_TYPES: Mapping[str, Sequence[tuple[str, Level]]] = {
    "bigint": (("integer", "must"), ("numeric", "should")),
    "integer": (("smallint", "must"), ("bigint", "should")),
    "smallint": (("integer", "should"),),
    "text": (("varchar(100)", "must"), ("varchar(10)", "must")),
    "boolean": (("text", "must"), ("smallint", "must")),
    "timestamp with time zone": (
        ("timestamp", "must"),
        ("date", "must"),
        ("timestamptz(0)", "must"),
        ("timestamptz(3)", "must"),
        ("text", "must"),
    ),
    "timestamp without time zone": (("timestamptz", "must"), ("date", "must")),
    "date": (("timestamptz", "must"),),
    "jsonb": (("json", "must"), ("text", "must")),
    "uuid": (("text", "must"),),
    "bigint[]": (("integer[]", "must"), ("text[]", "must")),
}
_KEYS = frozenset({"primary key", "unique", "foreign key"})


def _columns(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        primary = {
            name
            for one in table.constraints.values()
            if one.kind == "primary key"
            for name in one.columns
        }
        for column in table.columns.values():
            if not column.generated:
                yield from _nulls(table, column, primary)
                yield from _defaults(table, column)
                yield from _types(table, column, _longest(table, column, schema.contract))
            yield from _there(table, column)
        yield from _added(table)


def _longest(table: CatalogTable, column: CatalogColumn, contract: Contract | None) -> int:
    declared = contract.tables.get(table.name) if contract else None
    columns = declared.columns if declared else ()
    listed = [text for one in columns if one.name == column.name for text in one.values]
    return max(map(len, listed), default=0)


def _nulls(table: CatalogTable, column: CatalogColumn, primary: set[str]) -> Iterator[Mutant]:
    if column.nullable:
        yield _mutant("not-null-added", table, column, "", "ALTER COLUMN {} SET NOT NULL")
    elif column.name not in primary and not column.identity:
        yield _mutant("not-null-dropped", table, column, "", "ALTER COLUMN {} DROP NOT NULL")


def _defaults(table: CatalogTable, column: CatalogColumn) -> Iterator[Mutant]:
    if column.identity:
        return
    if column.default:
        yield _mutant("default-dropped", table, column, "", "ALTER COLUMN {} DROP DEFAULT")
    for other in _values(column):
        if other != column.default:
            do = f"ALTER COLUMN {{}} SET DEFAULT {other}"
            operator = "default-changed" if column.default else "default-added"
            mutant = _mutant(operator, table, column, other, do)
            # A value that has to be said is said, whether or not there is a default.
            unfelt = not column.nullable and not column.default
            yield replace(mutant, level="should") if unfelt else mutant


def _values(column: CatalogColumn) -> Iterator[str]:
    """Other values of its type; of a number, those beside its default."""
    default, type_ = column.default, column.type
    if re.fullmatch(r"-?\d+", default):
        yield from (str(int(default) + more) for more in (1, -1))
    elif type_ in {"bigint", "integer", "smallint"} and not default:
        yield "0"
    elif type_ == "boolean":
        yield from {"true": ("false",), "false": ("true",)}.get(default, ("false",))
    elif type_.startswith("timestamp"):
        yield from ("clock_timestamp()", "'-infinity'", "now() - interval '1 hour'")
    elif type_ == "text" or type_.startswith("character"):
        yield "'x'" if default else "''"
    elif type_ == "jsonb":
        yield from ("'[]'::jsonb", "'{}'::jsonb", "'null'::jsonb")
    elif type_.endswith("[]"):
        yield "'{1}'" if default else "'{}'"


def _types(table: CatalogTable, column: CatalogColumn, longest: int) -> Iterator[Mutant]:
    """Columns of other types.

    Args:
        table: that of the column.
        column: the column.
        longest: characters of the longest text that it takes, where all of them are listed; else 0.
    """
    if sized := _SIZED.match(column.type):
        size = int(sized[2])
        shorter: Level = "should" if 0 < longest < size else "must"
        longer: Level = "should"
        for more, level in ((1, longer), (-1, shorter)):
            type_ = f"{sized[1]}({size + more}{sized[3]})"
            yield replace(_typed("length-changed", table, column, type_), level=level)
        if sized[1].startswith("character"):
            yield replace(_typed("type-widened", table, column, "text"), level="should")
            yield _typed("type-narrowed", table, column, f"character({size})")
    for type_, level in _OTHER_TYPES.get(column.type, ()):
        operator = "type-narrowed" if level == "must" else "type-widened"
        yield replace(_typed(operator, table, column, type_), level=level)


def _typed(operator: str, table: CatalogTable, column: CatalogColumn, type_: str) -> Mutant:
    """The column with another type; its default is put back, and what hangs on it made again."""
    name = identifier(column.name)
    value = "(CASE WHEN {} THEN 1 ELSE 0 END)" if column.type == "boolean" else "{}"
    do = f"ALTER COLUMN {name} TYPE {type_} USING {value.format(name)}::{type_}"
    own = relation(table.name)
    ddl = [f"ALTER TABLE {own} {do}"]
    if column.default and not column.sequence:
        kept = value.replace("{}", f"({column.default})", 1)
        default = f"ALTER COLUMN {name} SET DEFAULT {kept}::{type_}"
        ddl = [
            f"ALTER TABLE {own} ALTER COLUMN {name} DROP DEFAULT",
            ddl[0],
            f"ALTER TABLE {own} {default}",
        ]
    hanging = [
        one
        for one in table.indexes.values()
        if not one.constraint and re.search(rf"\b{re.escape(column.name)}\b", one.predicate)
    ]
    checks = [
        one
        for one in table.constraints.values()
        if one.kind == "check" and column.name in one.columns
    ]
    triggers = [one for one in table.triggers.values() if column.name in one.columns or one.when]
    before = [f"DROP INDEX {beside(table.name, one.name)}" for one in hanging]
    before += [f"ALTER TABLE {own} DROP CONSTRAINT {identifier(one.name)}" for one in checks]
    before += [f"DROP TRIGGER {identifier(one.name)} ON {own}" for one in triggers]
    after = [one.definition for one in hanging]
    after += [
        f"ALTER TABLE {own} ADD CONSTRAINT {identifier(one.name)} {one.definition}"
        for one in checks
    ]
    after += [one.definition for one in triggers]
    return replace(_mutant(operator, table, column, type_, ""), ddl=(*before, *ddl, *after))


def _there(table: CatalogTable, column: CatalogColumn) -> Iterator[Mutant]:
    yield _mutant("column-dropped", table, column, "", "DROP COLUMN {} CASCADE")
    yield _mutant("column-renamed", table, column, "", "RENAME COLUMN {} TO mutated")
    used = any(column.name in one.columns for one in table.constraints.values())
    if not used and not column.sequence and not column.generated:
        own, name = relation(table.name), identifier(column.name)
        value = {"boolean": "FALSE"}.get(column.type, "NULL")
        add = f"ADD COLUMN {name} {column.type} GENERATED ALWAYS AS ({value}::{column.type}) STORED"
        mutant = _mutant("column-generated", table, column, "", "")
        drop = f"ALTER TABLE {own} DROP COLUMN {name} CASCADE"
        yield replace(mutant, ddl=(drop, f"ALTER TABLE {own} {add}"))


def _added(table: CatalogTable) -> Iterator[Mutant]:
    own = relation(table.name)
    for what, words, level in _MORE:
        yield Mutant(
            "column-added",
            table.name,
            what,
            (f"ALTER TABLE {own} ADD COLUMN mutated {words}",),
            level=level,
            tables=(table.name,),
        )


_MORE: Sequence[tuple[str, str, Level]] = (
    ("nullable", "text", "may"),
    ("with a default", "integer NOT NULL DEFAULT 0", "may"),
    ("NOT NULL without a default", "integer NOT NULL", "must"),
    ("unique with a default", "integer UNIQUE DEFAULT 0", "must"),
)


def _mutant(
    operator: str, table: CatalogTable, column: CatalogColumn, what: str, do: str
) -> Mutant:
    name = identifier(column.name)
    keys = [
        one.name
        for one in table.constraints.values()
        if one.kind in _KEYS and column.name in one.columns
    ]
    referred = [one.references for one in table.constraints.values() if one.name in keys]
    return Mutant(
        operator,
        f"{table.name}.{column.name}",
        what,
        (f"ALTER TABLE {relation(table.name)} {do.replace('{}', name, 1)}",),
        tables=tuple(dict.fromkeys(filter(None, (table.name, *referred)))),
        about=(f"{table.name}.{column.name}",),
    )


OPERATORS = (
    Operator("not-null-added", "A column must have a value.", _columns),
    Operator("not-null-dropped", "A column may be without a value.", _columns),
    Operator("default-dropped", "A column has no default.", _columns),
    Operator("default-changed", "A column has another default.", _columns),
    Operator("default-added", "A column that had none has a default.", _columns),
    Operator("length-changed", "A text may be one character longer or less.", _columns),
    Operator("type-narrowed", "A column holds less, or something else.", _columns),
    Operator("type-widened", "A column holds more.", _columns),
    Operator("column-dropped", "A column is not there.", _columns),
    Operator("column-renamed", "A column has another name.", _columns),
    Operator("column-generated", "A column is calculated, and nobody may write it.", _columns),
    Operator("column-added", "There is a column more.", _columns),
)
"""Operators of columns."""

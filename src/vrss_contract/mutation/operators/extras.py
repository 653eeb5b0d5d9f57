"""What may be there beside a table's own: a constraint, a trigger or a rule too many.

Most of them refuse, change or swallow a legal row only now and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vrss_contract.database.catalog.facts import CatalogTable
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation

_NAME = "mutated"
_CHECKS: Sequence[tuple[str, str]] = (
    ("sundays", "extract(isodow FROM now()) <> 7"),
    ("each hundredth", "hashtext({}::text) % 100 <> 0"),
    ("serializable", "current_setting('transaction_isolation') <> 'serializable'"),
    ("by day", "extract(hour FROM clock_timestamp()) < 24"),
    ("some sessions", "pg_backend_pid() % 1000 <> 999"),
)
_CONDITIONS: Sequence[tuple[str, str]] = (
    ("sundays", "extract(isodow FROM now()) = 7"),
    ("serializable", "current_setting('transaction_isolation') = 'serializable'"),
    ("repeatable read", "current_setting('transaction_isolation') = 'repeatable read'"),
    ("now and then", "random() < 0.01"),
    ("always", "TRUE"),
)
_BODIES: Sequence[tuple[str, str]] = (
    ("raises", "RAISE EXCEPTION 'no'"),
    ("swallows", "RETURN NULL"),
    ("waits", "PERFORM pg_advisory_xact_lock(1)"),
)


def _extras(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        if not table.columns:
            continue
        yield from _checks(table)
        yield from _uniques(table)
        yield from _triggers(table)
        yield from _others(table)


def _checks(table: CatalogTable) -> Iterator[Mutant]:
    first = identifier(next(iter(table.columns)))
    for what, condition in _CHECKS:
        yield _mutant("extra-check", table, what, _add(table, f"CHECK ({condition.format(first)})"))
    for column in table.columns.values():
        name = identifier(column.name)
        if column.type == "text" or column.type.startswith("character"):
            check = f"CHECK (length({name}) <> 7)"
            yield _mutant("extra-check", table, f"length of {column.name}", _add(table, check))
        elif column.type in {"bigint", "integer"} and not column.sequence:
            check = f"CHECK ({name} <> 1234567)"
            yield _mutant("extra-check", table, f"a number of {column.name}", _add(table, check))


def _uniques(table: CatalogTable) -> Iterator[Mutant]:
    keys = [
        one.columns for one in table.constraints.values() if one.kind in {"primary key", "unique"}
    ]
    for column in table.columns.values():
        if (column.name,) in keys or column.type in {"jsonb", "json"}:
            continue
        name, own = identifier(column.name), relation(table.name)
        unique = _add(table, f"UNIQUE ({name})")
        yield _mutant("extra-unique", table, column.name, unique)
        index = f"CREATE UNIQUE INDEX {_NAME} ON {own} ({name}) WHERE {name} IS NOT NULL"
        yield _mutant("extra-unique-index", table, column.name, index)


def _triggers(table: CatalogTable) -> Iterator[Mutant]:
    own = relation(table.name)
    for event in ("INSERT", "UPDATE", "DELETE"):
        for what, condition in _CONDITIONS:
            for does, body in _BODIES:
                row = "OLD" if event == "DELETE" else "NEW"
                function = (
                    f"CREATE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    f" IF {condition} THEN {body}; END IF; RETURN {row}; END $$"
                )
                trigger = (
                    f"CREATE TRIGGER {_NAME} BEFORE {event} ON {own}"
                    f" FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
                )
                yield Mutant(
                    "extra-trigger",
                    table.name,
                    f"{event.lower()} {does} {what}",
                    (function, trigger),
                    tables=(table.name,),
                )


def _others(table: CatalogTable) -> Iterator[Mutant]:
    own = relation(table.name)
    for event in ("INSERT", "UPDATE", "DELETE"):
        rule = f"CREATE RULE {_NAME} AS ON {event} TO {own} DO INSTEAD NOTHING"
        yield _mutant("extra-rule", table, event.lower(), rule)
    first = identifier(next(iter(table.columns)))
    exclusion = _add(table, f"EXCLUDE USING btree ({first} WITH =)")
    yield _mutant("extra-exclusion", table, "", exclusion)
    child = f"CREATE TABLE {_NAME} () INHERITS ({own})"
    yield _mutant("extra-child", table, "", child)


def _add(table: CatalogTable, constraint: str) -> str:
    return f"ALTER TABLE {relation(table.name)} ADD CONSTRAINT {_NAME} {constraint}"


def _mutant(operator: str, table: CatalogTable, what: str, ddl: str) -> Mutant:
    return Mutant(operator, table.name, what, (ddl,), tables=(table.name,))


OPERATORS = (
    Operator("extra-check", "A check refuses a legal row now and then.", _extras),
    Operator("extra-unique", "A column may have each value but once.", _extras),
    Operator("extra-unique-index", "An index refuses a value that is there.", _extras),
    Operator("extra-trigger", "A trigger refuses, swallows or holds up a row.", _extras),
    Operator("extra-rule", "A rule does nothing in the place of a statement.", _extras),
    Operator("extra-exclusion", "An exclusion constraint refuses rows that are alike.", _extras),
    Operator("extra-child", "A table inherits, whose rows no key covers.", _extras),
)
"""Operators of what is there too much."""

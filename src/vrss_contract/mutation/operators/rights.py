"""Who may do what: rights given to everybody, taken from the owner, rows hidden by policies."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.contract.model import Level
from vrss_contract.database.catalog.facts import CatalogFunction, Sequence
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation

_USED = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""What statements of an application take."""
_OF_TABLE = (*_USED, "TRUNCATE", "REFERENCES", "TRIGGER")
_OF_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
_OF_SEQUENCE = ("USAGE", "SELECT", "UPDATE")
_DEFAULTS = (("SELECT", "TABLES"), ("USAGE", "SEQUENCES"))


def _table_granted(schema: Schema) -> Iterator[Mutant]:
    for name in schema.catalog.tables:
        for right in _OF_TABLE:
            ddl = f"GRANT {right} ON {relation(name)} TO PUBLIC"
            yield Mutant("table-granted", name, right, (ddl,), tables=(name,))


def _table_revoked(schema: Schema) -> Iterator[Mutant]:
    for name in schema.catalog.tables:
        for right in _OF_TABLE:
            ddl = f"REVOKE {right} ON {relation(name)} FROM CURRENT_USER"
            level: Level = "must" if right in _USED else "should"
            yield Mutant("table-revoked", name, right, (ddl,), level, (name,))


def _column_granted(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        for column in table.columns:
            for right in _OF_COLUMN:
                ddl = f"GRANT {right} ({identifier(column)}) ON {relation(name)} TO PUBLIC"
                object_ = f"{name}.{column}"
                yield Mutant("column-granted", object_, right, (ddl,), tables=(name,))


def _sequence_granted(schema: Schema) -> Iterator[Mutant]:
    for name, sequence in schema.catalog.sequences.items():
        for right in _OF_SEQUENCE:
            ddl = f"GRANT {right} ON SEQUENCE {relation(name)} TO PUBLIC"
            about, tables = _owner(sequence)
            yield Mutant("sequence-granted", name, right, (ddl,), tables=tables, about=about)


def _sequence_revoked(schema: Schema) -> Iterator[Mutant]:
    for name, sequence in schema.catalog.sequences.items():
        about, tables = _owner(sequence)
        for right in _OF_SEQUENCE:
            ddl = f"REVOKE {right} ON SEQUENCE {relation(name)} FROM CURRENT_USER"
            # UPDATE alone is enough for nextval, and USAGE for it and currval.
            yield Mutant("sequence-revoked", name, right, (ddl,), "should", tables, about)
        ddl = f"REVOKE ALL ON SEQUENCE {relation(name)} FROM CURRENT_USER"
        yield Mutant("sequence-revoked", name, "ALL", (ddl,), tables=tables, about=about)


def _owner(sequence: Sequence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The column that owns it, and that column's table."""
    if not sequence.owner:
        return (), ()
    return (sequence.owner,), (sequence.owner.rpartition(".")[0],)


def _function_granted(schema: Schema) -> Iterator[Mutant]:
    for one in functions(schema):
        if not one.public_executes:
            ddl = f"GRANT EXECUTE ON FUNCTION {relation(one.name)} TO PUBLIC"
            yield Mutant("function-granted", one.name, "", (ddl,), tables=called_at(one, schema))


def _function_revoked(schema: Schema) -> Iterator[Mutant]:
    for one in functions(schema):
        # What a trigger calls is asked for the right when the trigger is made, and never again.
        level: Level = "should" if one.returns == "trigger" else "must"
        tables = called_at(one, schema)
        if one.public_executes:
            ddl = f"REVOKE EXECUTE ON FUNCTION {relation(one.name)} FROM PUBLIC"
            yield Mutant("function-revoked", one.name, "from public", (ddl,), level, tables)
        ddl = f"REVOKE EXECUTE ON FUNCTION {relation(one.name)} FROM CURRENT_USER, PUBLIC"
        yield Mutant("function-revoked", one.name, "from everybody", (ddl,), level, tables)


def _type_revoked(schema: Schema) -> Iterator[Mutant]:
    for name in schema.catalog.enums:
        ddl = f"REVOKE USAGE ON TYPE {relation(name)} FROM PUBLIC"
        yield Mutant("type-revoked", name, "", (ddl,), "should")


def _default_granted(schema: Schema) -> Iterator[Mutant]:
    if schema.catalog.tables:
        for right, objects in _DEFAULTS:
            ddl = f"ALTER DEFAULT PRIVILEGES GRANT {right} ON {objects} TO PUBLIC"
            what = f"{right} of {objects.lower()}"
            yield Mutant("default-granted", "schema", what, (ddl,), "should")


def _rows_hidden(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        enabled = f"ALTER TABLE {relation(name)} ENABLE ROW LEVEL SECURITY"
        forced = f"ALTER TABLE {relation(name)} FORCE ROW LEVEL SECURITY"
        if not table.row_security:
            yield Mutant("table-rows-hidden", name, "enabled", (enabled,), tables=(name,))
            yield Mutant("table-rows-hidden", name, "forced", (enabled, forced), tables=(name,))
        elif not table.forced_row_security:
            yield Mutant("table-rows-hidden", name, "forced", (forced,), tables=(name,))
        if table.row_security:
            ddl = f"ALTER TABLE {relation(name)} DISABLE ROW LEVEL SECURITY"
            yield Mutant("table-rows-hidden", name, "no longer", (ddl,), tables=(name,))


def _policy_added(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        for sort, condition in (("permissive", "TRUE"), ("restrictive", "FALSE")):
            ddl = (
                f"CREATE POLICY mutant ON {relation(name)} AS {sort.upper()}"
                f" FOR ALL USING ({condition})"
            )
            level: Level = "must" if table.row_security else "should"
            yield Mutant("policy-added", name, sort, (ddl,), level, (name,))


def _security_exchanged(schema: Schema) -> Iterator[Mutant]:
    for one in functions(schema):
        word = "INVOKER" if one.definer else "DEFINER"
        ddl = f"ALTER FUNCTION {relation(one.name)} SECURITY {word}"
        # As its owner it may do no less; only what is not right any more is felt.
        level: Level = "must" if one.definer else "should"
        tables = called_at(one, schema)
        yield Mutant("function-security", one.name, word.lower(), (ddl,), level, tables)


def functions(schema: Schema) -> Iterator[CatalogFunction]:
    """Functions whose name is no other's, so that it says which is meant."""
    names = [one.name for one in schema.catalog.functions]
    return (
        one
        for one in schema.catalog.functions
        if one.kind == "function" and names.count(one.name) == 1
    )


def called_at(function: CatalogFunction, schema: Schema) -> tuple[str, ...]:
    """The tables whose triggers call it."""
    return tuple(
        name
        for name, table in schema.catalog.tables.items()
        if any(trigger.function == function.name for trigger in table.triggers.values())
    )


OPERATORS = (
    Operator("table-granted", "Everybody has a right to the table.", _table_granted),
    Operator("table-revoked", "The table's owner lacks a right to it.", _table_revoked),
    Operator("column-granted", "Everybody has a right to the column.", _column_granted),
    Operator("sequence-granted", "Everybody has a right to the sequence.", _sequence_granted),
    Operator("sequence-revoked", "The sequence's owner lacks a right to it.", _sequence_revoked),
    Operator("function-granted", "Everybody may call the function.", _function_granted),
    Operator("function-revoked", "Not everybody may call the function.", _function_revoked),
    Operator("function-security", "The function runs as another.", _security_exchanged),
    Operator("type-revoked", "Only its owner may use the type.", _type_revoked),
    Operator("default-granted", "Everybody has rights to what is made later.", _default_granted),
    Operator("table-rows-hidden", "Policies decide who sees the rows.", _rows_hidden),
    Operator("policy-added", "The table has a policy more.", _policy_added),
)
"""One operator a statement that gives or takes a right."""

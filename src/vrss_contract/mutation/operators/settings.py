"""Settings of functions, roles, tables, columns and indexes, and what else is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vrss_contract.contract.model import Level
from vrss_contract.database.catalog.facts import CatalogFunction
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.operators.rights import called_at, functions
from vrss_contract.sql.literal import beside, identifier, relation
from vrss_contract.sql.spoken import spoken

_PATH = "search_path="
_WAITING = "lock_timeout"
"""What is felt of a function that writes: a limit of a statement counts from its begin."""
_OF_FUNCTION: tuple[tuple[str, str], ...] = (
    (_WAITING, "1ms"),
    ("statement_timeout", "1ms"),
    ("TimeZone", "Pacific/Kiritimati"),
    ("DateStyle", "SQL, DMY"),
    ("IntervalStyle", "sql_standard"),
    ("row_security", "off"),
    ("transform_null_equals", "on"),
    ("array_nulls", "off"),
    ("standard_conforming_strings", "off"),
    ("check_function_bodies", "off"),
    ("default_transaction_isolation", "serializable"),
    ("synchronous_commit", "off"),
    ("enable_indexscan", "off"),
    ("lc_numeric", "C"),
)
"""A setting, and a value of it."""
_OF_ROLE: tuple[tuple[str, str], ...] = (
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_read_only", "on"),
    ("default_transaction_deferrable", "on"),
    ("search_path", "pg_catalog"),
    ("statement_timeout", "1ms"),
    ("lock_timeout", "1ms"),
    ("idle_in_transaction_session_timeout", "1ms"),
    ("TimeZone", "Pacific/Kiritimati"),
    ("DateStyle", "SQL, DMY"),
    ("row_security", "off"),
    ("transform_null_equals", "on"),
    ("standard_conforming_strings", "off"),
    ("synchronous_commit", "off"),
)
_OF_TABLE = (
    "fillfactor = 50",
    "autovacuum_enabled = false",
    "parallel_workers = 0",
    "toast_tuple_target = 128",
    "user_catalog_table = true",
    "toast.autovacuum_enabled = false",
    "vacuum_truncate = false",
)
_WHOLE = frozenset({"text", "jsonb", "bytea", "json"})
"""Types whose values may be longer than a page, if they are not kept whole in their row."""
_BESIDE = ("text", "json", "bytea", "character varying", "numeric")
"""How types begin whose values may be kept in a table beside the table."""
_INDEX_OPTIONS = {"btree": "deduplicate_items = off", "gin": "fastupdate = off"}


def _path_changed(schema: Schema) -> Iterator[Mutant]:
    for one, name in _functions(schema):
        pinned = [setting for setting in one.settings if setting.startswith(_PATH)]
        if not pinned:
            continue
        reset, tables = f"ALTER FUNCTION {name} RESET search_path", called_at(one, schema)
        yield Mutant("function-path", one.name, "lost", (reset,), tables=tables)
        parts = [part.strip() for part in pinned[0].removeprefix(_PATH).split(",")]
        for what, path, level in _paths(parts, definer=one.definer):
            ddl = f"ALTER FUNCTION {name} SET search_path = {', '.join(path)}"
            yield Mutant("function-path", one.name, what, (ddl,), level, tables)


def _paths(parts: list[str], *, definer: bool) -> Iterator[tuple[str, list[str], Level]]:
    """Other paths, what is wrong with each, and what it deserves.

    Whoever calls it fills pg_temp; the other schemas are the owner's and the server's. What is not
    named of pg_catalog and pg_temp comes first all the same.
    """
    for part in parts:
        left = [one for one in parts if one != part]
        felt = (definer and part == "pg_temp") or part not in {"pg_temp", "pg_catalog"}
        if left:
            yield f"without {part}", left, "must" if felt else "should"
        if part != parts[0]:
            first: Level = "must" if definer and part == "pg_temp" else "should"
            yield f"{part} first", [part, *left], first
    yield "the owner's schema first", ['"$user"', *parts], "should"


def _set(schema: Schema) -> Iterator[Mutant]:
    for one, name in _functions(schema):
        has = {setting.partition("=")[0].lower() for setting in one.settings}
        writes = bool(spoken(one.body).writes)
        tables, about = called_at(one, schema), _triggers(one, schema)
        for setting, value in _OF_FUNCTION:
            if setting.lower() not in has:
                ddl = f"ALTER FUNCTION {name} SET {setting} = '{value}'"
                waits = setting == _WAITING and writes
                level: Level = "must" if waits else "should"
                mutant = Mutant("function-setting", one.name, setting, (ddl,), level, meets=waits)
                # Who calls it feels nothing of the others, so that nobody has to be asked.
                yield replace(mutant, tables=tables, about=about if waits else ())


def _triggers(function: CatalogFunction, schema: Schema) -> tuple[str, ...]:
    """The triggers that call the function."""
    return tuple(
        trigger.name
        for table in schema.catalog.tables.values()
        for trigger in table.triggers.values()
        if trigger.function == function.name
    )


def _property_changed(schema: Schema) -> Iterator[Mutant]:
    for one, name in _functions(schema):
        strict = "CALLED ON NULL INPUT" if one.strict else "STRICT"
        changes: list[tuple[str, str, Level]] = [("strict", strict, "should")]
        changes += [
            (word.lower(), word, "should")
            for word in ("IMMUTABLE", "STABLE", "VOLATILE")
            if word.lower() != one.volatility
        ]
        tables = called_at(one, schema)
        for what, clause, level in changes:
            ddl = f"ALTER FUNCTION {name} {clause}"
            yield Mutant("function-property", one.name, what, (ddl,), level, tables)


def _role_set(schema: Schema) -> Iterator[Mutant]:
    if schema.catalog.tables:
        for setting, value in _OF_ROLE:
            ddl = f"ALTER ROLE CURRENT_USER SET {setting} = '{value}'"
            yield Mutant("role-setting", "schema", setting, (ddl,))


def _table_stored(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        if table.kind not in {"table", "inheriting table", "partition"}:
            continue
        has = {option.partition("=")[0] for option in table.options}
        long = any(one.type.startswith(_BESIDE) for one in table.columns.values())
        for option in _OF_TABLE:
            of_other = option.startswith("toast.") and not long  # a table without any other
            if option.split(" ")[0] not in has and not of_other:
                ddl = f"ALTER TABLE {relation(name)} SET ({option})"
                yield Mutant("table-option", name, option, (ddl,), "should", (name,))
        for identity in ("NOTHING", "FULL"):
            ddl = f"ALTER TABLE {relation(name)} REPLICA IDENTITY {identity}"
            what = f"replica identity {identity.lower()}"
            yield Mutant("table-option", name, what, (ddl,), "should", (name,))


def _table_unlogged(schema: Schema) -> Iterator[Mutant]:
    """A table that no permanent one refers to: the server refuses the others."""
    referred = {
        constraint.references
        for table in schema.catalog.tables.values()
        for constraint in table.constraints.values()
        if constraint.references != table.name
    }
    for name, table in schema.catalog.tables.items():
        if table.kind == "table" and table.persistence == "permanent" and name not in referred:
            ddl = f"ALTER TABLE {relation(name)} SET UNLOGGED"
            yield Mutant("table-unlogged", name, "", (ddl,), tables=(name,))


def _column_stored(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        for column in table.columns.values():
            changes: list[tuple[str, Level]] = [("SET STATISTICS 0", "should")]
            changes.append(("SET (n_distinct = 1)", "should"))
            if column.type in _WHOLE:
                changes.append(("SET STORAGE PLAIN", "must"))
                changes.append(("SET STORAGE EXTERNAL", "should"))
                changes.append(("SET STORAGE MAIN", "should"))
            for change, level in changes:
                ddl = f"ALTER TABLE {relation(name)} ALTER {identifier(column.name)} {change}"
                object_, what = f"{name}.{column.name}", change.removeprefix("SET ").lower()
                yield Mutant("column-storage", object_, what, (ddl,), level, (name,))


def _index_option(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        for index in table.indexes.values():
            option = _INDEX_OPTIONS.get(index.method)
            if option and not index.options and not index.constraint:
                ddl = f"ALTER INDEX {beside(name, index.name)} SET ({option})"
                object_ = f"{name}.{index.name}"
                about = (index.name,)
                yield Mutant("index-option", object_, option, (ddl,), "may", (name,), about)


def _published(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        if table.kind in {"table", "partitioned table"} and table.persistence == "permanent":
            ddl = f"CREATE PUBLICATION mutant FOR TABLE {relation(name)}"
            yield Mutant("table-published", name, "", (ddl,), "may", (name,))


def _child_added(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        if table.kind == "table":
            ddl = f"CREATE TABLE {relation(name)[:50]}_mutant () INHERITS ({relation(name)})"
            if '"' not in ddl:
                yield Mutant("table-child", name, "", (ddl,), tables=(name,))


def _functions(schema: Schema) -> Iterator[tuple[CatalogFunction, str]]:
    """Functions whose name is no other's, and the name as SQL."""
    return ((one, relation(one.name)) for one in functions(schema))


OPERATORS = (
    Operator("function-path", "The function looks for names elsewhere.", _path_changed),
    Operator("function-setting", "The function runs under another setting.", _set),
    Operator("function-property", "The function is said to be otherwise.", _property_changed),
    Operator("role-setting", "Sessions of the role begin with another setting.", _role_set),
    Operator("table-option", "The table is kept otherwise.", _table_stored),
    Operator("table-unlogged", "The table is emptied by a crash.", _table_unlogged),
    Operator("table-published", "The table's changes are published.", _published),
    Operator("table-child", "The table shows the rows of another.", _child_added),
    Operator("column-storage", "The column's values are kept otherwise.", _column_stored),
    Operator("index-option", "The index is kept otherwise.", _index_option),
)
"""One operator a sort of setting."""

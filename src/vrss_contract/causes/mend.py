"""The DDL that makes one fact of the catalog what the contract declares. Pure."""

from __future__ import annotations

from vrss_contract.contract.model import Contract, FactPromise, Table
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.doctor.ddl import Ddl
from vrss_contract.doctor.declared import repair
from vrss_contract.sql.literal import identifier, qualified, text
from vrss_contract.sql.spoken import words


def mend(promise: FactPromise, sort: str, contract: Contract, catalog: Catalog) -> str:
    """Statements for a database that nobody else is in; nothing where none are known.

    Args:
        promise: the fact that differs.
        sort: what is done: ``column`` where the column itself is lacking.
        contract: what declares it.
        catalog: what is there.
    """
    ddl = Ddl(contract)
    if sort == "table" and promise.name not in catalog.tables:
        return _at_once(_table(contract.tables[promise.name], contract, catalog, ddl))
    if sort == "column":
        return _at_once(ddl.column(promise.expected, promise.table))
    if sort == "trigger":
        there = promise.name in catalog.tables[promise.table].triggers
        return _at_once(ddl.trigger(promise.expected, promise.table, instead=there))
    if sort == "comment":
        return _comment(contract.tables[promise.table], contract)
    return _OTHERS.get(sort, _as_the_doctor)(promise, contract, catalog, ddl)


def _table(table: Table, contract: Contract, catalog: Catalog, ddl: Ddl) -> str:
    """A table that is not there, and before it the functions it calls that are not there either."""
    there = {one.name for one in catalog.functions}
    called = {trigger.function for trigger in table.triggers}
    called |= {word for check in table.checks for word in words(check.expression)}
    missing = (one for one in contract.functions.values() if one.name in called - there)
    parts = (*(ddl.function(one) for one in missing), ddl.table(table), _comment(table, contract))
    return "\n".join(parts)


def _comment(table: Table, contract: Contract) -> str:
    name = qualified(table.name, contract.schemas[0])
    return f"COMMENT ON TABLE {name} IS {text(table.says)};"


def _as_the_doctor(promise: FactPromise, contract: Contract, catalog: Catalog, ddl: Ddl) -> str:
    return _at_once(repair(promise, contract, catalog, ddl))


def _at_once(statements: str) -> str:
    """The same for a database in which nobody waits."""
    return statements.replace(" CONCURRENTLY", "")


def _type(promise: FactPromise, contract: Contract, catalog: Catalog, ddl: Ddl) -> str:
    """Another type; a default of the former one, triggers and conditions on it would be in its way.

    An index whose condition is of the former type comes back as it is declared.
    """
    column, table = promise.expected, promise.table
    of = qualified(table, ddl.home)
    alter = f"ALTER TABLE {of} ALTER COLUMN {identifier(column.name)}"
    hang = [
        trigger
        for trigger in catalog.tables[table].triggers.values()
        if column.name in {*trigger.columns, *words(trigger.when)}
    ]
    there = catalog.tables[table].indexes
    partial = [
        index
        for index in contract.tables[table].indexes
        if index.name in there and column.name in words(index.where or "")
    ]
    altered = [ddl.type_(column, table)]
    if column.default is not None and not column.numbered:
        altered = [
            f"{alter} DROP DEFAULT;",
            *altered,
            f"{alter} SET DEFAULT {column.default};",
        ]
    return "\n".join(
        [
            *(f"DROP TRIGGER {identifier(trigger.name)} ON {of};" for trigger in hang),
            *(f"DROP INDEX {qualified(index.name, ddl.home)};" for index in partial),
            *altered,
            *(_at_once(ddl.index(index, table)) for index in partial),
            *(f"{trigger.definition};" for trigger in hang),
        ]
    )


def _function(promise: FactPromise, _: Contract, catalog: Catalog, ddl: Ddl) -> str:
    declared = promise.expected
    made = ddl.function(declared)
    there = [one for one in catalog.functions if one.name == declared.name]
    if promise.aspect == "execute":
        return ddl.private(declared)
    # CREATE OR REPLACE refuses another type of what it returns.
    drops = any(one.returns.lower() != declared.returns.lower() for one in there)
    name = qualified(declared.name, ddl.home)
    return f"DROP FUNCTION {name} CASCADE;\n{made}" if drops else made


_OTHERS = {"type": _type, "function": _function}

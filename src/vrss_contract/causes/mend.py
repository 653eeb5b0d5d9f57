"""The DDL that makes one fact of the catalog what the contract declares. Pure."""

from __future__ import annotations

from vrss_contract.contract.model import Contract, FactPromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.doctor.ddl import Ddl
from vrss_contract.doctor.declared import repair
from vrss_contract.sql.literal import identifier, qualified, text


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
        return _at_once(ddl.table(contract.tables[promise.name]))
    if sort == "column":
        return _at_once(ddl.column(promise.expected, promise.table))
    if sort == "trigger":
        there = promise.name in catalog.tables[promise.table].triggers
        return _at_once(ddl.trigger(promise.expected, promise.table, instead=there))
    if sort == "comment":
        table = qualified(promise.table, contract.schemas[0])
        return f"COMMENT ON TABLE {table} IS {text(contract.tables[promise.table].says)};"
    return _OTHERS.get(sort, _as_the_doctor)(promise, contract, catalog, ddl)


def _as_the_doctor(promise: FactPromise, contract: Contract, catalog: Catalog, ddl: Ddl) -> str:
    return _at_once(repair(promise, contract, catalog, ddl))


def _at_once(statements: str) -> str:
    """The same for a database in which nobody waits."""
    return statements.replace(" CONCURRENTLY", "")


def _type(promise: FactPromise, _: Contract, __: Catalog, ddl: Ddl) -> str:
    """Another type; a default of the former one would be in its way."""
    column, table = promise.expected, promise.table
    alter = f"ALTER TABLE {qualified(table, ddl.home)} ALTER COLUMN {identifier(column.name)}"
    if column.default is None or column.numbered:
        return ddl.type_(column, table)
    return "\n".join(
        [
            f"{alter} DROP DEFAULT;",
            ddl.type_(column, table),
            f"{alter} SET DEFAULT {column.default};",
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

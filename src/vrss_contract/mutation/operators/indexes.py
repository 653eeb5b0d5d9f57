"""What may go wrong with indexes: gone, of other columns, in another order, of other rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vrss_contract.database.catalog.facts import CatalogIndex, CatalogTable, IndexColumn
from vrss_contract.mutation.bodies.code import Code
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import beside, identifier, relation


def _indexes(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        for index in table.indexes.values():
            if not index.constraint:
                yield _mutant("index-dropped", table, index, "", None)
                yield from _others(table, index)


def _others(table: CatalogTable, index: CatalogIndex) -> Iterator[Mutant]:
    unique = replace(index, unique=not index.unique)
    if index.method == "btree":
        mutant = _mutant("index-unique", table, index, "", unique)
        own = {one.name for one in index.columns}
        implied = any(key <= own for key in _keys(table))
        yield replace(mutant, level="should" if implied else "must")
        yield from _ordered(table, index)
    for what, columns in _columns(index):
        yield _mutant("index-columns", table, index, what, replace(index, columns=columns))
    if index.include:
        yield _mutant("index-include", table, index, "", replace(index, include=()))
    if index.predicate:
        whole = replace(index, predicate="")
        yield replace(_mutant("index-predicate", table, index, "lost", whole), level="should")
        none = replace(index, predicate="false")
        yield _mutant("index-predicate", table, index, "of no row", none)
        parts = _conjuncts(index.predicate)
        for at, gone in enumerate(parts if len(parts) > 1 else ()):
            rest = " AND ".join(one for n, one in enumerate(parts) if n != at)
            less = replace(index, predicate=rest)
            yield _mutant("index-predicate", table, index, f"without {gone}", less)
    else:
        first = index.columns[0]
        if first.name:
            some = replace(index, predicate=f"{identifier(first.name)} IS NOT NULL AND false")
            yield _mutant("index-predicate", table, index, "of no row", some)
    yield from _methods(table, index)


def _conjuncts(predicate: str) -> list[str]:
    """The parts of a predicate, all of which are true of a row."""
    code = Code(predicate)
    whole = code.at(0) == "(" and code.closing(0) == len(code) - 1
    first, last = (1, len(code) - 1) if whole else (0, len(code))
    return [code.source(*part) for part in code.split(first, last, {"and"})]


def _keys(table: CatalogTable) -> Iterator[set[str]]:
    """The columns in which no two rows are alike."""
    for one in table.constraints.values():
        if one.kind in {"primary key", "unique"}:
            yield {*one.columns}


def _ordered(table: CatalogTable, index: CatalogIndex) -> Iterator[Mutant]:
    for at, column in enumerate(index.columns):
        turned = replace(
            column, descending=not column.descending, nulls_first=not column.descending
        )
        nulls = replace(column, nulls_first=not column.nulls_first)
        for operator, other in (("index-direction", turned), ("index-nulls", nulls)):
            columns = (*index.columns[:at], other, *index.columns[at + 1 :])
            what = column.name or column.expression
            yield _mutant(operator, table, index, what, replace(index, columns=columns))


def _columns(index: CatalogIndex) -> Iterator[tuple[str, tuple[IndexColumn, ...]]]:
    columns = index.columns
    for at, gone in enumerate(columns):
        if len(columns) > 1:
            left = (*columns[:at], *columns[at + 1 :])
            yield f"without {gone.name or gone.expression}", left
    for at in range(len(columns) - 1):
        one, other = columns[at], columns[at + 1]
        turned = (*columns[:at], other, one, *columns[at + 2 :])
        yield f"{one.name or one.expression} after {other.name or other.expression}", turned


def _methods(table: CatalogTable, index: CatalogIndex) -> Iterator[Mutant]:
    """Another access method, and another operator class, where such a one is known."""
    first = index.columns[0]
    plain = replace(first, descending=False, nulls_first=False)
    if index.method == "btree":
        for method in ("hash", "brin"):
            bare = replace(index, columns=(plain,), include=(), unique=False, options=())
            yield _mutant("index-method", table, index, method, replace(bare, method=method))
    type_ = table.columns[first.name].type if first.name in table.columns else ""
    if index.method == "gin" and type_ == "jsonb":
        opclass = "" if first.opclass == "jsonb_path_ops" else "jsonb_path_ops"
        other = replace(index, columns=(replace(first, opclass=opclass),))
        yield _mutant("index-operators", table, index, opclass or "jsonb_ops", other)
    if index.method == "btree" and type_.startswith(("character", "text")):
        pattern = replace(first, opclass="text_pattern_ops")
        other = replace(index, columns=(pattern, *index.columns[1:]))
        yield _mutant("index-operators", table, index, "text_pattern_ops", other)


def _mutant(
    operator: str, table: CatalogTable, index: CatalogIndex, what: str, other: CatalogIndex | None
) -> Mutant:
    drop = f"DROP INDEX {beside(table.name, index.name)}"
    ddl: Sequence[str] = (drop, _statement(table, other)) if other else (drop,)
    return Mutant(
        operator,
        f"{table.name}.{index.name}",
        what,
        tuple(ddl),
        level="should",
        tables=(table.name,),
    )


def _statement(table: CatalogTable, index: CatalogIndex) -> str:
    columns = ", ".join(_spelt(one, index.method) for one in index.columns)
    include = f" INCLUDE ({', '.join(map(identifier, index.include))})" if index.include else ""
    where = f" WHERE {index.predicate}" if index.predicate else ""
    unique = "UNIQUE " if index.unique else ""
    nulls = " NULLS NOT DISTINCT" if index.unique and not index.nulls_distinct else ""
    options = f" WITH ({', '.join(index.options)})" if index.options else ""
    return (
        f"CREATE {unique}INDEX {identifier(index.name)} ON {relation(table.name)}"
        f" USING {index.method} ({columns}){include}{nulls}{options}{where}"
    )


def _spelt(column: IndexColumn, method: str) -> str:
    parts = [identifier(column.name) if column.name else f"({column.expression})"]
    parts += [f"COLLATE {column.collation}" if column.collation else "", column.opclass]
    if method == "btree":
        parts += ["DESC" if column.descending else ""]
        parts += [f"NULLS {'FIRST' if column.nulls_first else 'LAST'}"]
    return " ".join(filter(None, parts))


OPERATORS = (
    Operator("index-dropped", "An index is not there.", _indexes),
    Operator("index-unique", "An index refuses rows that are alike, or takes them.", _indexes),
    Operator("index-columns", "An index is of fewer columns, or in another order.", _indexes),
    Operator("index-direction", "An index is in the opposite direction.", _indexes),
    Operator("index-nulls", "An index has NULLs at the other end.", _indexes),
    Operator("index-include", "An index does without the columns that it takes along.", _indexes),
    Operator("index-predicate", "An index is of more rows, of fewer, or of none.", _indexes),
    Operator("index-method", "An index is of another access method.", _indexes),
    Operator("index-operators", "An index is of another operator class.", _indexes),
)
"""Operators of indexes."""

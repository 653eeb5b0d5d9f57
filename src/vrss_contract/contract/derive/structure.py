"""Clauses on what the catalog says, one a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vrss_contract.contract.model import (
    Clause,
    Column,
    Contract,
    Enum,
    FactPromise,
    ForeignKey,
    Function,
    Index,
    Level,
    SourceLocation,
    Table,
)
from vrss_contract.sql.literal import relation
from vrss_contract.sql.type_name import formatted

_WHOLE: tuple[tuple[str, Level, str], ...] = (
    ("table", "must", "{0} is {1}."),
    ("columns", "may", "{0} has no column but the declared ones."),
    ("constraints", "may", "{0} has no constraint but the declared ones."),
    ("indexes", "may", "{0} has no index but the declared ones."),
    ("triggers", "may", "{0} has no trigger but the declared ones."),
    ("refusals", "must", "Nothing beyond the declared can refuse, change or swallow a row of {0}."),
    ("keys", "must", "No two rows of {0} are alike in a key, whatever else they hold."),
    ("rights", "must", "Nobody but its owner has a right to {0}, and the owner has all."),
    ("storage", "should", "{0} and its columns are stored as PostgreSQL does by itself."),
    ("comment", "may", "The comment on {0} says what the table is for."),
)
_NARROW = re.compile(r"smallint|integer|text|character varying(\(\d+\))?")
"""Types that are narrower than another one, or the same by another name."""
_CONDITION = "a check with the declared condition"
_EXCLUSION = "no two rows that the declaration excludes"


def of_objects(contract: Contract) -> Clause:
    """That there is nothing but what is declared."""
    others = dict.fromkeys(one.name for one in contract.objects)
    declared = (*contract.tables, *contract.enums, *contract.functions, *others)
    return _fact(
        "schema.objects",
        "may",
        "The schema has no table, view, type, function or sequence but the declared ones.",
        FactPromise("objects", "", ", ".join(contract.schemas), declared),
        SourceLocation("", 0),
    )


def of_roles(contract: Contract) -> Iterator[Clause]:
    """What roles may do in the schemas as wholes, and what their sessions begin with."""
    schemas = ", ".join(contract.schemas)
    facts: tuple[tuple[str, Level, str], ...] = (
        ("rights", "should", "Everybody may use its types; nobody else's objects are made there."),
        ("settings", "must", "The target sets nothing for its role's sessions that they feel."),
    )
    for aspect, level, says in facts:
        promise = FactPromise(aspect, "", schemas, contract.schemas)
        yield _fact(f"schema.{aspect}", level, says, promise, SourceLocation("", 0))


def of_declared_objects(contract: Contract) -> Iterator[Clause]:
    """That each object which is declared by its name alone is there."""
    for one in {(one.form, one.name): one for one in contract.objects}.values():
        promise = FactPromise("object", "", one.name, one)
        id_ = f"object.{one.form.replace(' ', '-')}.{one.name}"
        yield _fact(id_, "must", f"{one.form} {one.name} is there.", promise, one.place)


def of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    """Facts of one table."""
    children = (one.name for one in contract.tables.values() if table.name in one.parents)
    table = replace(table, children=tuple(sorted(children)))
    declared = {"comment": bool(table.comment), "keys": bool(table.keys)}
    for aspect, level, says in _WHOLE:
        if not declared.get(aspect, True):
            continue
        # The schema's rights are another comparison.
        compared = "table_rights" if aspect == "rights" else aspect
        promise = FactPromise(compared, table.name, table.name, table)
        told = says.format(table.name, _form(table))
        yield _fact(f"{table.name}.{aspect}", level, told, promise, table.place)
        if aspect == "table":
            yield _name(table.name, "table", table.name, table.place)
    for column in table.columns:
        yield from _of_column(table, _listed(column, contract))
    yield from _of_constraints(table)
    for index in table.indexes:
        yield from _of_index(table, index)
    for trigger in table.triggers:
        promise = FactPromise("trigger", table.name, trigger.name, trigger)
        when = f"{trigger.timing} {' or '.join(trigger.events)}"
        says = f"{trigger.name} calls {trigger.function} {when} on {table.name}."
        id_ = f"{table.name}.trigger.{trigger.name}"
        yield _fact(id_, "should", says, promise, table.place)


def _form(table: Table) -> str:
    """What kind of table it is, in words."""
    ordinary = "an ordinary" if table.form == "table" else "an" if table.form[0] in "aeiou" else "a"
    form = f"{ordinary}, {table.persistence} table" if table.form == "table" else table.form
    return form if table.form == "table" else f"{ordinary} {form}"


def _may_be_wider(column: Column) -> bool:
    """Whether another type holds whatever the declared one does, and is not it."""
    return bool(column.values) or bool(_NARROW.fullmatch(formatted(column.type)))


def _listed(column: Column, contract: Contract) -> Column:
    """The column with the only texts that it takes, also where an enumerated type has them."""
    labels = {relation(enum.name): enum.labels for enum in contract.enums.values()}
    return replace(column, values=labels.get(column.type, column.values))


def _of_column(table: Table, column: Column) -> Iterator[Clause]:
    name = f"{table.name}.{column.name}"
    null = "takes" if column.nullable else "refuses"
    default = f"is {column.default}" if column.default else "is nothing"
    if column.type == "bigserial":
        default = "is the next number of its own sequence"
    elif column.identity:
        default = f"is generated {column.identity} as identity"
    elif column.generated:
        default = "is computed"
    facts: tuple[tuple[str, Level, str], ...] = (
        ("type", "must", f"{name} is there, and holds whatever {column.stored_type} holds."),
        ("type.exact", "should", f"{name} is of type {column.stored_type} itself."),
        ("nullability", "should", f"{name} is declared so that it {null} NULL."),
        ("default", "should", f"The declared default of {name} {default}."),
        ("numbers", "must", f"The numbers of {name} rise, and end where its type does."),
    )
    for aspect, level, sentence in facts:
        if aspect == "type.exact" and not _may_be_wider(column):
            continue
        if aspect == "numbers" and not column.numbered:
            continue
        promise = FactPromise(aspect.replace(".", "_"), table.name, column.name, column)
        yield _fact(f"{name}.{aspect}", level, sentence, promise, table.place)
    yield _name(name, "column", column.name, table.place, table.name)


def _name(id_: str, sort: str, name: str, place: SourceLocation, table: str = "") -> Clause:
    """That a thing is called so; all else about it is judged by whatever name it has."""
    told = f"{table}.{name}" if table else name
    promise = FactPromise("name", table, name, sort)
    return _fact(f"{id_}.named", "should", f"{told} is called so.", promise, place)


def _of_constraints(table: Table) -> Iterator[Clause]:
    for key in table.keys:
        word = "primary key" if key.primary else "unique"
        yield _constraint(table, key.name, "key", key, f"{word} on {', '.join(key.columns)}")
    searched: set[tuple[str, ...]] = set()
    for foreign in table.foreign_keys:
        own = ", ".join(foreign.referring)
        what = f"{own} refers to {foreign.references}, on delete {foreign.on_delete}"
        yield _constraint(table, foreign.name, "foreign_key", foreign, what)
        if foreign.referring not in searched:
            yield _delete_index(table, foreign)
        searched.add(foreign.referring)
    for check in table.checks:
        clause = _constraint(table, check.name, "check", check, _CONDITION)
        yield replace(clause, level=check.level)
    for exclusion in table.excludes:
        yield _constraint(table, exclusion.name, "exclusion", exclusion, _EXCLUSION)


def _of_index(table: Table, index: Index) -> Iterator[Clause]:
    """That it is there by some name, as declared and no wider, and by its own name."""
    for_ = f": {index.serves}" if index.serves else ""
    columns = ", ".join(index.columns)
    lesser: Level = "may" if index.level == "may" else "should"
    facts: tuple[tuple[str, str, Level, str], ...] = (
        ("", "index", index.level, f"{index.name} indexes {table.name}({columns}){for_}."),
        (".exact", "index_exact", lesser, f"{index.name} is as declared, and no wider."),
        (".named", "index_named", lesser, f"The index on {table.name} is called {index.name}."),
    )
    for suffix, aspect, level, says in facts:
        promise = FactPromise(aspect, table.name, index.name, index)
        yield _fact(f"{table.name}.index.{index.name}{suffix}", level, says, promise, table.place)


def _constraint(table: Table, name: str, aspect: str, expected: Any, what: str) -> Clause:
    promise = FactPromise(aspect, table.name, name, expected)
    id_ = f"{table.name}.constraint.{name}"
    return _fact(id_, "should", f"{name} on {table.name}: {what}.", promise, table.place)


def _delete_index(table: Table, key: ForeignKey) -> Clause:
    name = f"{table.name}.{'-'.join(key.referring)}"
    says = f"Deleting from {key.references} finds its rows by a whole index on {name}."
    promise = FactPromise("delete_index", table.name, key.name, key)
    return _fact(f"{name}.delete-index", "should", says, promise, table.place)


def of_enum(enum: Enum) -> Iterator[Clause]:
    """That the type has its labels, and its name."""
    says = f"{enum.name} has the declared labels in the declared order."
    promise = FactPromise("enum", "", enum.name, enum)
    yield _fact(f"enum.{enum.name}", "should", says, promise, enum.place)
    yield _name(f"enum.{enum.name}", "enum", enum.name, enum.place)


def of_function(function: Function) -> Iterator[Clause]:
    """Facts of one function."""
    name = function.name
    facts: list[tuple[str, str, Level, str]] = [
        ("", "function", "should", f"{name} has the declared signature, rights and search_path."),
        (".body", "body", "may", f"{name} has the canonical body."),
        (".steady", "steady", "must", f"{name} decides by rows, not by chance, clock or session."),
    ]
    if function.security == "definer":
        says = f"Only its owner may call {name}, so that no stranger attaches it to a table."
        facts.append((".execute", "execute", "should", says))
    else:
        says = f"Everybody may call {name}, so that whoever may write a row can."
        facts.append((".callable", "callable", "must", says))
    for suffix, aspect, level, says in facts:
        promise = FactPromise(aspect, "", name, function)
        yield _fact(f"function.{name}{suffix}", level, says, promise, function.place)
    yield _name(f"function.{name}", "function", name, function.place)


def _fact(id_: str, level: Level, says: str, promise: FactPromise, place: SourceLocation) -> Clause:
    table = promise.table
    column = table and promise.aspect in (
        *("type", "type_exact", "nullability", "default", "numbers", "name"),
    )
    named = f"{table}.{promise.name}" if column else promise.name
    return Clause(id_, "table", level, says, promise, (named,), place=place, derived=True)

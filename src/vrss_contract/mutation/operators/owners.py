"""What takes an administrator: another owner, an index that is not used.

A target's own statements make none of it, but a database that lives has it: who restored a dump
owns the tables, and an index that was built in vain is left there. An event trigger is none of a
schema's: where it refuses anything, nothing can be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vrss_contract.checks.scripted_steps import STRANGER
from vrss_contract.contract.model import Level
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.operators.rights import called_at, functions
from vrss_contract.sql.literal import beside, relation, text

_COPIED: Mapping[str, Any] = {"committed": True, "administered": True}


def _table_owned(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        if table.kind == "table":
            ddl = f"ALTER TABLE {relation(name)} OWNER TO {STRANGER}"
            yield Mutant("table-owner", name, "", (ddl,), tables=(name,), **_COPIED)


def _function_owned(schema: Schema) -> Iterator[Mutant]:
    for one in functions(schema):
        ddl = f"ALTER FUNCTION {relation(one.name)} OWNER TO {STRANGER}"
        # Only one that runs with its owner's rights does less by it.
        level: Level = "must" if one.definer else "should"
        tables = called_at(one, schema)
        yield Mutant("function-owner", one.name, "", (ddl,), level, tables, **_COPIED)


def _sequence_owned(schema: Schema) -> Iterator[Mutant]:
    """A sequence of a column has the owner of its table."""
    for name, sequence in schema.catalog.sequences.items():
        if not sequence.owner:
            ddl = f"ALTER SEQUENCE {relation(name)} OWNER TO {STRANGER}"
            yield Mutant("sequence-owner", name, "", (ddl,), **_COPIED)


def _index_invalid(schema: Schema) -> Iterator[Mutant]:
    for name, table in schema.catalog.tables.items():
        for index in table.indexes.values():
            own = table.constraints.get(index.constraint)
            if own and own.kind == "exclude":
                continue  # it goes on to refuse, and no query is served by it
            called = text(beside(name, index.name))
            ddl = f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = {called}::regclass"
            object_, about = f"{name}.{index.name}", (index.name,)
            yield Mutant(
                *("index-invalid", object_, "", (ddl,), "should", (name,), about),
                **_COPIED,
            )


OPERATORS = (
    Operator("table-owner", "The table belongs to another role.", _table_owned),
    Operator("function-owner", "The function belongs to another role.", _function_owned),
    Operator("sequence-owner", "The sequence belongs to another role.", _sequence_owned),
    Operator("index-invalid", "The index is kept and not used.", _index_invalid),
)
"""One operator a sort of thing."""

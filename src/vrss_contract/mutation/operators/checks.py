"""What may go wrong with a CHECK: it is gone, holds less than all rows, or says something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot.errors import SqlglotError

from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import CatalogTable, Constraint
from vrss_contract.mutation.expressions.changes import changes
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation

_OF_NULL = r"^(?i:coalesce\((?!.* -> coalesce\().* -> )"
"""A value of COALESCE in its place; where it stands on both sides it is compared."""
_SORTS: Sequence[tuple[str, str, str]] = (
    ("check-pattern", "A pattern is not anchored, wider, narrower or deaf to case.", r"^pattern "),
    ("check-list", "A list has a value less or more.", r"^list |^IN without "),
    ("check-part-dropped", "A part of a condition is left out.", r"^without "),
    ("check-and-or", "AND is OR, or OR is AND.", r"^(AND|OR) between "),
    ("check-negated", "A part of a condition is turned.", r"^NOT | -> NOT "),
    ("check-null-lost", "What is NULL passes, or passes no more.", _OF_NULL),
    ("check-bound", "A bound is one more or less.", r"^-?\d+ -> "),
    ("check-text", "A text, a key or a label is another one.", r"^'.*' -> "),
    ("check-compared", "A comparison is another one.", r" (<|>|=|<>|<=|>=) .* -> "),
    ("check-boolean", "True is false.", r": (True|False)$"),
    ("check-said-otherwise", "A column or a function is another one.", r""),
)


def _checks(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        for check in table.constraints.values():
            if check.kind == "check" and not table.parents:
                yield from _whole(table, check)
                if schema.contract is not None:
                    yield from _parts(table, check, schema.contract)


def _whole(table: CatalogTable, check: Constraint) -> Iterator[Mutant]:
    yield _mutant("check-dropped", table, check, "", "")
    if check.validated:
        old = _mutant("check-not-valid", table, check, "", f"{check.definition} NOT VALID")
        yield replace(old, level="should")
    if check.inherited:
        own = _spelt(replace(check, inherited=False), check.expression)
        yield replace(_mutant("check-no-inherit", table, check, "", own), level="should")
    yield _mutant(
        "check-negated", table, check, "whole", _spelt(check, f"NOT ({check.expression})")
    )


def _spelt(check: Constraint, condition: str) -> str:
    """Another condition, of the rows that the check was of."""
    inherited = "" if check.inherited else " NO INHERIT"
    return f"CHECK ({condition}){inherited}{'' if check.validated else ' NOT VALID'}"


def _parts(table: CatalogTable, check: Constraint, contract: Contract) -> Iterator[Mutant]:
    whole = f"SELECT 1 FROM {relation(table.name)} WHERE {check.expression}"
    try:
        found = changes(whole, contract)
    except SqlglotError:
        return
    seen = set[str]()
    for change in found:
        _, where, condition = change.sql.partition(" WHERE ")
        if where and condition not in seen and change.sql.startswith("SELECT 1 FROM "):
            seen.add(condition)
            sort = next(name for name, _, pattern in _SORTS if re.search(pattern, change.name))
            mutant = _mutant(sort, table, check, change.name, _spelt(check, condition))
            more = change.name.startswith("list with ")  # which nobody writes who does not know it
            yield replace(mutant, level="should") if more else mutant


def _mutant(
    operator: str, table: CatalogTable, check: Constraint, what: str, definition: str
) -> Mutant:
    own, name = relation(table.name), identifier(check.name)
    add = f", ADD CONSTRAINT {name} {definition}" if definition else ""
    return Mutant(
        operator,
        f"{table.name}.{check.name}",
        what,
        (f"ALTER TABLE {own} DROP CONSTRAINT {name}{add}",),
        tables=(table.name,),
        about=tuple(f"{table.name}.{one}" for one in check.columns),
    )


OPERATORS = (
    Operator("check-dropped", "A check is not there.", _checks),
    Operator("check-not-valid", "A check was not held against the rows that are there.", _checks),
    Operator("check-no-inherit", "A check is not held against rows of children.", _checks),
    *(Operator(name, says, _checks) for name, says, _ in _SORTS),
)
"""Operators of checks."""

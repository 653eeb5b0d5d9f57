"""Whether a refusal is about what a clause asks: a plain row of the same table is tried as well.

What refuses a row that says nothing but what it must is not what the clause speaks of.
"""

from __future__ import annotations

from vrss_contract.checks import other_keys
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.savepoint_probe import Probe, ProbeResult
from vrss_contract.sql.type_name import formatted

_UNFIT = frozenset(
    {
        *("datatype_mismatch", "cannot_coerce", "undefined_function", "invalid_datetime_format"),
        *("invalid_text_representation", "numeric_value_out_of_range"),
        *("string_data_right_truncation", "datetime_field_overflow"),
    }
)
"""Conditions with which a value is refused that is none of the column's type."""


def probe(table: str, factory: Factory, context: JudgingContext) -> Probe:
    """What puts in a row of the table that says nothing but what it must."""

    def made() -> Probe:
        return Probe((factory.insert(table, {}, number=CANDIDATE),), None, factory.needs(table))

    return context.once("plain", table, made)


def hides(table: str, answer: ProbeResult, plain: ProbeResult, context: JudgingContext) -> str:
    """What refused a row that asks something, where it refuses a plain one too; else nothing.

    Args:
        table: that of both rows.
        answer: what came of the row.
        plain: what came of the plain one.
        context: whose catalog tells whether it is a type that is another one.
    """
    if answer.done or plain.done or answer.lost or plain.lost or _by(answer) != _by(plain):
        return ""
    if unfit(answer) and (reason := other_keys.told(table, context.contract, context.catalog)):
        return reason
    refused = f"refused with {plain.condition}: {plain.message}"
    other = ", ".join(_other_types(table, context)) if unfit(answer) else ""
    of = f" ({other})" if other else ""
    return f"a row of {table} that says only what it must is refused as well{of}: {refused}"


def misfits(table: str, answer: ProbeResult, context: JudgingContext) -> bool:
    """Whether a value was refused, and the table has a column of another type than declared."""
    return unfit(answer) and bool(_other_types(table, context))


def unfit(answer: ProbeResult) -> bool:
    """Whether the refusal is of a value that is none of a column's type."""
    return answer.condition in _UNFIT


def _by(answer: ProbeResult) -> tuple[str, str, str]:
    return answer.condition, answer.constraint, answer.column


def _other_types(table: str, context: JudgingContext) -> list[str]:
    """The columns that are of another type than declared, with the type."""
    there = context.catalog.tables.get(table)
    if there is None:
        return []
    return [
        f"{column.name} is {there.columns[column.name].type}"
        for column in context.contract.tables[table].columns
        if column.name in there.columns
        and formatted(column.type) != there.columns[column.name].type
    ]

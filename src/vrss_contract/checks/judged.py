"""What judging a promise showed, and how that becomes a verdict.

Broken and undecided are never mixed: what could not be tried breaks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.checks import other_keys
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Finding, Outcome, Verdict
from vrss_contract.contract.model import (
    CascadePromise,
    Clause,
    Contract,
    FactPromise,
    Given,
    JsonbPromise,
    NamePromise,
    Promise,
    RowsPromise,
    WitnessPromise,
)
from vrss_contract.database.missing import required, touched
from vrss_contract.database.savepoint_probe import ProbeResult
from vrss_contract.sql.literal import parts
from vrss_contract.sql.spoken import words

_ABSENT = frozenset(
    {"undefined_table", "undefined_column", "undefined_object", "undefined_function"}
)


_OF_TYPES = frozenset({"datatype_mismatch", "cannot_coerce", "invalid_text_representation"})
_NOT_SAID = "not_null_violation"
_WORD = re.compile(r"[^\W\d][\w$]*")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one case showed: findings, and whether it could be judged at all."""

    findings: tuple[Finding, ...] = ()
    undecided: bool = False


def lost(finding: Finding) -> Judged:
    """A case that could not be judged, and why."""
    return Judged((finding,), undecided=True)


def untried(
    answer: ProbeResult, given: Sequence[Given], tables: Iterable[str], context: JudgingContext
) -> str:
    """Why what matters could not even be tried; nothing where it was.

    Args:
        answer: what came of the probe.
        given: the rows that its first steps put in.
        tables: those the promise speaks of.
        context: whose catalog tells whether a name is missing or a trigger stumbles over its own.
    """
    if answer.lost:
        return answer.lost
    if lack := lacking(answer.condition, answer.message, tables, context):
        return lack
    if not answer.done and answer.failed_at < len(given):
        at = given[answer.failed_at].table
        other = other_keys.told(at, context.contract, context.catalog)
        if other and answer.condition in _OF_TYPES:
            return other
        return f"refused with {answer.condition}: {answer.message}"
    if 0 in answer.touched[: len(given)]:
        return f"a row of {given[answer.touched.index(0)].table} was taken, and is not there"
    return ""


def lacking(
    condition: str,
    said: str,
    tables: Iterable[str],
    context: JudgingContext,
    *,
    statement: bool = False,
) -> str:
    """What declared thing it is for want of which a statement failed; nothing where none is.

    Args:
        condition: what it failed with.
        said: what names the thing: the server's message, or the statement itself.
        tables: those that the statement speaks of.
        context: whose target may lack it.
        statement: whether it is the statement, since no message is known.
    """
    if condition == _NOT_SAID:
        return _unsaid(said, context, statement=statement)
    if condition not in _ABSENT:
        return ""
    spoken = {*tables}
    mine = (one for one in context.missing if one.sort == "enum" or {one.table, one.name} & spoken)
    return next((str(one) for one in mine if one.named_in(said)), "")


def _unsaid(said: str, context: JudgingContext, *, statement: bool) -> str:
    """The column beyond the declared ones that a row had to say, which a message names."""
    spoken = words(said)
    for table, column in required(context.contract, context.catalog):
        if parts(table)[-1] in spoken and (statement or column.name in spoken):
            return beyond(table, column.name)
    return ""


def beyond(table: str, column: str) -> str:
    """Why rows can't be written that say nothing but what is declared."""
    return f"column {table}.{column}, which is not declared, has to be said"


def unseen(texts: Iterable[str], context: JudgingContext) -> Judged | None:
    """That what these texts read can't be judged, since something of it is missing."""
    found = touched(texts, context.missing, context.contract)
    return lost(Finding("what it reads", found.what, str(found))) if found else None


def misfit(condition: str) -> bool:
    """Whether a statement that failed by itself names what is not there, or is of another type."""
    return condition in _ABSENT or condition in _OF_TYPES


def named(texts: Iterable[str], contract: Contract) -> list[str]:
    """The tables that SQL speaks of."""
    words = {word for one in texts for word in _WORD.findall(one)}
    return [table for table in contract.tables if parts(table)[-1] in words]


def decided(clause: Clause, cases: Iterable[Judged], *, brief: bool = False) -> Verdict:
    """Broken where any case shows so; else undecided where any could not be judged; else held.

    Args:
        clause: the clause.
        cases: what was seen, as it is seen.
        brief: whether it ends with the first case that shows it broken.
    """
    judged = [*_to_the_first_broken(cases)] if brief else list(cases)
    broken = [finding for case in judged if not case.undecided for finding in case.findings]
    open_ = [finding for case in judged if case.undecided for finding in case.findings]
    if broken:
        outcome, findings = Outcome.BROKEN, broken
    else:
        outcome, findings = (Outcome.UNDECIDED, open_) if open_ else (Outcome.HOLDS, [])
    return verdict(clause, outcome, tuple(findings))


def _to_the_first_broken(cases: Iterable[Judged]) -> Iterator[Judged]:
    for case in cases:
        yield case
        if case.findings and not case.undecided:
            break
    if isinstance(cases, Generator):  # its sessions end before another clause is judged
        cases.close()


def verdict(clause: Clause, outcome: Outcome, findings: tuple[Finding, ...] = ()) -> Verdict:
    """The verdict on a clause, with what reports say of it."""
    return Verdict(
        id=clause.id,
        outcome=outcome,
        level=clause.level,
        kind=clause.kind,
        says=clause.says,
        objects=clause.objects,
        table=_table(clause.promise),
        place=str(clause.place) if clause.place.file else "",
        findings=findings,
    )


def _table(promise: Promise) -> str:
    """The one table that a promise is about; nothing where it is about several, or none."""
    match promise:
        case FactPromise(aspect="table") | FactPromise(aspect="name", expected="table"):
            return promise.name
        case RowsPromise() | NamePromise() | FactPromise() | WitnessPromise():
            return promise.table
        case CascadePromise():
            return promise.deletes.table
        case JsonbPromise():
            return promise.shape.table
    return ""

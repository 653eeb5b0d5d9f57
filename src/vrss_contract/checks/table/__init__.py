"""Clauses of kind ``table``: facts of the catalog, each compared with its declaration.

All pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vrss_contract.checks.judged import Judged, decided, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind, as_one
from vrss_contract.checks.table import (
    ask,
    columns,
    constraints,
    functions,
    indexes,
    keys,
    names,
    other_name,
    refusals,
    rights,
    steady,
    triggers,
    whole,
)
from vrss_contract.checks.table.answer import Answer, Missing
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.contract.model import Clause, Contract, FactPromise
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.target import Rename, Target

__all__ = ["ASPECTS", "Answer", "Missing", "judge_catalog", "judge_fact"]


_OF_SCHEMA: Mapping[str, Callable[[Any, Catalog], Answer]] = {
    "table": whole.table,
    "enum": whole.enum,
    "object": whole.object_,
    "objects": whole.objects,
    "function": functions.function,
    "body": functions.body,
    "callable": rights.callable_,
    "execute": functions.execute,
    "steady": steady.steady,
    "rights": rights.schema,
    "settings": rights.settings,
}
_OF_TABLE: Mapping[str, Callable[[Any, facts.CatalogTable, Catalog], Answer]] = {
    "columns": whole.columns,
    "constraints": whole.constraints,
    "indexes": whole.indexes,
    "triggers": whole.triggers,
    "refusals": refusals.refusals,
    "keys": keys.keys,
    "comment": whole.comment,
    "table_rights": rights.table,
    "storage": whole.storage,
    "numbers": columns.numbers,
    "type": columns.type_,
    "type_exact": columns.type_exact,
    "nullability": columns.nullability,
    "default": columns.default,
    "key": constraints.key,
    "foreign_key": constraints.foreign_key,
    "check": constraints.check,
    "exclusion": constraints.exclusion,
    "delete_index": constraints.delete_index,
    "index": indexes.index,
    "index_exact": indexes.index_exact,
    "index_named": indexes.index_named,
    "trigger": triggers.trigger,
}
ASPECTS = frozenset({*_OF_SCHEMA, *_OF_TABLE, "name"})
"""Every aspect that a FactPromise may name."""


def judge_fact(promise: FactPromise, catalog: Catalog, renames: Iterable[Rename] = ()) -> Answer:
    """What differs between one fact and its declaration; nothing where it is kept.

    Args:
        promise: the fact.
        catalog: what is there, by the contract's names.
        renames: what was called otherwise before.

    Raises:
        KeyError: no comparison is called that.
    """
    if promise.aspect == "name":
        return names.name(promise, catalog, renames)
    if promise.aspect in _OF_SCHEMA:
        return _OF_SCHEMA[promise.aspect](promise.expected, catalog)
    compare = _OF_TABLE[promise.aspect]
    table = catalog.tables.get(promise.table)
    if table is None:
        return Missing(f"table {promise.table}")
    answer = compare(promise.expected, table, catalog)
    if isinstance(answer, Missing) or not answer or not answer[0].found.startswith("no such "):
        return answer
    return _otherwise(promise, table, catalog) or answer


def _otherwise(promise: FactPromise, table: facts.CatalogTable, catalog: Catalog) -> Answer:
    """That what is not there is there by another name, where it is."""
    if promise.aspect not in other_name.ASPECTS:
        return ()
    name, found = promise.name, ""
    if other := other_name.of(promise.aspect, promise.expected, table, catalog):
        found = f"{other} is it"
    elif promise.aspect == "key" and (index := other_name.index_for(promise.expected, table)):
        found = f"{index}, an index and no constraint, is it"
    return (Finding(f"{name} is there otherwise", name, found),) if found else ()


def judge_catalog(clauses: Iterable[Clause], catalog: Catalog) -> Iterator[Verdict]:
    """A verdict for every clause that promises a fact, in order; other clauses are passed over."""
    for clause in clauses:
        if isinstance(clause.promise, FactPromise):
            yield decided(clause, [_judged(clause.promise, catalog)])


def _judge(
    promises: Mapping[str, FactPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    renames = context.target.renames
    return (_cases(promise, context.catalog, renames) for promise in promises.values())


def _cases(promise: FactPromise, catalog: Catalog, renames: Iterable[Rename]) -> Iterable[Judged]:
    """What a fact comes to; of what there may be much of, one by one."""
    table = catalog.tables.get(promise.table)
    if promise.aspect == "refusals" and table is not None:
        return (Judged((one,)) for one in refusals.each(promise.expected, table, catalog))
    return [_judged(promise, catalog, renames)]


def _sql(promise: FactPromise, _: Contract, __: Target) -> str:
    """The query that shows the fact to a person."""
    return ask.query(promise)


def _judged(promise: FactPromise, catalog: Catalog, renames: Iterable[Rename] = ()) -> Judged:
    answer = judge_fact(promise, catalog, renames)
    if isinstance(answer, Missing):
        return lost(Finding("what it is about", answer.what, f"{answer.what} is missing"))
    return Judged(answer)


KIND: Kind[FactPromise] = Kind((FactPromise,), _judge, _sql, as_one)

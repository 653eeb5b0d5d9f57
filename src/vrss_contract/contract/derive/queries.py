"""The clauses that follow from queries and from indexes.

Rule: contracts/README.md, "query".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from vrss_contract.contract.model import (
    Clause,
    Contract,
    Index,
    Query,
    QueryCase,
    QueryPromise,
    Table,
    WitnessPromise,
)
from vrss_contract.sql.literal import identifier, relation

_OF_CASES = {
    "can": "{query} ({case}) can be served by {indexes}.",
    "served": "{query} ({case}) is served by {indexes}.",
    "buffers": "{query} ({case}) touches no more blocks than its bound.",
    "grows": "What {query} ({case}) touches {growth}.",
    "budget": "{query} ({case}) answers within {budget:g} ms in 95 of 100 calls.",
}
_ABOUT = {"can": "served_by", "served": "served_by", "grows": "grows", "budget": "budget_ms"}
"""What of a case each promise is about, where it is not called as the promise is."""
_LONGEST = 120
"""Characters that a sentence may have."""
_GROWTH = {
    "constant": "does not grow with the data",
    "log": "grows at most as the depth of an index",
    "linear": "grows at most as the data",
}


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every clause on queries, then one for each index."""
    for query in contract.queries.values():
        yield _answers(query)
        for case in query.cases:
            yield from _of_case(query, case)
    if contract.queries:
        for table in contract.tables.values():
            for index in table.indexes:
                yield from _witness(table, index, contract)


def _answers(query: Query) -> Clause:
    return Clause(
        id=f"query.{query.name}.answers",
        kind="query",
        level=query.level,
        says=query.says,
        promise=QueryPromise("answers", replace(query, cases=tuple(map(_bare, query.cases)))),
        source=query.source,
        place=query.place,
    )


def _of_case(query: Query, case: QueryCase) -> Iterator[Clause]:
    words = {
        "query": query.name,
        "case": case.name,
        "indexes": " and ".join(" or ".join(group) for group in case.served_by),
        "growth": _GROWTH[case.grows],
        "budget": case.budget_ms,
    }
    for aspect, sentence in _OF_CASES.items():
        if _promised(aspect, case):
            yield Clause(
                id=f"query.{query.name}.{case.name}.{aspect}",
                kind="query",
                level=case.budget_level if aspect == "budget" else "should",
                says=_sentence(sentence, words),
                promise=_promise(aspect, query, case),
                objects=tuple(name for group in case.served_by for name in group),
                source=query.source,
                place=query.place,
                derived=True,
            )


def _promise(aspect: str, query: Query, case: QueryCase) -> QueryPromise:
    """The promise with nothing else in it, so that another bound is no other meaning of it."""
    about = _ABOUT.get(aspect, aspect)
    alone = replace(_bare(case), **{about: getattr(case, about)})
    return QueryPromise(aspect, replace(query, cases=(alone,), edges=""), alone)


def _bare(case: QueryCase) -> QueryCase:
    return QueryCase(case.name, case.draws)


def _sentence(sentence: str, words: Mapping[str, Any]) -> str:
    """The sentence with a capital; where it names many indexes, shorter."""
    says = sentence.format(**words)
    if len(says) > _LONGEST:
        says = sentence.format(**{**words, "indexes": "the indexes that its case names"})
    return says[0].upper() + says[1:]


def _promised(aspect: str, case: QueryCase) -> bool:
    if aspect in ("can", "served"):
        return bool(case.served_by)
    if aspect == "budget":
        return case.budget_ms is not None
    return bool(case.buffers)


def _witness(table: Table, index: Index, contract: Contract) -> Iterator[Clause]:
    """What is worse without the index: the case it names, or the look-up of a foreign key."""
    found = _named(index, contract) if index.witness else _looked_up(table, index)
    if found is None:
        return
    query, case = found
    twins = twins_of(table, index)
    together = f", and without {' and '.join(twins)} as well," if twins else ""
    yield Clause(
        id=f"index.{index.name}.witness",
        kind="query",
        level="may" if index.level == "may" else "should",  # nobody feels an index too many
        says=f"Without {index.name}{together} {query.name} is read in a worse way.",
        promise=WitnessPromise((index.name, *twins), table.name, query, case),
        objects=(index.name,),
        place=table.place,
        derived=True,
    )


def twins_of(table: Table, index: Index) -> tuple[str, ...]:
    """Keys and other indexes with the same columns in the same order, for all rows."""
    if index.where or index.method != "btree":
        return ()
    keys = [key.name for key in table.keys if key.columns == index.columns]
    others = [
        other.name
        for other in table.indexes
        if other.columns == index.columns and other != index and not other.where
    ]
    return (*keys, *others)


def _named(index: Index, contract: Contract) -> tuple[Query, QueryCase] | None:
    name, _, case_name = index.witness.partition(".")
    if name not in contract.queries:
        return None
    query = contract.queries[name]
    case = next((_bare(case) for case in query.cases if case.name == case_name), None)
    return (replace(query, cases=(case,), edges=""), case) if case else None


def _looked_up(table: Table, index: Index) -> tuple[Query, QueryCase] | None:
    """What the server asks when a row goes that the index's first column refers to."""
    for key in table.foreign_keys:
        column, source = identifier(key.column), relation(table.name)
        if index.columns[0] in (key.column, column) and not index.where:
            told = next((own.columns for own in table.keys if own.primary), (key.column,))
            type_ = table.column(key.column).stored_type
            listed = ", ".join(map(identifier, told))
            sql = f"SELECT {listed} FROM {source} WHERE {column} = :parent::{type_}"
            draws = (
                f"SELECT {column} AS parent FROM {source}"
                f" WHERE {column} IS NOT NULL GROUP BY {column}"
                f" ORDER BY count(*), {column} LIMIT 20"
            )
            case = QueryCase("parent", draws, ((index.name,),))
            name = f"{table.name} of one {key.column.removesuffix('_id')}"
            return Query(name, "", index.level, sql, sql, (case,), ordered=False), case
    return None

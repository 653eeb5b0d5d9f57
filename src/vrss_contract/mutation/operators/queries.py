"""What may go wrong with the contract's queries, each of which has a clause about its answers."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.mutation.expressions.changes import changes
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.texts.known import answering, called


def _queries(schema: Schema) -> Iterator[Mutant]:
    contract = schema.contract
    if contract is None:
        return
    for name, clause in answering(contract).items():
        for change in changes(contract.queries[name].sql, contract):
            yield Mutant(
                f"query-{change.sort}",
                name,
                change.name,
                (change.sql,),
                clause.level,
                instead_of=called(name),
            )


OPERATORS = (
    Operator(
        "query-condition", "A condition is lost, turned or taken together.", _queries, of_texts=True
    ),
    Operator("query-comparison", "A comparison lets through other rows.", _queries, of_texts=True),
    Operator("query-order", "Rows come in another order.", _queries, of_texts=True),
    Operator("query-limit", "More rows come, or fewer.", _queries, of_texts=True),
    Operator("query-join", "Rows are put together otherwise.", _queries, of_texts=True),
    Operator("query-column", "A column is empty, or another one.", _queries, of_texts=True),
    Operator("query-value", "A value or a parameter is another one.", _queries, of_texts=True),
    Operator("query-calculation", "A value is calculated otherwise.", _queries, of_texts=True),
)
"""Operators of queries."""

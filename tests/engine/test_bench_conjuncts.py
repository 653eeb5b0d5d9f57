"""What changes of a query are made, and what is told of those that nothing shows."""

from __future__ import annotations

import pytest
from benchmarks.conjuncts import Outcome, Tried, faults
from benchmarks.equals import Equal

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.expressions.changes import QueryChange, changes, unchanged

pytestmark = pytest.mark.once
_SQL = "SELECT id FROM notes WHERE a = :one AND b IS NULL ORDER BY c DESC, id LIMIT 3"
_EQUAL = Equal("no matter", ["q"], ["without *"])


def _tried(outcome: Outcome, name: str = "without it", query: str = "q") -> Tried:
    return Tried(query, QueryChange(name, ""), outcome)


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("without a = :one", "SELECT id FROM notes WHERE b IS NULL ORDER BY c DESC, id LIMIT 3"),
        ("a = :one -> a <> :one", _SQL.replace("a = :one", "a <> :one")),
        ("b IS NULL -> NOT b IS NULL", _SQL.replace("b IS NULL", "NOT b IS NULL")),
        ("c DESC -> c ASC", _SQL.replace("c DESC", "c ASC")),
        ("ORDER without id", _SQL.replace(", id LIMIT", " LIMIT")),
        ("LIMIT 3 -> LIMIT 4", _SQL.replace("LIMIT 3", "LIMIT 4")),
        ("id -> NULL", _SQL.replace("SELECT id", "SELECT NULL AS id")),
    ],
)
def test_a_query_is_changed_in_one_place(name: str, sql: str) -> None:
    contract = Contract(tables={}, enums={}, functions={}, clauses=())
    made = {one.name: one.sql for one in changes(_SQL, contract)}

    assert made[name] == unchanged(sql)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (_tried("unseen"), []),
        (_tried("broken"), ["listed, but broken: q: without it"]),
        (_tried("refused"), ["listed, but refused: q: without it"]),
        (_tried("unseen", query="p"), ["unseen: p: without it"]),
        (_tried("broken", query="p"), []),
        (
            _tried("broken", "LIMIT 1"),
            ["listed, but nothing of it: q", "listed, but nothing of it: without *"],
        ),
    ],
    ids=["equal", "seen", "refused", "unseen", "broken", "idle"],
)
def test_what_is_unseen_must_be_listed_and_what_is_listed_unseen(
    found: Tried, told: list[str]
) -> None:
    assert faults([found], [_EQUAL]) == told

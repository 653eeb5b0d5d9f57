"""How a document is read, and when two are the same."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.engine.shapes import SHAPES, shape
from vrss_contract.contract.model import Contract
from vrss_contract.data.documents.same import same
from vrss_contract.data.documents.sql import expression
from vrss_contract.database.row_factory import Factory

_BY_NAME = {one.name: one for one in SHAPES}


@pytest.mark.parametrize(
    ("columns", "alias", "sql"),
    [
        (("doc",), "", "CAST(doc AS text)"),
        (("doc",), "n", "CAST(n.doc AS text)"),
        (("doc",), "Odd", 'CAST("Odd".doc AS text)'),
        (
            ("type", "doc"),
            "n",
            (
                "CASE WHEN n.doc IS NOT NULL THEN"
                " CAST(jsonb_build_object('type', n.type, 'doc', n.doc) AS text) END"
            ),
        ),
    ],
)
def test_the_expression_is_read_easily(columns: tuple[str, ...], alias: str, sql: str) -> None:
    assert expression(shape({}, *columns), alias) == sql


def test_a_document_has_a_member_for_each_column(
    loaded: psycopg.Connection, contract: Contract
) -> None:
    for parent in ("users", "custom_feeds"):
        loaded.execute(Factory(contract).baseline()[parent][0])
    row = {"type": "tag", "operator": "equals", "value": '"x"'}
    loaded.execute(Factory(contract).insert("feed_filters", row, number=101))

    read = expression(_BY_NAME["feed_filters.value"], "f")
    (text,) = loaded.execute(f"SELECT {read} FROM feed_filters AS f").fetchone() or ()

    assert json.loads(text) == {"type": "tag", "operator": "equals", "value": "x"}


@pytest.mark.parametrize("document", [None, '"null"'])
def test_no_document_is_null(loaded: psycopg.Connection, document: str | None) -> None:
    read = expression(shape({}, "type", "doc"))
    query = f"SELECT {read} FROM (SELECT 'a' AS type, CAST(%s AS jsonb) AS doc) AS one"

    (text,) = loaded.execute(query, [document]).fetchone() or ()

    assert (text is None) == (document is None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1}),
        (None, None),
        ("x", "x"),
    ],
)
def test_equal_documents_are_the_same(one: object, other: object) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": None}, {}),
        ({"a": 1}, {"a": True}),
        ("1", 1),
        (None, False),
        ("é", "e\u0301"),
    ],
)
def test_documents_that_differ_are_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)
    assert not same(other, one)

"""A checker says whether a text conforms, and if not, where and by which rule."""

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.shapes import SHAPES, named, shape
from vrss_contract.contract.document_checker import Checker, DocumentFault
from vrss_contract.contract.model import Shape
from vrss_contract.data.documents.draw import conforming, written
from vrss_contract.data.documents.near import nearly

_THING = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["a", "b"]},
        "n": {"type": "number", "maximum": 5},
        "list": {"type": "array", "items": {"type": "object", "required": ["x y"]}},
    },
}
_CHECKER = Checker(shape(_THING))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "n", "list"]), inner),
)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('{"kind": "a", "n": 5, "more": null}', []),
        ("null", [("$", "type")]),
        ("{}", [("$.kind", "required")]),
        ('{"kind": "secret"}', [("$.kind", "enum")]),
        ('{"kind": "a", "n": 6}', [("$.n", "maximum")]),
        (
            '{"kind": "a", "list": [{"x y": 1}, {}, 7]}',
            [('$.list[1]["x y"]', "required"), ("$.list[2]", "type")],
        ),
        ('{"n": "6"}', [("$.kind", "required"), ("$.n", "type")]),
    ],
)
def test_each_fault_is_told_by_its_path_and_its_rule(
    text: str, faults: list[tuple[str, str]]
) -> None:
    assert _CHECKER.faults(text) == tuple(DocumentFault(*one) for one in faults)


def test_the_same_fault_twice_in_one_place_is_one_fault() -> None:
    twice = Checker(shape({"allOf": [{"type": "object"}, {"type": "object"}]}))

    assert twice.faults("1") == (DocumentFault("$", "type"),)


def test_what_no_value_may_be_is_told_as_such() -> None:
    assert Checker(shape({"properties": {"n": False}})).faults('{"n": 1}') == (
        DocumentFault("$.n", "falseSchema"),
    )


@pytest.mark.parametrize("number", ["9" * 5000, "1e400", "-1e400"])
def test_a_number_that_no_double_holds_is_taken_for_no_number(number: str) -> None:
    assert _CHECKER.faults(f'{{"kind": "a", "n": {number}}}') == (DocumentFault("$.n", "type"),)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ['{"kind": "a"}', "{}", '{"kind": "b", "n": 7}'],
        ['{"kind": "a"}', f'{{"kind": "a", "n": {"9" * 5000}}}'],
        ['{"kind": "a"}', "[" * 200_000 + "]" * 200_000],
    ],
    ids=["none", "some", "a long number", "a deep one"],
)
def test_documents_that_are_read_together_are_judged_as_alone(texts: list[str]) -> None:
    assert _CHECKER.each_holds(texts) == [*map(_CHECKER.holds, texts)]


def test_a_document_nested_too_deep_to_be_read_does_not_conform() -> None:
    deep = "[" * 200_000 + "]" * 200_000

    assert (_CHECKER.holds(deep), _CHECKER.faults(deep)) == (False, (DocumentFault("$", "depth"),))


@pytest.mark.once
@given(_JSON.map(json.dumps))
def test_a_text_holds_where_it_has_no_fault(text: str) -> None:
    assert _CHECKER.holds(text) == (not _CHECKER.faults(text))


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_another_validator_says_the_same(one: Shape) -> None:
    other = jsonschema.Draft202012Validator(one.schema)
    documents = [
        document
        for document in (*conforming(one, 100), *nearly(one, 200))
        # To Python's patterns a dollar is before a last line end as well, which ECMA's is not.
        if not re.search(r"\\n", written(document))
    ]

    checker = Checker(one)

    assert [d for d in documents if other.is_valid(d) != checker.holds(written(d))] == []

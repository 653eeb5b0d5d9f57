"""Documents drawn from a shape conform to it, are the same each time, and leave nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.shapes import SHAPES, named, shape
from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Shape
from vrss_contract.data.documents.draw import conforming, written
from vrss_contract.data.documents.near import nearly

_BY_NAME = {one.name: one for one in SHAPES}
_MANY = 400


def labels(schema: Any) -> Iterator[str]:
    """Every label of every enumeration in the schema."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            yield from labels(part)


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_what_is_drawn_conforms_and_is_drawn_once(one: Shape) -> None:
    texts = [written(document) for document in conforming(one, _MANY)]

    assert [text for text in texts if not Checker(one).holds(text)] == []
    assert (len(texts), len(set(texts))) == (_MANY, _MANY)


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_the_same_is_drawn_each_time(one: Shape) -> None:
    assert conforming(one, 40) == conforming(one, 40)
    assert nearly(one, 40) == nearly(one, 40)


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_every_label_is_drawn(one: Shape) -> None:
    drawn = "".join(written(document) for document in conforming(one, _MANY))

    assert [label for label in labels(one.schema) if f'"{label}"' not in drawn] == []


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_jsonb_can_hold_what_is_drawn(one: Shape) -> None:
    for document in (*conforming(one, _MANY), *nearly(one, _MANY)):
        written(document).encode("utf-8")  # no half of a surrogate pair
        assert "\\u0000" not in written(document)


def test_the_shortest_come_first() -> None:
    lengths = [len(written(one)) for one in conforming(SHAPES[0], 40)]

    assert lengths == sorted(lengths)


def test_every_pair_of_type_and_operator_that_means_something_is_drawn() -> None:
    drawn = conforming(_BY_NAME["feed_filters.value"], _MANY)

    assert len({(one["type"], one["operator"]) for one in drawn}) == 17


def test_a_shape_with_few_documents_gives_those() -> None:
    assert sorted(conforming(shape({"enum": ["a", "b"]}), 40)) == ["a", "b"]


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_what_nearly_conforms_is_of_both_sorts(one: Shape) -> None:
    holds = Checker(one).holds

    assert {holds(written(document)) for document in nearly(one, 40)} == {True, False}


def test_what_nearly_conforms_is_nothing_that_was_drawn_as_conforming() -> None:
    one = _BY_NAME["user_profiles.style_config"]
    good = {written(document) for document in conforming(one, 40)}

    assert not good & {written(document) for document in nearly(one, 40)}


@pytest.mark.parametrize(
    "seen",
    [
        lambda one: one is None,
        lambda one: isinstance(one, list),
        lambda one: one == {},
        lambda one: isinstance(one, dict) and one.get("autoplay") == "true",
        lambda one: isinstance(one, dict) and one.get("volume", 0) is None,
        lambda one: isinstance(one, dict) and one.get("volume") in (-1, -0.001, 100.001, 101),
        lambda one: isinstance(one, dict) and str(one.get("url")).endswith("\n"),
        lambda one: isinstance(one, dict) and "URL" in one,
    ],
    ids=["null", "list", "empty", "text", "null member", "bound passed", "line end", "other name"],
)
def test_what_people_get_wrong_is_among_it(seen: Any) -> None:
    assert any(seen(one) for one in nearly(_BY_NAME["user_profiles.music_config"], _MANY))


def test_the_longest_text_and_one_longer_are_among_it() -> None:
    drawn = nearly(_BY_NAME["user_profiles.style_config"], _MANY)
    sheets = (one.get("customCSS") for one in drawn if isinstance(one, dict))

    assert {5000, 5001} <= {len(sheet) for sheet in sheets if isinstance(sheet, str)}

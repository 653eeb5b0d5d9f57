"""The schemas in contracts/jsonb/: what the engine can draw from, and in step with the types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.engine.shapes import SHAPES, named
from vrss_contract import paths
from vrss_contract.contract.model import Contract, Shape

_KNOWN = {
    *("type", "enum", "const", "anyOf", "allOf", "if", "then", "$ref", "$defs"),
    *("properties", "required", "items", "minItems", "uniqueItems", "minProperties"),
    *("pattern", "minLength", "maxLength", "minimum", "maximum", "examples", "default"),
    *("$schema", "title", "description"),
}
"""Keywords that the engine draws by, and those that say nothing about what conforms."""
_BY_NAME = {one.name: one for one in SHAPES}


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """The schema and every schema in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for name in ("properties", "$defs"):
        for part in schema.get(name, {}).values():
            yield from parts(part)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from parts(part)
    for name in ("if", "then", "items"):
        yield from parts(schema.get(name))


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_a_schema_uses_keywords_that_can_be_drawn_by(one: Shape) -> None:
    assert {keyword for part in parts(one.schema) for keyword in part} <= _KNOWN


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_a_text_with_a_pattern_has_examples(one: Shape) -> None:
    assert all(part.get("examples") for part in parts(one.schema) if "pattern" in part)


@pytest.mark.parametrize("one", SHAPES, ids=named)
def test_a_schema_names_its_dialect_and_tells_what_it_is(one: Shape) -> None:
    assert one.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert one.schema["title"]
    assert one.schema["description"].endswith(".")


def test_every_schema_belongs_to_a_shape() -> None:
    files = {path.name for path in (paths.contracts() / "jsonb").iterdir()}
    text = (paths.contracts() / "jsonb.yaml").read_text("utf-8")

    assert files == {line.rpartition("/")[2] for line in text.split("\n") if "  schema: " in line}


@pytest.mark.parametrize(
    ("shape", "member", "enum"),
    [
        ("feed_filters.value", "type", "filter_type"),
        ("feed_filters.value", "operator", "filter_operator"),
        ("profile_sections.config", "type", "section_type"),
    ],
)
def test_a_schema_lists_the_labels_of_the_type(
    shape: str, member: str, enum: str, contract: Contract
) -> None:
    listed = _BY_NAME[shape].schema["properties"][member]["enum"]

    assert tuple(listed) == contract.enums[enum].labels


@pytest.mark.parametrize("shape", ["feed_filters.value", "profile_sections.config"])
def test_a_schema_lists_the_types_of_posts(shape: str, contract: Contract) -> None:
    listed = _BY_NAME[shape].schema["$defs"]["post_type"]["enum"]

    assert tuple(listed) == contract.enums["post_type"].labels


def test_an_algorithm_filters_by_what_filters_do(contract: Contract) -> None:
    filter_ = _BY_NAME["custom_feeds.algorithm_config"].schema["$defs"]["filter"]["properties"]

    assert tuple(filter_["type"]["enum"]) == contract.enums["filter_type"].labels
    assert tuple(filter_["operator"]["enum"]) == contract.enums["filter_operator"].labels

"""The one fault of a value that is told."""

from __future__ import annotations

from typing import Any

import pytest

from vrss_contract.contract.json_schema import JsonSchema

STEP = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["do"],
            "properties": {"do": {"type": "string"}, "as": {"const": "owner"}},
        },
    ]
}
CHOICE = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"type": "integer"}, 1, "None"),
        ({"type": "integer"}, "x", '"x" is not of type "integer"'),
        (STEP, {"do": 1}, 'do: 1 is not of type "string"'),
        (STEP, {"do": "x", "as": "me"}, 'as: "owner" was expected'),
        (STEP, {}, '"do" is a required property'),
        (CHOICE, {}, "{} is not valid under any of the schemas listed in the 'oneOf' keyword"),
        ({"items": STEP}, ["x", {"do": []}], '1/do: [] is not of type "string"'),
    ],
)
def test_the_nearest_fault_is_told(schema: dict[str, Any], value: Any, told: str) -> None:
    assert str(JsonSchema(schema).fault(value)) == told


def test_a_fault_nearer_to_the_root_goes_first() -> None:
    schema = {"properties": {"a": {"properties": {"b": {"type": "null"}}}, "c": {"type": "null"}}}

    fault = JsonSchema(schema).fault({"a": {"b": 1}, "c": 1})

    assert fault
    assert fault.path == ("c",)

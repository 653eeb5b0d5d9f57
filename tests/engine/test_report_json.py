"""The report for machines."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from tests.verdicts import SAMPLES, SUBJECT, SUBJECTS, VERDICTS, broken
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.report import RunInfo
from vrss_contract.report.jsondoc import render

SCHEMA = json.loads(files("vrss_contract.report").joinpath("report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@given(SUBJECTS, VERDICTS)
def test_every_report_is_what_the_schema_describes(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    VALIDATOR.validate(json.loads(render(run_info, verdicts)))


@given(SUBJECTS, VERDICTS)
def test_a_report_is_ascii_without_a_lone_surrogate(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    text = render(run_info, verdicts)

    assert text.isascii()
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object of a document, the document too, save those whose keys are free."""
    if isinstance(value, list):
        return [found for item in value for found in objects(item)]
    if isinstance(value, dict):
        inner = [item for key, item in value.items() if key != "phases"]
        return [value, *objects(inner)]
    return []


SAMPLE = json.loads(render(SUBJECT, SAMPLES["broken"]))


@pytest.mark.parametrize("number", range(len(objects(SAMPLE))))
def test_the_schema_refuses_a_key_more_anywhere(number: int) -> None:
    document = copy.deepcopy(SAMPLE)
    objects(document)[number]["extra"] = 1

    (error,) = VALIDATOR.iter_errors(document)

    assert "('extra' was unexpected)" in str(next(leaves(error)))


@pytest.mark.parametrize("number", range(len(objects(SAMPLE))))
def test_the_schema_refuses_a_key_less_anywhere(number: int) -> None:
    document = copy.deepcopy(SAMPLE)
    found = objects(document)[number]
    gone = next(iter(found))
    del found[gone]

    (error,) = VALIDATOR.iter_errors(document)

    assert f"'{gone}' is a required property" in str(next(leaves(error)))


def leaves(error: Any) -> Any:
    """The errors at the bottom of an error of alternatives."""
    if not error.context:
        yield error.message
    for inner in error.context:
        yield from leaves(inner)


def test_text_is_not_shortened() -> None:
    long = "x" * 10_000

    document = json.loads(render(SUBJECT, [broken("a", Finding(long, long, long, long))]))

    assert document["verdicts"][0]["findings"][0]["repeat"] == long


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("a.yaml:3", {"file": "a.yaml", "line": 3}),
        ("a:b.yaml:3", {"file": "a:b.yaml", "line": 3}),
        ("a.yaml", {"file": "a.yaml", "line": None}),
        ("a.yaml:\u00b2", {"file": "a.yaml:\u00b2", "line": None}),
        (":3", {"file": ":3", "line": None}),
        ("", None),
    ],
)
def test_a_place_comes_in_parts(place: str, parts: dict[str, Any] | None) -> None:
    document = json.loads(render(SUBJECT, [broken("a", place=place)]))

    assert document["verdicts"][0]["place"] == parts

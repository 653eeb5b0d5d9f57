"""contracts.json is whole: with it and the files it names, a runner in any language can judge."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests import paths
from vrss_contract import cli
from vrss_contract.contract.exact_json import EXACT, exact
from vrss_contract.contract.export import FILE, schema
from vrss_contract.contract.model import RowsPromise
from vrss_contract.contract.read import read_contract
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.sql.literal import identifier

pytestmark = pytest.mark.once
FOLDERS = (paths.contracts(), paths.fixtures() / "contracts" / "library")
BOTH = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
VALIDATOR = Draft202012Validator(json.loads(schema()))
Whole = dict[str, Any]


@cache
def whole(folder: Path) -> Whole:
    found: Whole = json.loads((folder / FILE).read_text("utf-8"))
    return found


def parts(value: Any) -> Iterator[Any]:
    """The value and all that is in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from parts(part)


def named(folder: Path, field: str) -> set[str]:
    """What the promises name under a field, be it one or several."""
    found = [clause["promise"].get(field) or () for clause in whole(folder)["clauses"]]
    return {name for one in found for name in ([one] if isinstance(one, str) else one)}


@BOTH
def test_it_conforms_to_its_schema(folder: Path) -> None:
    assert [f"{e.instance_path}: {e.message}" for e in VALIDATOR.iter_errors(whole(folder))] == []


def test_the_normative_text_tells_every_field() -> None:
    text = (paths.contracts() / "README.md").read_text("utf-8")
    forms = [part["properties"] for part in parts(json.loads(schema())) if _is_form(part)]

    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]*`", text))))
    assert {name for form in forms for name in form} - told == set()


def _is_form(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("properties"), dict)


def _number(document: Whole) -> None:
    document["tables"][0]["columns"][0]["maximum"] = EXACT + 1


def _other_kind(document: Whole) -> None:
    document["clauses"][0]["kind"] = "trigger"


def _unknown(document: Whole) -> None:
    document["clauses"][0]["promise"]["strange"] = 1


@pytest.mark.parametrize(
    "spoil", [lambda document: document.pop("operations"), _number, _other_kind, _unknown]
)
def test_the_schema_refuses_what_is_none(spoil: Callable[[Whole], Any]) -> None:
    document = copy.deepcopy(whole(FOLDERS[1]))

    spoil(document)

    assert not VALIDATOR.is_valid(document)


@BOTH
@pytest.mark.parametrize(
    ("field", "place"), [("operations", "operations"), ("query", "queries"), ("shape", "shapes")]
)
def test_what_a_clause_names_is_there(folder: Path, field: str, place: str) -> None:
    sql = {c["promise"].get("query") for c in whole(folder)["clauses"] if c["kind"] != "query"}

    assert named(folder, field) - sql <= {one["name"] for one in whole(folder)[place]}


@BOTH
def test_a_repair_is_there_as_text(folder: Path) -> None:
    files = whole(folder)["files"]

    for name in named(folder, "repair"):
        assert files[name]["text"] == (folder / name).read_text("utf-8")


@BOTH
def test_what_makes_a_profile_s_rows_is_there(folder: Path) -> None:
    files, profiles = whole(folder)["files"], whole(folder)["profiles"]

    steps = {step["file"] for one in profiles.values() for step in one["steps"]}
    assert [*profiles] == [*read_contract(folder).manifest.profiles]
    assert steps
    for name in steps:
        assert files[name]["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()


@BOTH
def test_a_condition_has_its_codes(folder: Path) -> None:
    errors = {part.get("error") for part in parts(whole(folder)) if isinstance(part, dict)}

    assert {error for error in errors if error} <= whole(folder)["conditions"].keys()


@BOTH
def test_no_double_takes_a_number_for_another(folder: Path) -> None:
    told = {name: part for name, part in whole(folder).items() if name != "shapes"}

    numbers = [part for part in parts(told) if isinstance(part, int)]
    assert [number for number in numbers if abs(number) > EXACT] == []


def test_a_large_number_is_a_text_but_in_a_document() -> None:
    row = {"id": EXACT + 1, "tags": [-EXACT - 1, 1], "config": {"id": EXACT + 1}}

    assert exact({"row": row})["row"] == {
        "id": "9007199254740992",
        "tags": ["-9007199254740992", 1],
        "config": {"id": EXACT + 1},
    }


@BOTH
def test_rows_are_filled_up_as_ours_are(folder: Path) -> None:
    contract = read_contract(folder)
    factory, clauses = Factory(contract), {one["id"]: one for one in whole(folder)["clauses"]}

    for clause in contract.clauses:
        if isinstance(clause.promise, RowsPromise):
            cases = clauses[clause.id]["promise"]["cases"]
            for case, told in zip(clause.promise.cases, cases, strict=True):
                ours = factory.insert(
                    clause.promise.table, case.row, number=CANDIDATE, omits=case.omits
                )
                assert _columns(ours) == {*map(identifier, told["fills"] | told["row"])}


def _columns(insert: str) -> set[str]:
    """The columns that a statement names."""
    match = re.match(r'INSERT INTO \S+ \((?P<names>(?:"[^"]+"|[^")])*)\)', insert)
    return set(match["names"].split(", ")) if match else set()


@BOTH
def test_the_digest_is_over_those_of_the_clauses(folder: Path) -> None:
    digests = json.dumps([clause["digest"] for clause in whole(folder)["clauses"]])

    assert whole(folder)["digest"] == hashlib.sha256(digests.encode()).hexdigest()[:12]


def test_its_schema_is_printed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code = cli._main(["export", "--schema"])

    assert (code, capsysbinary.readouterr().out.decode("utf-8")) == (0, schema())

"""An entry of kind jsonb becomes a shape and its clauses, or a fault that says how to mend it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vrss_contract import paths
from vrss_contract.contract import digest
from vrss_contract.contract.export import document
from vrss_contract.contract.model import Document
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError

_NOTES = """
- id: notes
  kind: table
  says: What somebody noted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: doc, type: jsonb, default: "'{}'"}
    - {name: word, type: text, default: "''"}
  keys: [{name: notes_pkey, primary: [id]}]
  checks:
    - name: notes_word
      level: may
      expression: |
        word <> ' '
- id: notes.word.any
  kind: rows
  level: may
  says: A word is no space.
  object: notes_word
  table: notes
  source: here
  rejects: [{because: a space, row: {word: " "}, error: check_violation}]
- id: notes.doc
  kind: jsonb
  level: should
  says: It is an object.
  source: here
  table: notes
  columns: [doc]
  schema: jsonb/doc.schema.json
  enforced: true
  accepts: [{because: an object, document: {n: 0.5}}]
  refuses: [{because: a number, document: {n: x}}]
"""
_SCHEMA = {"type": "object", "properties": {"n": {"type": "number"}}}
_CLAUSES = ("default", "accepts", "round-trip", "agrees")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    contracts = tmp_path / "contracts"
    (contracts / "jsonb").mkdir(parents=True)
    shutil.copy(paths.contracts() / "clause.schema.json", contracts)
    (contracts / "notes.yaml").write_text(_NOTES)
    (contracts / "jsonb" / "doc.schema.json").write_text(json.dumps(_SCHEMA))
    return contracts


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in _NOTES
    (folder / "notes.yaml").write_text(_NOTES.replace(old, new))
    return folder


def test_an_entry_becomes_a_shape(folder: Path) -> None:
    shape = read_contract(folder).shapes["notes.doc"]

    assert (shape.table, shape.column, shape.level) == ("notes", "doc", "should")
    assert (shape.schema, shape.enforced) == (_SCHEMA, True)
    assert shape.accepts == (Document("an object", {"n": 0.5}),)
    assert str(shape.place) == "contracts/notes.yaml:24"


def test_a_shape_makes_a_clause_for_each_promise_at_its_level(folder: Path) -> None:
    levels = {c.id: c.level for c in read_contract(folder).clauses if c.kind == "jsonb"}

    assert levels == {
        "jsonb.notes.doc.default": "should",
        "jsonb.notes.doc.accepts": "should",
        "jsonb.notes.doc.round-trip": "should",
        "jsonb.notes.doc.agrees": "may",
    }


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("  enforced: true\n", "", "agrees"),
        (", default: \"'{}'\"}", "}", "default"),
        ("  accepts: [{because: an object, document: {n: 0.5}}]\n", "", "accepts"),
    ],
)
def test_what_is_not_promised_makes_no_clause(folder: Path, old: str, new: str, gone: str) -> None:
    contract = read_contract(changed(folder, old, new))

    kept = [one for one in _CLAUSES if one != gone]
    found = [clause.id for clause in contract.clauses if clause.kind == "jsonb"]
    assert found == [f"jsonb.notes.doc.{one}" for one in kept]


@pytest.mark.parametrize(
    ("old", "new", "found", "remedy"),
    [
        (
            "{n: 0.5}",
            "{n: half}",
            "'an object' is to be accepted, and its schema refuses it: type at $.n",
            "change the example, or the schema's file",
        ),
        (
            "{n: x}",
            "{n: 1}",
            "'a number' is to be refused, and its schema takes it",
            "change the example, or the schema's file",
        ),
        (
            "table: notes\n  columns",
            "table: note\n  columns",
            "there is no column note.doc",
            "name columns that the contract declares",
        ),
        (
            "columns: [doc]",
            "columns: [kind, doc]",
            "there is no column notes.kind",
            "name columns that the contract declares",
        ),
        (
            "columns: [doc]",
            "columns: [doc, word]",
            "notes.word is of type text",
            "name a column of type jsonb last",
        ),
        (
            "jsonb/doc.",
            "jsonb/dock.",
            "there is no file 'jsonb/dock.schema.json'",
            "name a file by its path from the folder of the contract",
        ),
    ],
    ids=["accepts", "refuses", "table", "column", "type", "file"],
)
def test_a_fault_is_told_with_its_place(
    folder: Path, old: str, new: str, found: str, remedy: str
) -> None:
    with pytest.raises(TroubleError, match="clause-fault") as caught:
        read_contract(changed(folder, old, new))

    assert (caught.value.found, caught.value.remedy) == (found, remedy)
    assert str(caught.value.given["place"]) == "contracts/notes.yaml:24"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "jsonb/doc.schema.json is no JSON: "),
        ('{"type": "word"}', "its schema is no JSON Schema of 2020-12: "),
        ('{"pattern": "("}', "its schema is no JSON Schema of 2020-12: "),
    ],
)
def test_a_schema_that_is_none_is_refused(folder: Path, text: str, found: str) -> None:
    (folder / "jsonb" / "doc.schema.json").write_text(text)

    with pytest.raises(TroubleError, match="clause-fault") as caught:
        read_contract(folder)

    assert caught.value.found.startswith(found)


def test_another_schema_is_another_meaning(folder: Path) -> None:
    before = read_contract(folder).clause("jsonb.notes.doc.round-trip")
    (folder / "jsonb" / "doc.schema.json").write_text(json.dumps({**_SCHEMA, "maxProperties": 9}))
    after = read_contract(folder).clause("jsonb.notes.doc.round-trip")

    assert digest.of_clause(before) != digest.of_clause(after)


def test_the_export_holds_each_shape_once(folder: Path) -> None:
    whole = json.loads(document(read_contract(folder)))
    (clause,) = (one for one in whole["clauses"] if one["id"] == "jsonb.notes.doc.agrees")

    assert [(one["name"], one["schema"]) for one in whole["shapes"]] == [("notes.doc", _SCHEMA)]
    assert clause["promise"] == {"aspect": "agrees", "shape": "notes.doc"}


def test_a_check_is_promised_at_its_own_level(folder: Path) -> None:
    contract = read_contract(folder)

    assert contract.clause("notes.constraint.notes_word").level == "may"


def test_a_name_is_promised_no_more_than_its_clause(folder: Path) -> None:
    assert read_contract(folder).clause("notes.word.any.named").level == "may"

"""An entry of kind query becomes a query and its clauses, or a fault that says how to mend it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vrss_contract import paths
from vrss_contract.contract import digest
from vrss_contract.contract.export import document
from vrss_contract.contract.model import Contract, WitnessPromise
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError

_NOTES = """
- id: notes
  kind: table
  says: What somebody noted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: author_id, type: bigint}
    - {name: parent_id, type: bigint, nullable: true}
  keys: [{name: notes_pkey, primary: [id]}, {name: notes_pair, unique: [author_id, parent_id]}]
  foreign_keys:
    - {name: notes_parent_id_fkey, column: parent_id, references: notes}
  indexes:
    - {name: notes_author, columns: [author_id], witness: notes-of.some}
    - {name: notes_twin, columns: [author_id, parent_id], witness: notes-of.most}
    - {name: notes_parent, columns: [parent_id]}
    - name: notes_some
      columns: [parent_id]
      where: |
        id > 9
    - {name: notes_idle, columns: [parent_id, id], witness: none}
- id: notes-of
  kind: query
  level: should
  says: The notes of somebody.
  source: here
  sql: queries/notes.sql
  plain: queries/plain.sql
  cases:
    - name: some
      draws: SELECT 1 AS author
      served_by: [[notes_author, notes_twin], notes_pkey]
      buffers: {small: 9, scale: 9}
      budget_ms: 5
    - name: most
      draws: SELECT 2 AS author
      buffers: {small: 9, scale: 9}
      grows: linear
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    contracts = tmp_path / "contracts"
    (contracts / "queries").mkdir(parents=True)
    shutil.copy(paths.contracts() / "clause.schema.json", contracts)
    (contracts / "notes.yaml").write_text(_NOTES)
    (contracts / "queries" / "notes.sql").write_text("SELECT id FROM notes WHERE a = :author\n")
    (contracts / "queries" / "plain.sql").write_text("SELECT id FROM notes WHERE :author = a\n")
    return contracts


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in _NOTES
    (folder / "notes.yaml").write_text(_NOTES.replace(old, new))
    return folder


def ids(contract: Contract) -> list[str]:
    return [clause.id for clause in contract.clauses if clause.kind == "query"]


def witness(contract: Contract, index: str) -> WitnessPromise:
    promise = contract.clause(f"index.{index}.witness").promise
    assert isinstance(promise, WitnessPromise)
    return promise


def test_an_entry_becomes_a_query(folder: Path) -> None:
    query = read_contract(folder).queries["notes-of"]

    assert (query.level, query.ordered, str(query.place)) == (
        "should",
        True,
        "contracts/notes.yaml:22",
    )
    assert query.sql == "SELECT id FROM notes WHERE a = :author"
    assert query.plain == "SELECT id FROM notes WHERE :author = a"


def test_a_case_is_served_by_any_of_a_list_in_each_place(folder: Path) -> None:
    some, most = read_contract(folder).queries["notes-of"].cases

    assert some.served_by == (("notes_author", "notes_twin"), ("notes_pkey",))
    assert (some.grows, some.budget_ms, most.grows, most.budget_ms) == (
        "constant",
        5,
        "linear",
        None,
    )


def test_each_promise_is_a_clause_and_nothing_else_is(folder: Path) -> None:
    assert ids(read_contract(folder)) == [
        "query.notes-of.answers",
        "query.notes-of.some.can",
        "query.notes-of.some.served",
        "query.notes-of.some.buffers",
        "query.notes-of.some.grows",
        "query.notes-of.some.budget",
        "query.notes-of.most.buffers",
        "query.notes-of.most.grows",
        "index.notes_author.witness",
        "index.notes_twin.witness",
        "index.notes_parent.witness",
    ]


def test_a_clause_tells_what_it_promises(folder: Path) -> None:
    told = {clause.id: clause.says for clause in read_contract(folder).clauses}

    assert told["query.notes-of.answers"] == "The notes of somebody."
    assert told["query.notes-of.some.served"] == (
        "Notes-of (some) is served by notes_author or notes_twin and notes_pkey."
    )
    assert told["query.notes-of.most.grows"] == (
        "What notes-of (most) touches grows at most as the data."
    )
    assert told["index.notes_twin.witness"] == (
        "Without notes_twin, and without notes_pair as well, notes-of is read in a worse way."
    )


def test_an_index_has_the_witness_that_it_names(folder: Path) -> None:
    promise = witness(read_contract(folder), "notes_author")

    assert (promise.query.name, promise.case.name) == ("notes-of", "some")
    assert promise.indexes == ("notes_author",)


def test_a_twin_goes_with_the_key_that_it_repeats(folder: Path) -> None:
    assert witness(read_contract(folder), "notes_twin").indexes == ("notes_twin", "notes_pair")


def test_an_index_of_a_foreign_key_has_the_look_up_of_the_key_as_witness(folder: Path) -> None:
    promise = witness(read_contract(folder), "notes_parent")

    assert promise.query.sql == "SELECT id FROM notes WHERE parent_id = :parent::bigint"
    assert promise.case.served_by == (("notes_parent",),)


_NO_FILE = "name a file by its path from the folder of the contract"
_NO_CASE = "name a query's id and one of its cases, with a dot between them"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "- name: most",
            "- name: some",
            (22, "two cases are called 'some'", "give each case a name of its own"),
        ),
        (
            "sql: queries/notes.sql",
            "sql: queries/note.sql",
            (22, "there is no file 'queries/note.sql'", _NO_FILE),
        ),
        (
            "plain: queries/plain.sql",
            "plain: ../plain.sql",
            (22, "there is no file '../plain.sql'", _NO_FILE),
        ),
        (
            "witness: notes-of.some",
            "witness: notes-of.few",
            (2, "notes_author: there is no case 'notes-of.few'", _NO_CASE),
        ),
        (
            "witness: notes-of.some",
            "witness: notes-of",
            (2, "notes_author: there is no case 'notes-of'", _NO_CASE),
        ),
    ],
    ids=["name", "file", "plain", "witness", "no case"],
)
def test_a_fault_is_told_with_its_place(
    folder: Path, old: str, new: str, told: tuple[int, str, str]
) -> None:
    with pytest.raises(TroubleError, match="clause-fault") as caught:
        read_contract(changed(folder, old, new))

    line, found, remedy = told
    assert (caught.value.found, caught.value.remedy) == (found, remedy)
    assert str(caught.value.given["place"]) == f"contracts/notes.yaml:{line}"


def test_another_statement_is_another_meaning(folder: Path) -> None:
    before = read_contract(folder).clause("query.notes-of.answers")
    (folder / "queries" / "notes.sql").write_text("SELECT 1 WHERE :author = 2")
    after = read_contract(folder).clause("query.notes-of.answers")

    assert digest.of_clause(before) != digest.of_clause(after)


def test_another_budget_is_another_meaning_of_that_clause_alone(folder: Path) -> None:
    before = {one.id: digest.of_clause(one) for one in read_contract(folder).clauses}
    changed(folder, "budget_ms: 5", "budget_ms: 6")
    after = {one.id: digest.of_clause(one) for one in read_contract(folder).clauses}

    assert [id_ for id_ in before if before[id_] != after[id_]] == ["query.notes-of.some.budget"]


def test_the_export_holds_each_query_once(folder: Path) -> None:
    whole = json.loads(document(read_contract(folder)))

    assert [one["name"] for one in whole["queries"]] == ["notes-of", "notes of one parent"]

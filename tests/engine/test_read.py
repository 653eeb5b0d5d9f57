"""A contract's files become clauses, or a fault that says where and how to mend it."""

import shutil
from pathlib import Path

import pytest

from vrss_contract import paths
from vrss_contract.contract import digest
from vrss_contract.contract.export import document, require_fresh
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError

ROWS = """
- id: tags.label.short
  kind: rows
  level: must
  says: A label is short.
  object: tags_label_short
  table: tags
  source: here
  accepts:
    - {because: short, row: {label: x}}
  rejects:
    - {because: long, row: {label: xxx}, error: check_violation}
"""
TABLE = """
- id: tags
  kind: table
  says: A word that posts are found by.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: label, type: text}
  keys:
    - {name: tags_pkey, primary: [id]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    shutil.copy(paths.contracts() / "clause.schema.json", contracts)
    (contracts / "tags.yaml").write_text(TABLE + ROWS)
    return contracts


def test_a_written_clause_keeps_its_place(folder: Path) -> None:
    clause = read_contract(folder).clause("tags.label.short")
    assert str(clause.place) == "contracts/tags.yaml:12"


def test_a_refusal_by_a_named_constraint_makes_a_clause_on_the_name(folder: Path) -> None:
    clause = read_contract(folder).clause("tags.label.short.named")
    assert (clause.level, clause.says) == (
        "should",
        "The refusals of tags.label.short name tags_label_short.",
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("kind: rows", "kind: rwos", "there is no kind 'rwos'"),
        ("  level: must\n", "", '"level" is a required property'),
        ("  object: tags_l", "  objekt: tags_l", "Additional properties are not allowed"),
        ("A label is short.", "x" * 121 + ".", "says: "),
        ("level: must", "level: perhaps", 'level: "perhaps" is not one of'),
        ("{label: x}", "{lable: x}", "tags has no column 'lable'"),
        ("table: tags", "table: tag", "there is no table 'tag'"),
        ("error: check_violation", "error: check_violations", "there is no error"),
        ("id: tags.label.short", "id: tags", "the id 'tags' is given twice"),
        ("id: tags.label.short", "id: tags.label.not-null", "is that of a clause derived"),
        ("id: tags.label.short", "id: Tags Label", 'id: "Tags Label" does not match'),
    ],
)
def test_a_fault_is_refused_with_its_line(folder: Path, old: str, new: str, found: str) -> None:
    path = folder / "tags.yaml"
    path.write_text(path.read_text().replace(old, new, 1 if old.startswith("id") else -1))
    with pytest.raises(TroubleError, match="clause-fault") as raised:
        read_contract(folder)
    assert found in raised.value.found
    assert raised.value.given["place"].line == 12


def test_a_folder_without_clauses_is_no_contract(tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match="no-contract"):
        read_contract(tmp_path)


def test_a_fresh_export_is_accepted(folder: Path) -> None:
    contract = read_contract(folder)
    (folder / "contracts.json").write_text(document(contract), "utf-8")
    require_fresh(contract, folder / "contracts.json")


def test_a_stale_export_is_refused_with_what_differs(folder: Path) -> None:
    (folder / "contracts.json").write_text(document(read_contract(folder)), "utf-8")
    path = folder / "tags.yaml"
    path.write_text(path.read_text().replace("A label is short.", "A label is brief."))
    with pytest.raises(TroubleError, match="stale-export") as raised:
        require_fresh(read_contract(folder), folder / "contracts.json")
    assert "brief" in raised.value.found


def test_a_missing_export_is_stale(folder: Path) -> None:
    with pytest.raises(TroubleError, match=r"contracts\.json is stale"):
        require_fresh(read_contract(folder), folder / "contracts.json")


def test_a_waived_clause_is_not_derived(folder: Path) -> None:
    waiver = "  waives: [label.not-null]\n"
    (folder / "tags.yaml").write_text(TABLE + waiver + ROWS)
    ids = {clause.id for clause in read_contract(folder).clauses}
    assert "tags.label.not-null" not in ids
    assert "tags.label.nullability" in ids


def test_a_waiver_of_what_does_not_follow_is_refused(folder: Path) -> None:
    (folder / "tags.yaml").write_text(TABLE + "  waives: [label.optional]\n" + ROWS)
    with pytest.raises(TroubleError, match=r"waives 'tags\.label\.optional'"):
        read_contract(folder)


def test_a_table_needs_neither_phase_nor_key(folder: Path) -> None:
    bare = TABLE.replace("  phase: 1\n", "").partition("  keys:")[0]
    (folder / "tags.yaml").write_text(bare)
    table = read_contract(folder).tables["tags"]
    assert (table.phase, table.keys) == (0, ())


def test_what_stands_at_its_default_is_in_no_digest(folder: Path) -> None:
    before = digest.of_contract(read_contract(folder))
    (folder / "tags.yaml").write_text(TABLE.replace("text}", "text, filled: false}") + ROWS)
    assert digest.of_contract(read_contract(folder)) == before


def test_what_was_added_and_says_something_is_in_the_digest(folder: Path) -> None:
    before = digest.of_contract(read_contract(folder))
    (folder / "tags.yaml").write_text(TABLE.replace("text}", "text, filled: true}") + ROWS)
    assert digest.of_contract(read_contract(folder)) != before


def test_a_function_may_have_a_name_that_an_object_has(folder: Path) -> None:
    view = "- {id: tags_seen, kind: object, is: view, says: A view.}\n"
    (folder / "tags.yaml").write_text(
        TABLE + ROWS + view + view.replace("is: view", "is: function")
    )
    assert [one.form for one in read_contract(folder).objects] == ["view", "function"]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("references: nowhere", "tags_up references 'nowhere', which is no declared table"),
        (
            "references: tags, references_columns: [word]",
            "tags_up references 'word', which tags does not have",
        ),
    ],
)
def test_a_reference_to_what_is_not_declared_is_refused(folder: Path, key: str, found: str) -> None:
    declared = f"{TABLE}  foreign_keys:\n    - {{name: tags_up, column: id, {key}}}\n"
    (folder / "tags.yaml").write_text(declared)
    with pytest.raises(TroubleError, match=rf"contracts/tags.yaml:2\b.*\n?.*{found}"):
        read_contract(folder)

"""Faults in a contract's own files: file, line, what it is and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import Ran
from vrss_contract import paths

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
FILE = "zz_fault.yaml"
CLAUSE = """
- id: user_follows.fault.here
  kind: rows
  level: must
  says: It is so.
  table: user_follows
  source: here
  accepts:
    - {because: so, row: {}}
"""
FAULTS = {
    "bad-yaml": CLAUSE.replace("says: It is so.", "says: It: is so."),
    "tab": CLAUSE.replace("  kind", "\tkind"),
    "duplicate-key": CLAUSE.replace("  level: must", "  level: must\n  level: may"),
    "anchor": CLAUSE.replace("{because: so", "&it {because: so"),
    "alias": CLAUSE.replace("row: {}", "row: *it"),
    "tag": CLAUSE.replace("level: must", "level: !!str must"),
    "folded-block": CLAUSE.replace("says: It is so.", "says: >\n    It is so."),
    "sql-outside-a-block": """
- id: fault
  kind: table
  says: A table.
  phase: 2
  columns: [{name: id, type: bigserial}]
  keys: [{name: fault_pkey, primary: [id]}]
  checks: [{name: fault_positive, expression: id > 0}]
""",
    "unknown-kind": CLAUSE.replace("kind: rows", "kind: row"),
    "unknown-field": CLAUSE.replace("source:", "sauce:"),
    "unknown-level": CLAUSE.replace("level: must", "level: shall"),
    "unknown-table": CLAUSE.replace("table: user_follows", "table: follows"),
    "unknown-column": CLAUSE.replace("row: {}", "row: {follower: 1}"),
    "unknown-error": CLAUSE.replace("accepts", "rejects").replace("{}", "{}, error: violation"),
    "duplicate-id": CLAUSE + CLAUSE,
    "says-nothing": CLAUSE.replace("says: It is so.", 'says: ""'),
    "no-list": "\nid: x\n",
    "id-with-spaces": CLAUSE.replace("user_follows.fault.here", "User Follows"),
}

MANIFESTS = {
    "no-mapping": "- name: it\n",
    "no-name": "says: It is so.\n",
    "unknown-field": "name: it\nschemata: x.sql\n",
    "unknown-profile": "name: it\nprofiles:\n  dev: {files: a}\ngate:\n  query: [small]\n",
    "misshapen-profile": "name: it\nprofiles:\n  dev: {files: a}\n  big: {rows: a}\n",
    "key-given-twice": "name: it\nname: that\n",
    "two-documents": "name: it\n---\nname: that\n",
}


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    shutil.copytree(paths.contracts(), folder, ignore=shutil.ignore_patterns("contracts.json"))
    shutil.copy(paths.contracts() / "clause.schema.json", folder)
    return folder


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place(run: Run, told: Told, contracts: Path, name: str) -> None:
    (contracts / FILE).write_text("# a comment\n" + FAULTS[name])

    ran = run("list", "--contracts", contracts)

    assert ran.code == 3
    told(f"contract-{name}", ran)


def test_a_file_that_is_not_utf8_is_told(run: Run, told: Told, contracts: Path) -> None:
    (contracts / FILE).write_bytes("# gr\u00f6\u00dfe\n".encode("latin-1"))

    ran = run("list", "--contracts", contracts)

    assert ran.code == 3
    told("contract-not-utf8", ran)


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_fault_in_the_manifest_is_told_with_its_place(
    run: Run, told: Told, contracts: Path, name: str
) -> None:
    (contracts / "contract.yaml").write_text(MANIFESTS[name])

    ran = run("list", "--contract", contracts)

    assert ran.code == 3
    told(f"manifest-{name}", ran)


def test_the_environment_chooses_a_contract(
    run: Run, told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("VRSS_CONTRACT", str(tmp_path / "empty"))

    told("contract-none", run("list"))


def test_a_folder_without_a_contract_is_told(run: Run, told: Told, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ran = run("verify", "--contracts", tmp_path / "empty")

    assert ran.code == 3
    told("contract-none", ran)


def test_a_contract_needs_no_copy_of_the_format(run: Run, contracts: Path) -> None:
    (contracts / "clause.schema.json").unlink()

    assert run("list", "--contracts", contracts).code == 0


def test_a_sentence_that_is_too_long_is_told(run: Run, contracts: Path) -> None:
    (contracts / FILE).write_text(CLAUSE.replace("It is so.", "It is so." * 50))

    ran = run("list", "--contracts", contracts)

    assert ran.code == 3
    assert ran.err.startswith("error[clause-fault]: contracts/zz_fault.yaml:2: says: ")
    assert " is longer than 120 characters\n" in ran.err


def test_nesting_without_end_is_told(run: Run, contracts: Path) -> None:
    (contracts / FILE).write_text("- id: " + "[" * 100_000)

    ran = run("list", "--contracts", contracts)

    assert ran.code == 3
    assert ran.err.startswith("error[")

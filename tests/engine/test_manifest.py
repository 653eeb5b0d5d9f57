"""What a manifest says, and what is told where it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine import tiny
from tests.engine.runs import Ran
from vrss_contract import paths
from vrss_contract.contract import digest
from vrss_contract.contract.manifest import Manifest, Profile
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.contract.read_manifest import read_manifest
from vrss_contract.errors import TroubleError

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
NAMES = ("mini", "little", "much", "most")
SOME = Manifest(
    folder=Path("here"),
    profiles={name: Profile(name) for name in NAMES},
    gate={"query": ("little", "much")},
)
DATASET = """
- {id: dataset.loads, kind: dataset, level: must, says: It loads., object: counters, source: here,
   proves: loads, profiles: [huge]}
"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a contract without a manifest; a target is where the run is."""
    (tmp_path / "target.sql").write_text(tiny.KEEPS)
    monkeypatch.chdir(tmp_path)
    return tiny.folder(tmp_path)


def _folder(path: Path, text: str, *entries: str) -> Path:
    folder = tiny.folder(path, *entries)
    (folder / "contract.yaml").write_text(text, "utf-8")
    return folder


def test_a_folder_without_a_manifest_has_its_own_name_and_nothing_else(tmp_path: Path) -> None:
    folder = tiny.folder(tmp_path)

    assert read_manifest(folder) == Manifest(folder=folder, name="contracts")


def test_paths_are_relative_to_the_folder(tmp_path: Path) -> None:
    text = "name: it\nschema: ../a.sql\nprofiles: {p: {files: [rows, b.sql]}, q: {generator: g}}\n"
    folder = _folder(tmp_path, text)

    found = read_manifest(folder)

    assert found.schema == tmp_path / "a.sql"
    assert found.profile("p") == Profile("p", (folder / "rows", folder / "b.sql"))
    assert found.profile("q") == Profile("q", generator=folder / "g")


def test_the_manifest_is_no_part_of_the_digest(contract: Contract) -> None:
    assert digest.of_contract(replace(contract, manifest=SOME)) == digest.of_contract(contract)


def test_a_command_names_the_contract_that_is_not_the_default() -> None:
    assert Manifest(folder=paths.contracts()).words == ()
    assert SOME.words == ("--contract", "here")


def test_queries_are_measured_from_the_smallest_profile_of_the_gate_on() -> None:
    assert SOME.measured == ("little", "much", "most")
    assert (SOME.at_gate("query"), SOME.largest) == ("much", "most")


def test_a_kind_that_the_gate_says_nothing_of_has_all_profiles() -> None:
    assert SOME.of_gate("dataset") == NAMES
    assert SOME.at_gate("dataset") == "most"


@pytest.mark.parametrize("need", ["first_profile", "largest"])
def test_without_profiles_there_is_none_to_name(need: str) -> None:
    with pytest.raises(TroubleError, match="no profiles"):
        getattr(Manifest(), need)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("size: {table: gone}", "2: size: there is no table 'gone'"),
        (
            "reference: {file: a.sql, tables: [gone]}",
            "2: reference/tables: there is no table 'gone'",
        ),
        ("writes: {gone: draws.sql}", "2: writes: there is no operation 'gone'"),
        ("gate: {query: [gone]}", "2: gate/query: there is no profile 'gone'"),
        (
            "index_tiers: [{number: 1, claim: much, indexes: [gone]}]",
            "2: index_tiers: there is no index 'gone'",
        ),
        ("writes: {mark: gone.sql}", "2: there is no file 'gone.sql'"),
    ],
)
def test_a_name_that_the_contract_does_not_have_is_refused_with_its_line(
    tmp_path: Path, text: str, found: str
) -> None:
    folder = _folder(tmp_path, f"name: it\n{text}\n")
    (folder / "draws.sql").write_text("SELECT 1 AS counter")

    with pytest.raises(TroubleError) as caught:
        read_contract(folder)

    assert str(caught.value.headline) == f"contracts/contract.yaml:{found}"


def test_an_entry_on_a_dataset_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "name: it\nprofiles: {few: {files: rows}}\n", DATASET)

    with pytest.raises(TroubleError, match="there is no profile 'huge'"):
        read_contract(folder)


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ("schema", ["verify"]),
        ("profiles", ["seed", "dbname=none"]),
        ("load-test", ["storm", "target.sql"]),
        ("calibration", ["ablate", "target.sql"]),
        ("profiles", ["compare", "target.sql", "target.sql"]),
    ],
)
def test_a_command_says_what_the_manifest_lacks_and_how_to_add_it(
    run: Run, told: Told, bare: Path, lacks: str, words: list[str]
) -> None:
    ran = run(*words, "--contract", bare)

    assert ran.code == 3
    told(f"lacks-{lacks}", ran)


def test_a_clause_is_told_without_a_schema(run: Run, tmp_path: Path) -> None:
    ran = run("explain", "invariant.counted", "--contract", tiny.folder(tmp_path))

    assert (ran.code, ran.err) == (0, "")


def test_a_copy_of_the_shipped_contract_finds_the_files_beside_the_original(tmp_path: Path) -> None:
    text = "schema: ../schema.sql\nprofiles: {p: {files: [../no/such, ../schema.sql]}}\n"
    folder = _folder(tmp_path, f"name: vrss\n{text}")
    copy = read_manifest(folder)
    (folder / "contract.yaml").write_text(f"name: other\n{text}", "utf-8")
    other = read_manifest(folder)

    assert copy.schema == paths.root() / "schema.sql"
    assert copy.profile("p").files[1] == paths.root() / "schema.sql"
    assert other.schema == tmp_path / "schema.sql"


def test_answers_are_compared_on_the_profiles_that_are_named_for_them() -> None:
    profiles = {name: Profile(name) for name in ("a", "b", "c")}
    named = Manifest(profiles=profiles, gate={"query": ("a", "b"), "answers": ("c",)})
    unnamed = Manifest(profiles=profiles, gate={"query": ("a", "b")})

    assert named.of_answers() == ("c",)
    assert named.of_answers(thorough=True) == ("c", "b")
    assert unnamed.of_answers() == ("b",)
    assert unnamed.of_answers(thorough=True) == ("b",)

"""A side of a comparison, out of a file or out of a commit."""

import subprocess
from pathlib import Path

import pytest

from vrss_contract import paths
from vrss_contract.contract.model import Contract
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison.side import side

SCHEMA = "CREATE TABLE users (id bigint);\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits: in the first there is a schema and no contract, in the second both."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "schema.sql").write_text("SELECT 1;\n")
    commit(tmp_path, "first")
    (tmp_path / "schema.sql").write_text(SCHEMA)
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "clause.schema.json").write_bytes(
        (paths.contracts() / "clause.schema.json").read_bytes()
    )
    (folder / "people.yaml").write_text(ENTRY)
    commit(tmp_path, "second")
    return tmp_path


ENTRY = """
- id: people
  kind: table
  says: Who is there.
  phase: 1
  columns:
    - {name: id, type: bigserial}
  keys: [{name: people_pkey, primary: [id]}]
"""


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", tag)
    git(folder, "tag", tag)


def test_a_file_is_asked_the_queries_of_the_contract_at_hand(
    tmp_path: Path, contract: Contract
) -> None:
    path = tmp_path / "mine.sql"
    path.write_text(SCHEMA)
    with side(str(path), contract, tmp_path) as found:
        assert found.contract is contract
        assert [step.sql for step in found.target.steps] == [SCHEMA.strip().rstrip(";")]


def test_a_commit_is_asked_its_own_queries(repository: Path, contract: Contract) -> None:
    with side("second", contract, repository) as found:
        assert found.target.name.startswith("schema.sql")
        assert list(found.contract.tables) == ["people"]


def test_a_commit_is_read_as_it_was_not_as_the_files_are(
    repository: Path, contract: Contract
) -> None:
    (repository / "schema.sql").write_text("DROP TABLE users;\n")
    with side("second", contract, repository) as found:
        assert found.target.steps[0].sql.startswith("CREATE TABLE users")


def test_a_commit_leaves_the_working_tree_alone(repository: Path, contract: Contract) -> None:
    before = sorted(repository.rglob("*"))
    with side("second", contract, repository):
        pass
    assert sorted(repository.rglob("*")) == before


def test_a_word_that_git_does_not_know_is_refused(repository: Path, contract: Contract) -> None:
    with pytest.raises(TroubleError, match="no-such-side"), side("nowhere", contract, repository):
        pass


def test_a_commit_without_a_contract_is_asked_the_queries_of_the_one_at_hand(
    repository: Path, contract: Contract
) -> None:
    with side("first", contract, repository) as found:
        assert found.contract is contract
        assert [step.sql for step in found.target.steps] == ["SELECT 1"]


def test_a_commit_without_a_schema_is_refused(repository: Path, contract: Contract) -> None:
    (repository / "schema.sql").unlink()
    commit(repository, "third")

    with pytest.raises(TroubleError, match="no-such-side"), side("third", contract, repository):
        pass


def test_a_commits_manifest_says_where_its_schema_is(repository: Path, contract: Contract) -> None:
    (repository / "contracts" / "contract.yaml").write_text("name: it\nschema: tables.sql\n")
    (repository / "contracts" / "tables.sql").write_text("SELECT 2;\n")
    commit(repository, "third")

    with side("third", contract, repository) as found:
        assert [step.sql for step in found.target.steps] == ["SELECT 2"]


def test_the_data_are_those_of_the_contract_at_hand(repository: Path, contract: Contract) -> None:
    with side("second", contract, repository) as found:
        assert found.contract.manifest is contract.manifest


def test_a_word_is_no_option_of_gits(repository: Path, contract: Contract) -> None:
    made = repository / "made.tar"
    with (
        pytest.raises(TroubleError, match="no-such-side"),
        side(f"--output={made}", contract, repository),
    ):
        pass
    assert not made.exists()


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path, contract: Contract) -> None:
    with pytest.raises(TroubleError, match="no-such-side"), side("HEAD", contract, tmp_path):
        pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A repository of others: their schema is in a folder, and their contracts are none of ours."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "schema.sql").write_text("SELECT 1;\n")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "lease.yaml").write_text("- kind: lease\n")
    commit(tmp_path, "first")
    (tmp_path / "db" / "schema.sql").write_text("SELECT 2;\n")
    return tmp_path


def test_a_schema_is_read_from_where_any_repository_has_it(
    elsewhere: Path, contract: Contract
) -> None:
    path = elsewhere / "db" / "schema.sql"
    with (
        side("first", contract, elsewhere, path) as before,
        side(None, contract, elsewhere, path) as after,
    ):
        told = [[step.sql for step in each.target.steps] for each in (before, after)]
        assert told == [["SELECT 1"], ["SELECT 2"]]
        assert before.contract is contract


def test_a_commit_without_that_file_is_told(elsewhere: Path, contract: Contract) -> None:
    path = elsewhere / "db" / "tables.sql"
    with (
        pytest.raises(TroubleError, match="nothing to measure") as told,
        side("first", contract, elsewhere, path),
    ):
        pass
    assert "--path" in told.value.remedy


def test_a_file_outside_of_the_repository_is_told(
    elsewhere: Path, contract: Contract, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("other") / "schema.sql"
    with (
        pytest.raises(TroubleError, match="nothing to measure"),
        side("first", contract, elsewhere, path),
    ):
        pass


def test_without_a_word_it_is_the_working_trees_schema(
    repository: Path, contract: Contract
) -> None:
    (repository / "schema.sql").write_text("SELECT 3;\n")
    with side(None, contract, repository) as found:
        assert [step.sql for step in found.target.steps] == ["SELECT 3"]

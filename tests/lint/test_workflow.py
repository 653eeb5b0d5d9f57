"""The workflow for pull requests: its steps are run as the scripts that they are.

In a small repository with a schema of one table, its drafted contract, and our tox.ini and tools.
What installs packages is stood in for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lint import stand_ins
from vrss_contract import cli

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "fixtures" / "contracts" / "library"
JOBS: dict[str, dict[str, Any]] = yaml.safe_load(
    (ROOT / ".github" / "workflows" / "contract.yaml").read_text("utf-8")
)["jobs"]
SCHEMA = """\
CREATE TABLE authors (
    id bigint PRIMARY KEY,
    name text NOT NULL
);

CREATE INDEX authors_name ON authors (name);

CREATE FUNCTION trimmed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := trim(NEW.name);
    RETURN NEW;
END $$;

CREATE TRIGGER authors_trimmed BEFORE INSERT ON authors
FOR EACH ROW EXECUTE FUNCTION trimmed();
"""
REFERENCE = "INSERT INTO authors (id, name) VALUES (1, 'Anonymous');\n"
_KNOWN = {"${{ github.base_ref }}": "main"}
"""What stands in the values of a job's ``env``."""


@dataclass(frozen=True)
class Repository:
    """Where steps are run."""

    folder: Path
    programs: Path
    summary: Path

    def run(self, job: str) -> int:
        """The code that the job ends with: each step, after a failure those that always run."""
        failed = 0
        for step in JOBS[job]["steps"]:
            if "run" in step and (not failed or step.get("if") == "always()"):
                failed = self._step(job, step["run"]) or failed
        return failed

    def _step(self, job: str, script: str) -> int:
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            shell, cwd=self.folder, env=self._environment(job), check=False
        ).returncode

    def _environment(self, job: str) -> dict[str, str]:
        own = {name: _filled_in(value) for name, value in JOBS[job].get("env", {}).items()}
        beside = str(Path(sys.executable).parent)
        return (
            dict(os.environ)
            | {
                "PATH": os.pathsep.join((str(self.programs), beside, os.environ["PATH"])),
                "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "VRSS_CONTRACT": "contract",
            }
            | own
        )


def _filled_in(value: str) -> str:
    for expression, meaning in _KNOWN.items():
        value = value.replace(expression, meaning)
    assert "${{" not in value
    return value


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder, programs = tmp_path / "repository", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    stand_ins.put(programs)
    for name in ("tox.ini", "Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "tools").symlink_to(ROOT / "tools")
    (folder / "schema.sql").write_text(SCHEMA, "utf-8")
    (folder / "reference.sql").write_text(REFERENCE, "utf-8")
    made = Repository(folder, programs, tmp_path / "summary.md")
    made.summary.touch()
    return made


@pytest.fixture
def drafted(repository: Repository) -> Repository:
    """The repository with the contract that is drafted from its schema."""
    schema, contract = repository.folder / "schema.sql", repository.folder / "contract"
    assert cli._main(["draft", str(schema), "-o", str(contract)]) == 0
    return repository


@pytest.fixture
def library(repository: Repository) -> Repository:
    """The repository with the library's contract, which has queries; none is too slow here."""
    folder = repository.folder / "contract"
    shutil.copytree(LIBRARY, folder)
    queries = folder / "queries.yaml"
    patient = re.sub(r"(budget_ms: \d+)", r"\g<1>000", queries.read_text("utf-8"))
    queries.write_text(patient, "utf-8")
    committed(repository.folder)
    return repository


def committed(folder: Path) -> None:
    """Make the folder a repository whose base branch is what is there."""
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        (*author, "commit", "-qm", "x"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)


def test_the_gate_holds_and_says_so_in_the_summary(drafted: Repository) -> None:
    assert drafted.run("gate") == 0
    assert "39 clauses held" in drafted.summary.read_text("utf-8")


def test_a_wrong_schema_fails_the_gate_and_is_told_in_the_summary(drafted: Repository) -> None:
    with (drafted.folder / "schema.sql").open("a", encoding="utf-8") as schema:
        schema.write("\nDROP INDEX authors_name;\n")

    assert drafted.run("gate") == 1
    assert "Contract broken: 1 of 39 clauses" in drafted.summary.read_text("utf-8")


def test_no_change_compares_as_none(library: Repository) -> None:
    assert library.run("compare") == 0
    assert "loans-of-member" in library.summary.read_text("utf-8")


def test_the_whole_is_what_the_readme_says(
    repository: Repository, capfd: pytest.CaptureFixture[str]
) -> None:
    assert repository.run("whole") == 0
    assert "tox run-parallel" in capfd.readouterr().out
    assert "make test " in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("job", JOBS)
def test_an_action_is_of_one_version(job: str) -> None:
    used = [step["uses"] for step in JOBS[job]["steps"] if "uses" in step]
    assert [one for one in used if not re.fullmatch(r"actions/[\w-]+@v\d+", one)] == []


@pytest.mark.parametrize("job", JOBS)
def test_no_words_of_a_pull_request_are_put_into_a_script(job: str) -> None:
    assert "${{" not in "".join(step.get("run", "") for step in JOBS[job]["steps"])

"""``vrss-contract compare``: two records, or two sides that would be measured now."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Never

import pytest

from tests import paths
from tests.engine.records import document, measured, record
from tests.engine.runs import Ran
from tests.terminals import GONE, Terminal
from vrss_contract.cli import process
from vrss_contract.performance.comparison.measurement import Watch
from vrss_contract.performance.comparison.record import Record
from vrss_contract.performance.comparison.side import Side

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
pytestmark = pytest.mark.usefixtures("records")
COMMAND = importlib.import_module("vrss_contract.cli.compare")  # not the command in it
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with records, which the run is in; no repository is above it."""
    written = {
        "base": document(measured()),
        "same": document(measured(seed=1)),
        "slow": document(measured(middle=2.0, seed=1)),
        "busy": document(measured(middle=1.2, seed=5, spread=2.0, budget_ms=None)),
        "other": document(measured("another")),
        "foreign": {"benchmarks": [{"stats": {"data": [1.0]}, "extra_info": {}}]},
    }
    for name, whole in written.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(whole))
    (tmp_path / "text.json").write_text("BASE")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


@pytest.mark.parametrize(("head", "code"), [("same", 0), ("slow", 1), ("busy", 2)])
def test_the_exit_code_is_the_worst_that_was_found(run: Run, head: str, code: int) -> None:
    assert run("compare", "base.json", f"{head}.json").code == code


BEGINS = {
    "terminal": "base.json → slow.json; scale data, PostgreSQL 16\n",
    "markdown": "### 1 compared: 1 worse\n",
    "json": "{\n",
    "html": "<!DOCTYPE html>\n",
}


@pytest.mark.parametrize("format_", BEGINS)
def test_a_report_is_written_as_it_was_asked_for(run: Run, format_: str) -> None:
    ran = run("compare", "base.json", "slow.json", "--format", format_)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(BEGINS[format_])


def test_a_report_in_a_file_is_told_in_a_line(run: Run) -> None:
    ran = run("compare", "base.json", "same.json", "--format", "html", "--output", "page.html")
    told = "1 compared: 0 worse, 1 as before; the report is in page.html\n"
    assert ran == Ran(0, "", told)
    assert Path("page.html").read_text("utf-8").startswith("<!DOCTYPE html>")


REFUSED = {
    "compare-missing": ("base.json", "gone.json"),
    "compare-no-json": ("base.json", "text.json"),
    "compare-foreign": ("base.json", "foreign.json"),
    "compare-nothing-shared": ("base.json", "other.json"),
    "compare-mixed": ("base.json", "main"),
    "compare-no-sql-file": ("gone.sql", "main"),
    "compare-dash": ("--", "--output=written", "main"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_compared_is_told(run: Run, told: Told, name: str) -> None:
    ran = run("compare", *REFUSED[name])
    assert ran.code == 3
    told(name, ran)
    assert not Path("written").exists()


def test_records_of_other_data_are_told(run: Run, told: Told, records: Path) -> None:
    text = (records / "same.json").read_text().replace('"scale"', '"small"')
    (records / "small.json").write_text(text)
    ran = run("compare", "base.json", "small.json")
    assert ran.code == 3
    told("compare-unlike", ran)


def test_a_commit_needs_a_repository(run: Run) -> None:
    ran = run("compare", "main", "main")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(
        "error[no-such-side]: there is nothing to measure by the name 'main'\n"
    )
    assert "not a git repository" in ran.err


def test_a_place_for_the_report_is_seen_to_before_any_side(run: Run) -> None:
    ran = run("compare", "main", "main", "--output", "no/such/page.html")
    assert (ran.code, ran.err.partition(":")[0]) == (3, "error[no-output]")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with nothing of ours, then with an old contract, then with today's."""
    place = tmp_path_factory.mktemp("repository")
    contracts = place / "contracts"
    _git(place, "init", "-q", "-b", "main")
    _commit(place, "nothing")
    contracts.mkdir()
    (contracts / "users.yaml").write_text("- kind: none\n")
    schema = "clause.schema.json"
    (contracts / schema).write_bytes((paths.contracts() / schema).read_bytes())
    (place / "schema.sql").write_text("CREATE TABLE users ();\n")
    _commit(place, "old")
    shutil.copytree(paths.contracts(), contracts, dirs_exist_ok=True)
    shutil.copy(paths.schema(), place)
    _commit(place, "today")
    return place


def _git(place: Path, *words: str) -> str:
    command = [*GIT, "-C", str(place), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(place: Path, name: str) -> None:
    _git(place, "add", "-A")
    _git(place, "commit", "-q", "--allow-empty", "-m", name)
    _git(place, "tag", name)


def _id(name: str) -> str:
    return _git(Path(), "rev-parse", name)


@pytest.fixture
def repository(history: Path, records: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository, which the run is in and no longer in ``records``."""
    assert Path.cwd() == records
    monkeypatch.chdir(history)
    return history


@pytest.fixture
def taken(repository: Path, monkeypatch: pytest.MonkeyPatch) -> list[Side]:
    """The sides in ``repository`` that would be measured; both measure the same."""
    assert repository
    found: list[Side] = []

    def take(sides: Sequence[Side], profile: str, *, watch: Watch, **_: Any) -> tuple[Record, ...]:
        watch.tell("measuring 1 of 1")
        found.extend(sides)
        return tuple(record(measured(), label=side.label, profile=profile) for side in sides)

    monkeypatch.setattr(COMMAND, "take", take)
    return found


def test_a_commit_is_measured_as_it_was_committed(
    run: Run, taken: list[Side], tmp_path: Path
) -> None:
    (tmp_path / "mine.sql").write_text("SELECT 1;\n")
    assert run("compare", "today", tmp_path / "mine.sql").code == 0
    before, after = taken
    assert before.target.phases == (1, 2, 3, 4)
    assert before.contract.queries.keys() == after.contract.queries.keys()
    assert [step.sql for step in after.target.steps] == ["SELECT 1"]


def _watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """What standard error is from now on; pytest would undo what a fixture does about it."""
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    return stream


@pytest.mark.usefixtures("taken")
def test_no_progress_is_left_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _watched(monkeypatch)
    assert run("compare", "today", "main").code == 0
    assert "measuring 1 of 1" in terminal.getvalue()
    assert terminal.getvalue().endswith(GONE)


@pytest.mark.usefixtures("repository")
def test_an_interrupt_is_told_where_progress_was(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(*_: Any, watch: Watch, **__: Any) -> Never:
        watch.tell("measuring 1 of 1")
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMAND, "take", take)
    terminal = _watched(monkeypatch)
    monkeypatch.setattr(process, "complain", terminal.write)  # it goes past sys.stderr's buffer
    assert run("compare", "today", "main").code == 130
    _, gone, told = terminal.getvalue().rpartition(GONE)
    assert gone
    assert "interrupted" in told


@pytest.mark.usefixtures("taken")
def test_a_branch_is_told_with_its_commit(run: Run) -> None:
    ran = run("compare", "main", "HEAD~0")
    id_ = _id("main")
    assert ran.out.startswith(f"main ({id_[:10]}) → HEAD~0 ({id_[:10]}); small data")


@pytest.mark.usefixtures("taken")
def test_a_commit_id_is_told_as_it_is(run: Run) -> None:
    id_ = _id("main")[:7]
    assert run("compare", id_, id_).out.startswith(f"{id_} → {id_}; ")


@pytest.mark.usefixtures("taken")
def test_a_commit_is_found_from_a_folder_below(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "contracts")
    assert run("compare", "today", "main").code == 0


@pytest.mark.usefixtures("taken")
def test_no_file_of_a_commit_outlives_the_reading(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    run("compare", "today", "main")
    assert list(place.iterdir()) == []


@pytest.mark.usefixtures("repository")
def test_a_commit_that_this_version_can_not_read_is_told(run: Run, told: Told) -> None:
    ran = run("compare", "old", "today")
    assert ran.code == 3
    told("compare-unreadable-side", Ran(ran.code, ran.out, ran.err.replace(_id("old")[:10], "ID")))


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("word", ["nothing", "no-such-branch", "today:contracts", ""])
def test_a_word_for_nothing_to_measure_is_told(run: Run, word: str) -> None:
    ran = run("compare", word, "today")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error[no-such-side]: ")


@pytest.mark.usefixtures("repository")
def test_without_a_terminal_a_log_is_told_how_long_it_takes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(sides: Sequence[Side], *_: Any, watch: Watch, **__: Any) -> tuple[Record, ...]:
        watch.foresee(42.0)
        watch.tell("measuring 1 of 1")  # too soon for another line
        return tuple(record(measured(), label=side.label) for side in sides)

    monkeypatch.setattr(COMMAND, "take", take)
    ran = run("compare", "today", "main")
    assert (ran.code, ran.err) == (0, "the plans are known; measuring takes about 40 s\n")


def test_a_file_of_any_repository_is_compared_with_what_it_was(
    run: Run, taken: list[Side], repository: Path
) -> None:
    ran = run("compare", "old", "--path", "schema.sql")
    assert (ran.code, len(taken)) == (0, 2)
    before, after = taken
    assert [step.sql for step in before.target.steps] == ["CREATE TABLE users ()"]
    assert after.label == "schema.sql"
    assert len(after.target.steps) > 100
    assert (repository / "schema.sql").is_file()

"""What every test can ask for: golden files, an administrator's session, a place for runs."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.counting import counted
from tests.engine.runs import empty
from vrss_contract.database.scratch import Database
from vrss_contract.postgres import run_directory
from vrss_contract.postgres.run_folder import RunFolder

pytest.register_assert_rewrite("tests.golden")

from tests.golden import Golden  # noqa: E402 - after the line that makes its assertion show a diff

_LONGEST = (
    "contract/test_mutants_of_queries.py",
    "sanity/test_negative.py",
    "contract/test_clauses.py",
    "sanity/test_negative_queries.py",
    "container/test_contract.py",
    "contract/test_drift.py",
    "container/test_container.py",
    "engine/test_cli_signals.py",
    "library/test_verify.py",
    "library/test_migrate_check.py",
    "library/test_jobs.py",
    "contract/test_share_of_changes.py",
    "contract/test_races.py",
    "engine/test_dataset_scale.py",
    "engine/test_hostile_shapes.py",
    "engine/test_hostile_hangs.py",
    "engine/test_draft.py",
    "engine/test_cli_servers.py",
)
"""Files that take longest, the longest first: no worker is left with one of them at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all workers of a run put them alike."""
    tests = Path(__file__).parent
    places = {tests / name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count lines where that is worth its time."""
    with counted(item):
        return (yield)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write golden files that differ anew; their tests fail until run without this",
    )


@pytest.fixture
def administered(
    pytestconfig: pytest.Config, database: Database
) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's session in the loaded canonical schema, undone; for no other target.

    Reading another's catalog as superuser would run what it hides built-in functions by.
    """
    if pytestconfig.getoption("--contract-target"):
        pytest.skip("changes the canonical schema as its administrator, and no other target")
    with database.administer() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(rewrite=request.config.getoption("--rewrite-golden"))


@pytest.fixture(scope="session")
def rooms() -> Iterator[Path]:
    """A folder that goes when this process goes, however that happens."""
    with RunFolder(run_directory.parent(executable=True)) as folder:
        folder.path.chmod(0o711)
        yield folder.path


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, rooms: Path) -> Iterator[Path]:
    """A place for run folders of this test alone, empty again when it is over."""
    path = Path(tempfile.mkdtemp(dir=rooms))
    path.chmod(0o711)
    monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(path))
    monkeypatch.setattr(run_directory, "parents", lambda: frozenset({path}))
    yield path
    assert empty(path)
    path.rmdir()

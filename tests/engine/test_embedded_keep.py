"""A server that outlives its run, because somebody asked for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.engine.owners import vanished, working_in
from vrss_contract.postgres import leftovers, run_directory
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.run_folder import RunFolder

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def parent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for run folders that no other test sweeps, and that our sweeps keep to."""
    with RunFolder(run_directory.parent(executable=False)) as folder:
        folder.path.chmod(0o755)
        monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(folder.path))
        monkeypatch.setattr(run_directory, "parents", lambda: frozenset({folder.path}))
        yield folder.path
        leftovers.sweep_folders(kept=True)


def test_a_kept_server_answers_after_its_run() -> None:
    with EmbeddedServer(major=16) as server:
        assert server.keep() == "vrss-contract clean"
    with psycopg.connect(server.access.admin) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_kept_server_outlives_its_owner_and_its_keeper() -> None:
    script = (
        "from vrss_contract.postgres.embedded import EmbeddedServer as S\n"
        "with S(major=16) as s: s.keep(); print(s._folder.path)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    assert working_in(Path(ran.stdout.strip()))


def test_a_sweep_leaves_a_kept_server_alone() -> None:
    with EmbeddedServer(major=16) as server:
        server.keep()
    assert leftovers.sweep_folders() == 0
    assert working_in(server._folder.path)


def test_cleaning_ends_a_kept_server() -> None:
    with EmbeddedServer(major=16) as server:
        server.keep()
    assert leftovers.sweep_folders(kept=True) == 1
    assert vanished(server._folder.path)

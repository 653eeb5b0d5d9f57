"""What becomes of a server whose owner dies."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.owners import owner, vanished, wait_until, working_in
from vrss_contract.postgres import leftovers, run_directory
from vrss_contract.postgres.run_folder import RunFolder

pytestmark = pytest.mark.once

SEGMENTS = Path("/proc/sysvipc/shm")


@pytest.fixture
def parent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for run folders that no other test sweeps, and that our sweeps keep to."""
    with RunFolder(run_directory.parent(executable=False)) as folder:
        folder.path.chmod(0o755)
        monkeypatch.setattr(run_directory, "parents", lambda: frozenset({folder.path}))
        yield folder.path


@pytest.fixture
def env(parent: Path) -> dict[str, str]:
    return {"VRSS_CONTRACT_RUN_DIR": str(parent)}


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_owner_leaves_no_process_and_no_folder(
    env: dict[str, str], way: signal.Signals
) -> None:
    if signal.getsignal(way) is signal.SIG_IGN:
        pytest.skip(f"this run ignores {way.name}, as under nohup, and so do its children")
    with owner(env=env) as killed:
        assert working_in(killed.folder)
        killed.process.send_signal(way)
        wait_until(lambda: vanished(killed.folder))


def test_an_interrupted_owner_ends_its_server_in_order(env: dict[str, str]) -> None:
    with owner(env=env, stderr=subprocess.PIPE) as interrupted:
        interrupted.process.send_signal(signal.SIGINT)
        interrupted.process.communicate()
        assert vanished(interrupted.folder)


def test_ctrl_c_at_a_terminal_reaches_the_owner_alone(env: dict[str, str]) -> None:
    with owner(env=env) as running:
        sessions = [os.getsid(child.pid) for child in (running.watchdog, running.postmaster)]
        assert os.getsid(running.process.pid) not in sessions


def test_an_owner_that_ends_well_leaves_nothing(env: dict[str, str]) -> None:
    with owner(env=env) as ended:
        out, _ = ended.process.communicate()
        assert (out, ended.process.returncode) == ("ended\n", 0)
        assert vanished(ended.folder)


def test_no_child_holds_the_pipe_that_the_keeper_reads(env: dict[str, str]) -> None:
    with owner(env=env) as running:
        pipe = Path(f"/proc/{running.watchdog.pid}/fd/0")
        if not pipe.exists():
            pytest.skip("this system does not list the open files of a process")
        files = Path(f"/proc/{running.postmaster.pid}/fd").iterdir()
        assert pipe.readlink() not in [file.readlink() for file in files]


def test_the_next_sweep_ends_a_server_whose_keeper_was_killed_too(env: dict[str, str]) -> None:
    with owner(env=env) as killed:
        killed.watchdog.kill()
        killed.process.kill()
        killed.process.wait()
        assert working_in(killed.folder)
        assert leftovers.sweep_folders() == 1
        assert vanished(killed.folder)


@pytest.mark.skipif(not SEGMENTS.exists(), reason="this system does not list shared memory")
def test_the_next_sweep_removes_the_shared_memory_of_a_killed_server(env: dict[str, str]) -> None:
    with owner(env=env) as killed:
        pid_file = (killed.folder / "pg" / "data" / "postmaster.pid").read_text()
        segment = pid_file.splitlines()[6].split()[1]
        postmaster = killed.postmaster
        killed.watchdog.kill()
        killed.process.kill()
        killed.process.wait()
        postmaster.kill()
        wait_until(lambda: not working_in(killed.folder))
        assert segment in SEGMENTS.read_text().split()
        assert leftovers.sweep_folders() == 1
        assert segment not in SEGMENTS.read_text().split()


def test_the_next_start_sweeps(env: dict[str, str]) -> None:
    with owner(env=env) as killed:
        killed.watchdog.kill()
        killed.process.kill()
        killed.process.wait()
        with owner(env=env):
            assert vanished(killed.folder)


def test_a_sweep_spares_the_server_of_a_living_owner(env: dict[str, str]) -> None:
    with owner(env=env) as living:
        assert leftovers.sweep_folders(kept=True) == 0
        assert living.postmaster.is_running()


def test_a_killed_run_takes_nothing_from_another_that_lives(env: dict[str, str]) -> None:
    with owner(env=env) as living, owner(env=env) as killed:
        killed.process.kill()
        wait_until(lambda: vanished(killed.folder))
        assert living.postmaster.is_running()


def test_two_first_starts_at_once_share_one_cluster_in_the_cache(
    env: dict[str, str], tmp_path: Path
) -> None:
    env |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with owner(env=env), owner(env=env):
        assert len(list(tmp_path.rglob("cluster-*.tar"))) == 1

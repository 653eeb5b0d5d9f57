from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.engine.owners import wait_until
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import leftovers, run_directory
from vrss_contract.postgres.run_folder import RunFolder, ours


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that sweeps look into, so that they meet nobody else's folders."""
    monkeypatch.setattr(run_directory, "parents", lambda: frozenset({tmp_path}))
    return tmp_path


def dead(parent: Path, name: str = "vrss-contract-dead") -> Path:
    """What is left of a run that was killed: nobody holds the lock."""
    folder = parent / name
    (folder / "pg").mkdir(parents=True)
    (folder / "pg" / "log").touch()
    (folder / "lock").touch()
    return folder


def test_a_run_folder_is_closed_to_others(parent: Path) -> None:
    with RunFolder(parent) as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_run_folder_goes_with_its_run(parent: Path) -> None:
    with RunFolder(parent) as folder:
        (folder.path / "data").mkdir()
    assert list(parent.iterdir()) == []


def test_a_kept_run_folder_stays(parent: Path) -> None:
    with RunFolder(parent) as folder:
        folder.keep()
    assert list(parent.iterdir()) == [folder.path]


def test_the_keeper_ends_with_the_run(parent: Path) -> None:
    with RunFolder(parent) as folder:
        watchdog = folder.watchdog._process
    assert watchdog.returncode == 0


def test_a_killed_keeper_does_not_disturb_the_end_of_a_run(parent: Path) -> None:
    with RunFolder(parent) as folder:
        folder.watchdog._process.kill()
        folder.watchdog._process.wait()
    assert list(parent.iterdir()) == []


def test_the_keeper_removes_the_folder_when_the_pipe_ends_without_a_word(parent: Path) -> None:
    with RunFolder(parent) as folder:
        assert folder.watchdog._process.stdin
        folder.watchdog._process.stdin.close()
        wait_until(lambda: not folder.path.exists())
        folder.watchdog._process.stdin = None


def test_a_sweep_removes_the_folder_of_a_dead_owner(parent: Path) -> None:
    folder = dead(parent)
    assert leftovers.sweep_folders() == 1
    assert not folder.exists()


def test_a_sweep_removes_a_folder_whose_owner_died_before_it_had_a_lock(parent: Path) -> None:
    (parent / "vrss-contract-early").mkdir()
    assert leftovers.sweep_folders() == 1
    assert list(parent.iterdir()) == []


def test_a_sweep_spares_the_folder_of_a_living_owner(parent: Path) -> None:
    with RunFolder(parent) as folder:
        assert leftovers.sweep_folders(kept=True) == 0
        assert folder.path.exists()


def test_a_sweep_spares_what_was_kept(parent: Path) -> None:
    with RunFolder(parent) as folder:
        folder.keep()
    assert leftovers.sweep_folders() == 0
    assert folder.path.exists()


def test_a_sweep_of_what_was_kept_takes_it(parent: Path) -> None:
    with RunFolder(parent) as folder:
        folder.keep()
    assert leftovers.sweep_folders(kept=True) == 1
    assert not folder.path.exists()


def test_a_sweep_spares_what_is_not_a_run_folder(parent: Path) -> None:
    (parent / "vrss-contract-notes.txt").touch()
    (parent / "others").mkdir()
    (parent / "vrss-contract-link").symlink_to(parent / "others")
    assert leftovers.sweep_folders(kept=True) == 0
    assert len(list(parent.iterdir())) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user")
def test_a_sweep_spares_the_folders_of_other_users(parent: Path) -> None:
    folder = dead(parent)
    os.chown(folder, 12345, 12345)
    assert leftovers.sweep_folders(kept=True) == 0
    assert folder.exists()


def test_a_place_that_is_gone_holds_no_run_folders(parent: Path) -> None:
    assert ours(parent / "nowhere") == []


def test_a_folder_that_cannot_be_made_is_told_with_the_reason(parent: Path) -> None:
    with pytest.raises(TroubleError, match="No such file or directory"):
        RunFolder(parent / "nowhere")

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import run_directory


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a RAM disk that has all the room one could want."""
    disk, mounts = tmp_path / "ram", tmp_path / "mounts"
    disk.mkdir()
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\ntmpfs {disk} tmpfs rw 0 0\n")
    monkeypatch.delenv("VRSS_CONTRACT_RUN_DIR", raising=False)
    monkeypatch.setattr(run_directory, "RAM_DISK", disk)
    monkeypatch.setattr(run_directory, "MOUNTS", mounts)
    monkeypatch.setattr(run_directory, "ROOMY", 1)
    return disk


def test_a_ram_disk_is_the_first_choice(machine: Path) -> None:
    assert run_directory.parent(executable=True) == machine


def test_a_ram_disk_without_room_is_passed_over(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_directory, "ROOMY", run_directory.free(machine) * 2)
    assert run_directory.parent(executable=False) == Path(tempfile.gettempdir())


def test_a_folder_on_a_disk_is_no_ram_disk(machine: Path) -> None:
    run_directory.MOUNTS.write_text(f"/dev/vda {machine} ext4 rw 0 0\n")
    assert run_directory.parent(executable=False) == Path(tempfile.gettempdir())


def test_a_machine_that_lists_no_mounts_has_no_ram_disk(machine: Path) -> None:
    run_directory.MOUNTS.unlink()
    assert machine.is_dir()
    assert run_directory.parent(executable=False) == Path(tempfile.gettempdir())


@pytest.mark.skipif(not hasattr(os, "ST_NOEXEC"), reason="this system does not tell")
def test_a_ram_disk_that_forbids_programs_is_passed_over_for_programs_alone(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs(machine)
    flagged = os.statvfs_result([*real[:8], real.f_flag | os.ST_NOEXEC, real.f_namemax])
    monkeypatch.setattr("os.statvfs", lambda _: flagged)
    assert run_directory.parent(executable=False) == machine
    assert run_directory.parent(executable=True) == Path(tempfile.gettempdir())


def test_the_environment_has_the_last_word(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(tmp_path))
    assert run_directory.parent(executable=True) == tmp_path
    assert run_directory.parents() == {machine, tmp_path, Path(tempfile.gettempdir())}


def test_too_little_room_is_refused_with_the_bytes_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_directory, "free", lambda _: 3 << 20)
    with pytest.raises(TroubleError, match="no-room") as refusal:
        run_directory.require_room(tmp_path)
    assert str(refusal.value) == (
        f"error[no-room]: no room for a server in {tmp_path}\n"
        f"  tried   lay out a database cluster in {tmp_path}\n"
        "  found   3145728 bytes free (3 MiB), 67108864 bytes needed (64 MiB)\n"
        "  do      make room there, or point VRSS_CONTRACT_RUN_DIR at a folder that has it"
    )


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match="bad-run-folder") as refusal:
        run_directory.require_room(tmp_path / "nowhere")
    assert str(refusal.value) == (
        f"error[bad-run-folder]: a server cannot run in {tmp_path}/nowhere\n"
        f"  tried   make a run folder in {tmp_path}/nowhere\n"
        "  found   no such folder\n"
        "  do      point VRSS_CONTRACT_RUN_DIR at a folder with a short path that every user may"
        " enter"
    )


@pytest.mark.parametrize(
    "output", [b"tar: base/1: Cannot write: No space left on device", b"x: Disk quota exceeded\n"]
)
def test_a_program_out_of_room_is_understood(output: bytes) -> None:
    assert run_directory.says_no_room(output)


def test_other_complaints_are_not_about_room() -> None:
    assert not run_directory.says_no_room(b"tar: Permission denied")

"""What dead runs left behind, found and removed.

A leftover is told from a run that lives by its lock. Folders of other users and of living owners
are never touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import cache, run_directory, run_folder
from vrss_contract.postgres.watchdog import KEPT

HOW_TO_END = "vrss-contract clean"
"""The command that ends every server that was kept."""
_DATA = Path("pg", "data")
_SEGMENT_LINE = 6
_END_SECONDS = 6
_IPC_RMID = 0


def sweep_kept() -> int:
    """End and remove what dead runs left, and the servers that were kept on purpose.

    Processes, folders, containers and archives half written; returns how many.
    """
    home = cache.folder()
    return sweep_folders(kept=True) + _sweep_containers() + (cache.sweep(home) if home else 0)


def sweep_folders(*, kept: bool = False) -> int:
    """End and remove the embedded servers of dead runs; ``kept`` takes those kept as well."""
    found = [path for parent in run_directory.parents() for path in run_folder.ours(parent)]
    return sum(_sweep_folder(path, kept=kept) for path in found)


def _sweep_folder(path: Path, *, kept: bool) -> bool:
    with contextlib.suppress(OSError), run_folder.claimed(path) as mine:
        if not mine or ((path / KEPT).exists() and not kept):
            return False
        _end_processes(path / _DATA)
        _remove_segment(path / _DATA / "postmaster.pid")
        run_folder.remove(path)
        return True
    return False  # somebody else removed it at the same time


def _end_processes(data: Path) -> None:
    """End every server process that works in this cluster; process ids alone come round again."""
    if not data.is_dir():
        return
    for way in (signal.SIGQUIT, signal.SIGKILL):
        for process in _working_in(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, way)
        end = time.monotonic() + _END_SECONDS
        while _working_in(data) and time.monotonic() < end:
            time.sleep(0.01)


def _working_in(data: Path) -> list[int]:
    """The ids of the PostgreSQL processes of a cluster: each of them has it as working folder."""
    import psutil  # noqa: PLC0415 - wanted after a crash alone

    found = psutil.process_iter(["cwd", "name"])
    servers = [process for process in found if process.info["cwd"] == str(data)]
    return [process.pid for process in servers if process.info["name"].startswith("postgres")]


def _remove_segment(pid_file: Path) -> None:
    """Remove the shared memory that a killed postmaster leaves, if its key still means the same."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        key, segment = map(int, pid_file.read_text().splitlines()[_SEGMENT_LINE].split())
        libc = ctypes.CDLL(None)
        if libc.shmget(ctypes.c_int(key), ctypes.c_size_t(0), 0) == segment:
            libc.shmctl(segment, _IPC_RMID, None)


def _sweep_containers() -> int:
    """Remove the containers whose run folder is gone; none where no engine answers."""
    with contextlib.suppress(TroubleError):
        from vrss_contract.postgres import container_engine  # noqa: PLC0415 - costs 0.15 s

        with container_engine.reached() as client:
            return container_engine.sweep(client)
    return 0

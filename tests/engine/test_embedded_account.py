"""Who the server runs as, and where that user can go."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.engine.owners import PATHS, owner, vanished, wait_until
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import account, binaries, embedded, run_directory
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.run_folder import RunFolder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends accounts")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own is closed to others."""
    with RunFolder(run_directory.parent(executable=True)) as folder:
        folder.path.chmod(0o755)
        path = folder.path / "test"
        path.mkdir()
        yield path


@pytest.fixture
def small(reachable: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A RAM disk smaller than a cluster, to run on."""
    options = ["-t", "tmpfs", "-o", "size=12m,mode=0755", "vrss-contract-test", str(reachable)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing may be mounted here: {mounted.stderr.strip()}")
    monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(reachable))
    yield reachable
    subprocess.run(["umount", reachable], check=True)


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation below a folder that only root may enter."""
    tmp_path.chmod(0o700)
    found = binaries.copy(binaries.locate(), Account(), tmp_path / "closed").install
    monkeypatch.setattr(embedded, "locate", lambda: found)
    return found


def test_root_lends_the_user_postgres_or_nobody() -> None:
    with EmbeddedServer(major=16) as server:
        user = psutil.Process(server._postmaster.pid).username()
    assert user in {"postgres", "nobody"}


def test_a_machine_without_such_users_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "UNPRIVILEGED", ("vrss_nobody_here",))
    with pytest.raises(TroubleError, match="does not run as root"):
        EmbeddedServer(major=16).__enter__()


def test_the_server_gets_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRSS_SECRET_TOKEN", "s3cret")
    with EmbeddedServer(major=16) as server:
        assert "s3cret" not in psutil.Process(server._postmaster.pid).environ().values()


@pytest.fixture
def nobody() -> dict[str, Any]:
    """How to run Python as the user nobody; the one we run may stand where he can't go."""
    user = pwd.getpwnam("nobody")
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    env = {"PYTHONPATH": os.pathsep.join(PATHS)}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with contextlib.suppress(OSError):
            line = [python, "-c", "import psycopg, vrss_contract"]
            if subprocess.run(line, env=env, cwd="/", check=False, **who).returncode == 0:
                return {"python": python} | who
    pytest.skip("the user nobody can't run this Python")


def test_another_user_runs_a_server_as_himself(reachable: Path, nobody: dict[str, Any]) -> None:
    home = reachable / "home"
    home.mkdir()
    os.chown(home, nobody["user"], nobody["group"])
    env = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    with owner(env=env, **nobody) as nobodys:
        assert nobodys.postmaster.username() == "nobody"
        assert stat.S_IMODE(nobodys.folder.stat().st_mode) == 0o700
        nobodys.process.kill()
        wait_until(lambda: vanished(nobodys.folder))
    assert len(list(home.rglob("cluster-*.tar"))) == 1


def test_a_user_without_a_home_runs_a_server(reachable: Path, nobody: dict[str, Any]) -> None:
    env = {"HOME": "/nonexistent", "XDG_CACHE_HOME": str(reachable / "closed" / "cache")}
    with owner(env=env, **nobody) as nobodys:
        assert nobodys.postmaster.username() == "nobody"


def test_an_installation_the_user_cannot_reach_is_copied(closed: Path) -> None:
    with EmbeddedServer(major=16) as server:
        program = Path(psutil.Process(server._postmaster.pid).exe())
        assert program.is_relative_to(server._folder.path)
        assert not program.is_relative_to(closed)


def test_initdb_works_from_the_copy(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert closed.exists()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    with EmbeddedServer(major=16) as server:
        assert server.access.version == 160011


def test_a_copy_that_may_not_run_is_told(closed: Path, reachable: Path) -> None:
    options = ["-t", "tmpfs", "-o", "noexec,mode=0755", "vrss-contract-test", str(reachable)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing may be mounted here: {mounted.stderr.strip()}")
    try:
        with pytest.raises(TroubleError, match="cannot be run here") as refusal:
            binaries.copy(closed, Account.for_postgres(), reachable / "copy")
    finally:
        subprocess.run(["umount", reachable], check=True)
    assert "nothing may be executed in it" in refusal.value.found


def test_a_place_the_user_cannot_enter_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(tmp_path))
    with pytest.raises(TroubleError, match="bad-run-folder") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert refusal.value.found == "PostgreSQL's user can't enter it"
    assert list(tmp_path.iterdir()) == []


def test_a_full_place_is_refused_before_anything_is_written(small: Path) -> None:
    with pytest.raises(TroubleError, match="no-room") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert refusal.value.tried == f"lay out a database cluster in {small}"
    assert refusal.value.found.startswith(f"{12 << 20} bytes free (12 MiB), ")


def test_a_place_that_fills_up_while_a_cluster_is_unpacked_is_told(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.delenv("VRSS_CONTRACT_RUN_DIR")
        with EmbeddedServer(major=16):
            pass  # the cache now has a cluster to unpack
    monkeypatch.setattr(run_directory, "require_room", lambda *_: None)
    with pytest.raises(TroubleError, match="no room for a server in"):
        EmbeddedServer(major=16).__enter__()
    assert list(small.iterdir()) == []


def test_a_place_that_fills_up_while_initdb_works_is_told(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(run_directory, "require_room", lambda *_: None)
    with pytest.raises(TroubleError, match="no room for a server in"):
        EmbeddedServer(major=16).__enter__()
    assert list(small.iterdir()) == []

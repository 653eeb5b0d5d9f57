"""A server that is stopped in order for a while, and one that runs on a given cluster."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.engine.owners import wait_until, working_in
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import archive, run_directory
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.binaries import Binaries
from vrss_contract.postgres.cluster import initialise
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.run_folder import RunFolder


def test_what_was_written_before_a_rest_is_there_after_it() -> None:
    with EmbeddedServer(major=16) as server:
        with psycopg.connect(server.access.admin, autocommit=True) as admin:
            admin.execute("CREATE TABLE kept AS SELECT 1 AS n")
        with server.at_rest():
            pass
        with psycopg.connect(server.access.admin) as admin:
            assert admin.execute("SELECT n FROM kept").fetchone() == (1,)


def test_nobody_works_in_a_cluster_at_rest() -> None:
    with EmbeddedServer(major=16) as server, server.at_rest() as resting:
        assert not (resting.data / "postmaster.pid").exists()
        assert working_in(resting.data) == []


def test_a_cluster_at_rest_keeps_little_of_the_log_that_was_written() -> None:
    with EmbeddedServer(major=16) as server:
        with psycopg.connect(server.access.admin, autocommit=True) as admin:
            admin.execute("CREATE TABLE much AS SELECT n FROM generate_series(1, 100000) n")
            admin.execute("UPDATE much SET n = 0")
        with server.at_rest() as resting:
            log = sum(path.stat().st_size for path in (resting.data / "pg_wal").glob("0*"))
    assert log < 8 << 20


def test_a_server_that_was_at_rest_ends_with_its_run() -> None:
    with EmbeddedServer(major=16) as server:
        with server.at_rest():
            pass
        path = server._folder.path
        assert working_in(path)
    assert not path.exists()
    assert working_in(path) == []


def test_a_run_that_is_interrupted_at_rest_leaves_nothing() -> None:
    with pytest.raises(KeyboardInterrupt), EmbeddedServer(major=16) as server, server.at_rest():
        raise KeyboardInterrupt
    assert not server._folder.path.exists()


def test_a_server_that_does_not_stop_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vrss_contract.postgres.postmaster._REST_SECONDS", 0)
    with (
        EmbeddedServer(major=16) as server,
        pytest.raises(TroubleError, match="no-rest") as refusal,
        server.at_rest(),
    ):
        pass
    assert str(refusal.value).splitlines()[:3] == [
        "error[no-rest]: embedded PostgreSQL 16.11 does not shut down",
        "  tried   stop embedded PostgreSQL 16.11 in order, so that its files are whole",
        "  found   it still runs after 0 s",
    ]


def test_a_server_runs_on_the_cluster_that_it_is_given() -> None:
    given: list[Path] = []

    def mine(data: Path, binaries: Binaries) -> None:
        initialise(data, binaries)
        given.append(data)

    with (
        EmbeddedServer(major=16, cluster=mine) as server,
        psycopg.connect(server.access.admin) as admin,
    ):
        assert admin.execute("SHOW data_directory").fetchone() == (str(given[0]),)


def test_a_server_that_needs_more_room_than_there_is_is_refused(
    monkeypatch: pytest.MonkeyPatch, room: Path
) -> None:
    monkeypatch.setattr(run_directory, "free", lambda _: 1 << 30)
    with pytest.raises(TroubleError, match="no-room") as refusal:
        EmbeddedServer(major=16, room=3 << 30).__enter__()
    assert refusal.value.found.endswith(f"{3 << 30} bytes needed (3072 MiB)")
    assert list(room.iterdir()) == []


def test_a_file_that_goes_with_the_server_goes_when_its_owner_dies(tmp_path: Path) -> None:
    file = tmp_path / "a name with  spaces"
    file.touch()
    with RunFolder(run_directory.parent(executable=False)) as folder:
        folder.watchdog.watch_file(file)
        assert folder.watchdog._process.stdin
        folder.watchdog._process.stdin.close()
        wait_until(lambda: not folder.path.exists())
    assert not file.exists()


def test_a_file_that_no_longer_goes_with_the_server_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with RunFolder(run_directory.parent(executable=False)) as folder:
        folder.watchdog.watch_file(file)
        folder.watchdog.watch_file(None)
        assert folder.watchdog._process.stdin
        folder.watchdog._process.stdin.close()
        wait_until(lambda: not folder.path.exists())
    assert file.exists()


def test_a_folder_that_grows_while_it_is_removed_goes_all_the_same() -> None:
    with RunFolder(run_directory.parent(executable=False)) as folder:
        (folder.path / "data").mkdir()
        (folder.path / "data" / "file").touch()
        assert folder.watchdog._process.stdin
        folder.watchdog._process.stdin.close()
        wait_until(lambda: not folder.path.exists())


def test_an_archive_is_no_larger_than_was_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "base" / "1").mkdir(parents=True)
    for size in (0, 1, 511, 512, 513, 100_000):
        (data / "base" / "1" / str(size)).write_bytes(b"x" * size)
    with (tmp_path / "archive").open("wb") as packed:
        assert archive.pack(data, packed, Account())
    told = archive.size(data)
    assert (tmp_path / "archive").stat().st_size <= told
    assert told < (3 << 20)


def test_a_damaged_archive_leaves_no_cluster(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"no archive")
    with (tmp_path / "archive").open("rb") as stored:
        assert not archive.unpack(stored, tmp_path / "data", Account())
    assert not (tmp_path / "data").exists()

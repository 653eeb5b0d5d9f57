"""Servers that are not there, not the right ones, full, or die."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import paths
from tests.engine.owners import wait_until
from tests.engine.runs import TIMEOUT, Outside, Ran, empty, ended, inside, postmasters, started
from vrss_contract import postgres
from vrss_contract.postgres import embedded
from vrss_contract.postgres.version import require

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
RIGHT = "s3cret"
ONE = ("--only", "users.table")
JUDGING = """
CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$;
CREATE TRIGGER a_hang BEFORE INSERT ON comments FOR EACH ROW EXECUTE FUNCTION hang();
"""
DYING = {
    "server-died-loading": "CREATE TABLE users ();\nSELECT pg_sleep(3600);\n",
    "server-died-judging": paths.schema().read_text("utf-8") + JUDGING,
}


@pytest.mark.parametrize("name", DYING)
def test_a_server_that_dies_is_told(room: Path, told: Told, tmp_path: Path, name: str) -> None:
    (tmp_path / "target.sql").write_text(DYING[name])
    kinds = ("--kind", "rows", "--kind", "trigger")  # those that need no second server
    run = started("verify", tmp_path / "target.sql", "--timeout", "3600", *kinds)
    wait_until(lambda: any(server.sleeps() for server in inside(room)))

    (pid,) = postmasters(room)
    os.kill(pid, signal.SIGKILL)
    ran = ended(run)

    assert ran.code == 2
    told(name, ran)
    wait_until(lambda: empty(room))


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.delenv("PGPASSWORD", raising=False)


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize("password", ["wr0ng", ""])
def test_a_wrong_password_is_told_and_not_shown(run: Run, outside: Outside, password: str) -> None:
    ran = run("verify", "--server", outside.url("locked", password=password), *ONE)

    assert ran.code == 2
    assert ran.err.startswith("error[wrong-password]: the server does not take this user with")
    assert "wr0ng" not in ran.err


@pytest.mark.usefixtures("locked")
def test_a_right_password_is_not_shown_either(run: Run, outside: Outside) -> None:
    words = ("--server", outside.url("locked", password=RIGHT), *ONE, "--format", "json")

    ran = run("verify", *words, "--keep")

    assert ran.code == 0
    assert RIGHT not in ran.out + ran.err
    assert "psql " in ran.err
    outside.clear()


def test_a_role_that_may_not_create_databases_is_told(
    run: Run, told: Told, outside: Outside
) -> None:
    ran = run("verify", "--server", outside.url("reader"), *ONE)

    assert ran.code == 2
    told("no-createdb", Ran(ran.code, ran.out, ran.err.replace(str(outside.home), "")))


def test_a_role_that_may_not_create_roles_is_told(run: Run, told: Told, outside: Outside) -> None:
    ran = run("verify", "--server", outside.url("maker"), *ONE)

    assert ran.code == 2
    told("no-createrole", Ran(ran.code, ran.out, ran.err.replace(str(outside.home), "")))


def test_another_major_version_is_told(run: Run, told: Told) -> None:
    ran = run("verify", "--postgres", "17", *ONE)

    assert ran.code == 2
    told("other-major", ran)


def test_another_major_version_outside_is_told(run: Run, outside: Outside) -> None:
    ran = run("verify", "--postgres", "17", "--server", outside.url(), *ONE)

    assert ran.code == 2
    assert ran.err.startswith("error[other-major]: PostgreSQL 17 was asked for, and this is 16.")


def test_a_server_too_old_is_told(run: Run, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def aged(_: int, *, major: int, where: str) -> None:
        require(120022, major=major, where=where)

    monkeypatch.setattr(embedded, "require", aged)

    ran = run("verify", "--postgres", "12", *ONE)

    assert ran.code == 2
    told("old-server", ran)


def test_a_server_that_nobody_runs_is_told(run: Run, tmp_path: Path) -> None:
    ran = run("verify", "--server", f"postgresql:///postgres?host={tmp_path}", *ONE)

    assert ran.code == 2
    assert ran.err.startswith("error[connection-refused]: nobody listens at the server's address")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_machine_without_a_container_engine_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")

    ran = run("verify", "--server", "container", *ONE)

    gc.collect()  # the driver leaves its socket to the collector
    assert ran.code == 2
    assert ran.err.startswith("error[no-engine]: no container engine answers\n")
    assert "do without: --server embedded" in ran.err


@pytest.fixture
def without_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an installation without the extra for containers."""
    monkeypatch.delitem(sys.modules, "vrss_contract.postgres.container_engine", raising=False)
    monkeypatch.delattr(postgres, "container_engine", raising=False)
    monkeypatch.setitem(sys.modules, "docker", None)


@pytest.mark.usefixtures("without_driver")
def test_an_installation_without_the_extra_for_containers_is_told(run: Run, told: Told) -> None:
    ran = run("verify", "--server", "container", *ONE)

    assert ran.code == 2
    told("no-container-driver", ran)


@pytest.mark.usefixtures("without_driver")
def test_leftovers_are_removed_without_the_extra_for_containers(run: Run) -> None:
    assert run("clean").code == 0


@pytest.mark.container
def test_an_image_that_is_not_to_be_had_is_told(run: Run) -> None:
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        pytest.skip("no container engine answers")

    ran = run("verify", "--server", "container:localhost:1/none:0", *ONE)

    assert ran.code == 2
    assert ran.err.startswith("error[no-image]: the image localhost:1/none:0 is not to be had\n")


@pytest.fixture
def small(request: pytest.FixtureRequest, room: Path) -> Iterator[Path]:
    """A place for run folders with as many MiB as the test asks for."""
    size = f"size={request.param}m,mode=0711"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(room)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield room
    finally:  # fails where a process still works there
        subprocess.run(["umount", room], check=True)


@pytest.mark.parametrize("small", [10], indirect=True)
def test_a_place_without_room_is_told(run: Run, told: Told, small: Path) -> None:
    ran = run("verify", *ONE)

    assert ran.code == 2
    told("no-room", Ran(ran.code, ran.out, ran.err.replace(str(small), "SMALL")))


FILLS = "CREATE TABLE a AS SELECT repeat('x', 1000) FROM generate_series(1, 1000000);\n"


@pytest.mark.parametrize("small", [80], indirect=True)
def test_a_disk_that_fills_up_during_the_load_is_told(
    run: Run, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "target.sql").write_text("CREATE TABLE users ();\n" + FILLS)

    ran = run("verify", tmp_path / "target.sql", *TIMEOUT)

    assert list(small.iterdir()) == []
    assert ran.code == 2
    assert ran.err.startswith("error[disk-full]: the server has no room left\n")


@pytest.mark.parametrize("small", [80], indirect=True)
def test_a_disk_that_fills_up_during_the_judging_breaks_no_clause(
    run: Run, small: Path, tmp_path: Path
) -> None:
    fill = FILLS.replace("CREATE TABLE a AS", "CREATE TEMP TABLE a ON COMMIT DROP AS")
    trigger = JUDGING.replace("PERFORM pg_sleep(3600);", fill)
    (tmp_path / "target.sql").write_text(paths.schema().read_text("utf-8") + trigger)

    ran = run("verify", tmp_path / "target.sql", "--only", "comments.content.not-blank")

    assert list(small.iterdir()) == []
    assert ran.code == 2
    assert "0 broken, 1 undecided" in ran.out


def test_a_server_that_lets_nobody_else_in_is_told(run: Run, told: Told, outside: Outside) -> None:
    outside.do("ALTER ROLE creator CONNECTION LIMIT 1")
    try:
        ran = run("verify", "--server", outside.url("creator"), *ONE)
    finally:
        outside.do("ALTER ROLE creator CONNECTION LIMIT -1")

    assert ran.code == 2
    told("no-session", ran)
    assert outside.left() == []

"""pg_dump and pg_restore as programs: what they are told, and which are taken."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access, CopyOutcome, binaries, find_programs
from vrss_contract.postgres.container_programs import ContainerPrograms
from vrss_contract.postgres.dump_programs import LocalPrograms, complaints

pytestmark = pytest.mark.once
_SOURCE = "host=db.example.org user=maker password=s3cret dbname=app"
_GOAL = "host=db.example.org user=maker password=s3cret dbname=restored"
_FAILS = """\
pg_restore: while PROCESSING TOC:
pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "idle"
Command was: SET transaction_timeout = 0;

pg_restore: error: COPY failed for table "marks": ERROR:  no such thing
pg_restore: warning: errors ignored on restore: 2
"""


def _access(major: int) -> Access:
    return Access("", "a server", major * 10_000, throwaway=False)


def _programs(folder: Path, script: str = "cat >/dev/null", major: int = 16) -> Path:
    """A pg_dump and a pg_restore that do as the script says."""
    folder.mkdir(parents=True)
    for name in ("pg_dump", "pg_restore"):
        told = f'[ "$1" = --version ] && echo "{name} (PostgreSQL) {major}.4 (of somebody)" && exit'
        (folder / name).write_text(f"#!/bin/sh\n{told}\n{script}\n", "utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_a_password_is_told_by_the_environment_and_not_on_the_command_line(tmp_path: Path) -> None:
    script = f'echo "$0 $*" >> {tmp_path}/told; echo "$PGPASSWORD" >> {tmp_path}/secret'
    folder = _programs(tmp_path / "bin", script)

    assert LocalPrograms(folder).copy(_SOURCE, _GOAL, "--data-only") == CopyOutcome()

    told = (tmp_path / "told").read_text("utf-8")
    assert "s3cret" not in told
    assert "dbname=app" in told
    assert "--data-only" in told.splitlines()[0]
    assert (tmp_path / "secret").read_text("utf-8") == "s3cret\n" * 2


def test_a_dump_that_fails_is_not_restored(tmp_path: Path) -> None:
    folder = _programs(tmp_path / "bin", "echo broken >&2; exit 1")

    assert LocalPrograms(folder).copy(_SOURCE, _GOAL) == CopyOutcome(dump="broken")


def test_a_setting_that_an_older_server_lacks_is_no_complaint() -> None:
    said = complaints(_FAILS)

    assert "transaction_timeout" not in said
    assert said.endswith('COPY failed for table "marks": ERROR:  no such thing')


def test_the_programs_that_come_with_a_server_are_taken() -> None:
    own = LocalPrograms(Path("/nowhere"))

    assert find_programs.programs(Access("", "", 160_000, throwaway=True, programs=own)) is own


@pytest.fixture
def unpackaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(binaries.INSTALL, str(tmp_path / "none"))
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")


@pytest.mark.parametrize("found", [17, 18])
@pytest.mark.usefixtures("unpackaged")
def test_programs_of_the_servers_version_or_a_newer_one_are_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: int
) -> None:
    folder = _programs(tmp_path / "bin", major=found)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")

    assert find_programs.programs(_access(17)) == LocalPrograms(folder)


@pytest.mark.usefixtures("unpackaged")
def test_older_programs_are_refused_with_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _programs(tmp_path / "bin", major=15)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")

    with pytest.raises(TroubleError, match="no-dump-programs") as refusal:
        find_programs.programs(_access(17))
    assert f"found   15 in {folder}" in str(refusal.value)


@pytest.mark.usefixtures("unpackaged")
def test_where_there_are_none_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(TroubleError, match="no-dump-programs"):
        find_programs.programs(_access(17))


@dataclass
class _Ended:
    exit_code: int
    output: tuple[bytes | None, bytes | None]


@dataclass
class _Container:
    """Notes what is run in it; the program of this name fails."""

    fails: str = ""
    id: str = "c0ffee"
    ran: list[Sequence[str]] = field(default_factory=list)
    environments: list[Any] = field(default_factory=list)

    def exec_run(
        self, command: Sequence[str], environment: Any = None, *, demux: bool = False
    ) -> _Ended:
        assert demux or command[0] == "rm"
        self.ran.append(command)
        self.environments.append(environment)
        failed = command[0] == self.fails
        return _Ended(int(failed), (None, b"broken" if failed else None))


def test_in_a_container_its_own_programs_copy_from_within() -> None:
    container = _Container()

    assert ContainerPrograms(container).copy(_SOURCE, _GOAL, "--schema-only") == CopyOutcome()

    assert [command[0] for command in container.ran] == ["pg_dump", "pg_restore", "rm"]
    words = " ".join(word for command in container.ran for word in command)
    assert "host=127.0.0.1" in words
    assert "port=" not in words
    assert "s3cret" not in words
    assert container.environments[0]["PGPASSWORD"] == "s3cret"


@pytest.mark.parametrize(
    ("fails", "expected"),
    [("pg_dump", CopyOutcome(dump="broken")), ("pg_restore", CopyOutcome(restore="broken"))],
)
def test_what_fails_in_a_container_is_told_and_its_archive_removed(
    fails: str, expected: CopyOutcome
) -> None:
    container = _Container(fails)

    assert ContainerPrograms(container).copy(_SOURCE, _GOAL) == expected
    assert container.ran[-1][0] == "rm"


def test_another_process_finds_the_container_by_its_id() -> None:
    programs = pickle.loads(pickle.dumps(ContainerPrograms(_Container())))  # noqa: S301 - our own

    assert programs.container.id == "c0ffee"


def test_an_installation_of_a_server_alone_leaves_the_packages_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "postgres").touch()
    monkeypatch.setenv(binaries.INSTALL, str(tmp_path))
    monkeypatch.setenv("PATH", "/bin")

    assert find_programs.programs(_access(16))

"""Targets that are no SQL file, or hold what no server can read."""

from __future__ import annotations

import codecs
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import Ran, outcomes

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
CONTENTS = {
    "not-utf8": "-- ein Verzeichnis\nCREATE TABLE größe ();\n".encode("latin-1"),
    "utf-16": codecs.BOM_UTF16_LE + "CREATE TABLE a ();".encode("utf-16-le"),
    "nul-byte": b"CREATE TABLE a ();\n\nCREATE TABLE b ();\0",
    "empty-file": b"",
    "comments-only": b"\xef\xbb\xbf-- later\n/* /* much */ later */\n ; ;\n",
    "psql-include": b"CREATE TABLE a ();\n\\i more.sql\n",
    "psql-shell": b"\\! touch /tmp/vrss-contract-was-here\n",
    "psql-connect": b"-- x\n\nCREATE TABLE a ();\n\\connect postgres\n",
    "copy-to-stdout": b"CREATE TABLE a (b text);\ncopy a\nto STDOUT;\n",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_no_server_can_read_is_refused(
    run: Run, told: Told, tmp_path: Path, name: str
) -> None:
    (tmp_path / "target.sql").write_bytes(CONTENTS[name])

    ran = run("verify", tmp_path / "target.sql")

    assert ran.code == 3
    told(name, ran)


def test_a_missing_file_is_told(run: Run, told: Told, tmp_path: Path) -> None:
    ran = run("verify", tmp_path / "shcema.sql")

    assert ran.code == 3
    told("no-such-file", ran)


def test_a_folder_is_told(run: Run, told: Told, tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()

    ran = run("verify", tmp_path / "migrations")

    assert ran.code == 3
    told("folder", ran)


def test_a_pipe_is_not_waited_for(run: Run, told: Told, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    ran = run("verify", tmp_path / "pipe")

    assert ran.code == 3
    told("pipe", ran)


def test_a_file_that_may_not_be_read_is_told(
    run: Run, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read every file, so the refusal is made up."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    (tmp_path / "target.sql").touch()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        ran = run("verify", tmp_path / "target.sql")

    assert ran.code == 3
    told("not-readable", ran)


def test_a_name_that_is_too_long_is_told(run: Run, tmp_path: Path) -> None:
    ran = run("verify", tmp_path / ("x" * 300))

    assert ran.code == 3
    assert "error[not-readable]" in ran.err or "error[no-such-file]" in ran.err


def test_a_name_that_is_no_text_is_shown_as_escapes(run: Run, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.sql")

    ran = run("verify", path)

    assert ran.code == 3
    assert "\\udcff\\x1b[31m.sql" in ran.err


def test_a_dump_with_its_guard_is_read(verify: Run) -> None:
    guarded = (
        "\\restrict Ab1\nSET statement_timeout = 0;\nCREATE TABLE users ();\n\\unrestrict Ab1\n"
    )

    ran = verify(guarded, "--only", "users.table", "--format", "json")

    assert outcomes(ran.out)["users.table"] == "holds"


def test_nothing_of_a_psql_command_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "target.sql").write_text(f"\\! touch {tmp_path}/done\n")

    run("verify", tmp_path / "target.sql")

    assert not (tmp_path / "done").exists()

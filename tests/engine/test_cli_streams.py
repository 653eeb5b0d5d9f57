"""Standard output and standard error as people's pipes and terminals have them."""

from __future__ import annotations

import fcntl
import io
import os
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import paths
from tests.engine.owners import wait_until
from tests.engine.runs import Ran, ended, started
from vrss_contract.report.output import say

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
PIPE = 65_536
"""Bytes that a pipe holds."""
ODD = "\x1b[31mr\u00f6t\u202e"


@pytest.fixture
def nobody() -> int:
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(
    "words",
    [["list"], ["explain", "users.email.*"], ["--help"], ["verify", "--only", "users.table"]],
    ids=lambda words: words[0],
)
def test_a_reader_that_has_read_enough_is_no_error(
    room: Path, nobody: int, words: list[str]
) -> None:
    process = started(*words, stdout=nobody)
    os.close(nobody)

    ran = ended(process)

    assert (ran.code, ran.err) == (0, "")
    assert list(room.iterdir()) == []


def test_the_verdict_outlives_its_reader(room: Path, nobody: int, tmp_path: Path) -> None:
    (tmp_path / "target.sql").write_text("SELECT 1;\n")
    process = started("verify", tmp_path / "target.sql", "--only", "users.table", stdout=nobody)
    os.close(nobody)

    ran = ended(process)

    assert (ran.code, ran.err) == (1, "")
    assert list(room.iterdir()) == []


def test_a_closed_standard_output_is_no_error() -> None:
    script = 'exec "$0" -W error -m vrss_contract list >&-'
    ran = subprocess.run(
        ["sh", "-c", script, sys.executable],
        capture_output=True,
        check=False,
        cwd="/",
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_is_full_is_told() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = ended(started("list", stdout=full.fileno()))

    assert ran.code == 3
    assert ran.err.startswith("error[no-output]: the report can't be written to <stdout>\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_lacks_becomes_an_escape(
    room: Path, tmp_path: Path, encoding: str
) -> None:
    target = tmp_path / "r\u00f6t\u20ac.sql"
    target.write_text("CREATE TABLE users ();\n")
    env = {"PYTHONIOENCODING": encoding}

    process = subprocess.run(
        [sys.executable, "-m", "vrss_contract", "verify", target, "--only", "users.table"],
        capture_output=True,
        check=False,
        cwd="/",
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
    )

    shown = target.name.encode(encoding, "backslashreplace")
    assert (process.returncode, process.stderr) == (0, b"")
    assert shown in process.stdout
    assert list(room.iterdir()) == []


def test_a_pipe_that_does_not_wait_gets_all_of_it() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = started("export", "--contract", paths.contracts(), stdout=writing)
    os.close(writing)
    wait_until(lambda: process.poll() is not None or _held(reading) == PIPE)

    with os.fdopen(reading, "rb") as stream:
        written = stream.read()

    assert (ended(process).code, len(written) > PIPE, written[-2:]) == (0, True, b"}\n")


def _held(pipe: int) -> int:
    """The bytes in the pipe."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_the_tally_outlives_a_report_that_is_lost(verify: Run) -> None:
    ran = verify("SELECT 1;\n", "--only", "users.table", "--output", "/dev/full")

    assert ran.code == 3
    found, _, told = ran.err.partition("\n")  # what broke is told as it is found
    assert found.startswith("BROKEN users.table: ")
    assert told.startswith("0 held, 1 broken, 0 undecided\nerror[no-output]: ")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder without files")
def test_a_report_that_can_not_be_written_is_told_before_anything_is_judged(run: Run) -> None:
    ran = run("verify", "--server", "nowhere", "--output", "/proc/x")

    assert (ran.code, ran.err.splitlines()[0]) == (
        3,
        "error[no-output]: the report can't be written to /proc/x",
    )


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def painted(monkeypatch: pytest.MonkeyPatch, **environ: str) -> str:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    say("BROKEN  users.table\n", screen)
    return screen.getvalue()


def test_a_terminal_is_given_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in painted(monkeypatch, TERM="xterm")


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colours_gets_none(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    assert painted(monkeypatch, **environ) == "BROKEN  users.table\n"


def test_a_name_can_not_talk_to_the_terminal(verify: Run) -> None:
    ran = verify(f'CREATE TABLE users ("{ODD}" int);\n', "--only", "users.columns")

    assert ran.code == 1
    assert "\\x1b[31m" in ran.out
    assert not any(odd in ran.out for odd in ("\x1b", "\u202e"))

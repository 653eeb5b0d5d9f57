"""An exception that nobody foresaw: exit code 2 and one line, the traceback only if asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

from tests.engine.runs import Ran
from vrss_contract.cli import reading, unforeseen
from vrss_contract.cli.invocation import Invocation

Run = Callable[..., Ran]
INTERRUPTED = "\ninterrupted; nothing was left behind\n"
SECRETS = {
    "postgresql://me:s3cret@host/db": "postgresql://me:***@host/db",
    "postgresql://me:s3/c@ret@host/db": "postgresql://me:***@host/db",
    "host=here password=s3cret user=me": "host=here password=*** user=me",
    "host=here password='s3 cret' user=me": "host=here password=*** user=me",
    "{'password': 's3cret', 'user': 'me'}": "{'password': ***, 'user': 'me'}",
    "ALTER ROLE me PASSWORD 'SCRAM-SHA-256$4096'": "ALTER ROLE me PASSWORD ***",
    "password authentication failed": "password authentication failed",
}


@pytest.fixture
def surprised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command ``list`` meets what nobody foresaw."""
    monkeypatch.delenv("VRSS_CONTRACT_DEBUG", raising=False)

    def surprise(*_: object, **__: object) -> NoReturn:
        raise KeyError("planted\nhere")

    monkeypatch.setattr(reading, "select", surprise)


@pytest.mark.usefixtures("surprised")
def test_a_surprise_is_one_line_and_no_verdict(run: Run) -> None:
    ran = run("list")

    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(
        r"error[unforeseen]: vrss-contract list ended in KeyError: 'planted\nhere' ("
    )
    assert "run again with --debug for the traceback, and please report it" in ran.err


@pytest.mark.usefixtures("surprised")
@pytest.mark.parametrize("words", [("--debug", "list"), ("list", "--debug")])
def test_debug_shows_the_traceback(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)

    assert ran.code == 2
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert ran.err.splitlines()[-1].startswith("error[unforeseen]: ")


@pytest.mark.usefixtures("surprised")
@pytest.mark.parametrize(("value", "shown"), [("1", True), ("0", False), ("", False)])
def test_a_variable_stands_for_debug(
    run: Run, monkeypatch: pytest.MonkeyPatch, value: str, *, shown: bool
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_DEBUG", value)

    assert ("Traceback" in run("list").err) is shown


@pytest.mark.parametrize("text", SECRETS)
def test_a_password_is_not_told(text: str) -> None:
    line = unforeseen.told(ValueError(text), Invocation(debug=False), [])

    assert f"ValueError: {SECRETS[text]};" in line


@pytest.mark.parametrize("word", ["postgresql://me:s3%20cret@host/db", "host=h password='s3 cret'"])
def test_a_password_of_the_command_line_is_told_nowhere(word: str) -> None:
    error = ValueError("the server does not like s3 cret")

    assert "s3" not in unforeseen.told(error, Invocation(debug=True), ["doctor", word])


def test_the_password_of_the_environment_is_told_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")

    assert "hunter2" not in unforeseen.told(ValueError("hunter2?"), Invocation(), [])


def test_a_long_message_is_cut() -> None:
    assert len(unforeseen.told(ValueError("x" * 10_000), Invocation(debug=False), [])) < 600


def program(text: str, *, closing: str = "") -> subprocess.CompletedProcess[str]:
    """What comes of the program, with a stream closed by the shell."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -W error -c "$1" {closing}', sys.executable, text],
        capture_output=True,
        check=False,
        text=True,
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


PLANTED = """
from vrss_contract.cli import commands, main
def load(_): raise {}
commands.LazyCommand.load = load
main(["list"])
"""


@pytest.mark.once
def test_an_interrupt_while_a_command_is_imported_is_told() -> None:
    ran = program(PLANTED.format("KeyboardInterrupt"))

    assert (ran.returncode, ran.stderr) == (130, INTERRUPTED)


@pytest.mark.once
def test_an_interrupt_before_the_commands_are_known_is_told() -> None:
    ran = program("""
import sys
from vrss_contract.cli import main
class Finder:
    def find_spec(self, name, *_):
        if name == "click": raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
main(["--version"])
""")

    assert (ran.returncode, ran.stderr) == (130, INTERRUPTED)


IMPORTING = """
import os, signal, sys
from vrss_contract.cli import commands, main
def load(_):
    try:
        os.kill(os.getpid(), signal.{})
    except KeyboardInterrupt:
        raise RuntimeError("what some libraries make of it")
commands.LazyCommand.load = load
main(["list"])
"""


@pytest.mark.once
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_in_an_import_ends_the_program_at_once(name: str) -> None:
    ran = program(IMPORTING.format(name))

    assert (ran.returncode, ran.stderr) == (130, INTERRUPTED)


WORKING = """
import os, signal
from vrss_contract.cli import main, reading
def select(*_, **__):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        {}
reading.select = select
main(["list"])
"""


@pytest.mark.once
def test_an_interrupt_that_became_another_error_is_one() -> None:
    ran = program(WORKING.format("raise RuntimeError"))

    assert (ran.returncode, ran.stderr) == (130, INTERRUPTED)


@pytest.mark.once
def test_a_second_interrupt_is_told_as_what_leaves_something_behind() -> None:
    ran = program(WORKING.format("os.kill(os.getpid(), signal.SIGINT)"))

    assert ran.returncode == 130
    assert ran.stderr.startswith("\ninterrupted again, before all was tidied up; ")


@pytest.mark.once
@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", "in"),
        ("type('A', (), {'__del__': lambda self: 1 / 0})()", "while"),
    ],
)
def test_what_nobody_can_catch_is_told_in_a_line(line: str, where: str) -> None:
    ran = program(
        "from vrss_contract.cli import main, reading\n"
        f"def select(*_, **__):\n    {line}\n    raise SystemExit(1)\n"
        "reading.select = select\nmain(['list'])\n"
    )

    aside, end = ran.stderr.splitlines()
    assert ran.returncode == 2
    assert aside.startswith(f"error[unforeseen]: vrss-contract {where}")
    assert "ended in SystemExit: 1" in end


@pytest.mark.once
@pytest.mark.parametrize("closing", ["2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("error", "code"), [("KeyboardInterrupt", 130), ("KeyError('x')", 2)])
def test_closed_streams_change_no_exit_code(error: str, code: int, closing: str) -> None:
    ran = program(PLANTED.format(error), closing=closing)

    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", "")


@pytest.mark.once
def test_a_broken_pipe_inside_of_a_command_is_no_success() -> None:
    ran = program("""
from vrss_contract.cli import main, reading
def select(*_, **__): raise BrokenPipeError(32, "Broken pipe")
reading.select = select
main(["list"])
""")

    assert ran.returncode == 2
    assert "BrokenPipeError: [Errno 32] Broken pipe" in ran.stderr

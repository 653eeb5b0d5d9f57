"""The table of commands, and what is imported before one is chosen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests import paths
from tests.engine.runs import Ran
from vrss_contract.cli.commands import COMMANDS, LazyCommand
from vrss_contract.cli.invocation import DEBUG

Run = Callable[..., Ran]
HEAVY = frozenset(
    {
        *("asyncio", "concurrent.futures", "docker", "faker", "hypothesis", "jinja2"),
        *("jsonschema", "jsonschema_rs", "psutil", "psycopg", "rich", "sqlglot"),
        *("testcontainers", "yaml"),
    }
)
"""What takes long to import, and no help or version needs."""
OURS = frozenset(
    f"vrss_contract.{room}"
    for room in ("checks", "concurrency", "data", "database", "performance", "postgres", "report")
)


def imported(program: str) -> frozenset[str]:
    """The modules that Python has imported when the program ends."""
    ending = "import atexit, sys; atexit.register(lambda: print(*sys.modules, sep='\\n'))\n"
    command = [sys.executable, "-c", ending + program]
    ran = subprocess.run(command, capture_output=True, check=True, text=True)
    return frozenset(ran.stdout.splitlines())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_table_says_what_the_command_says(command: LazyCommand) -> None:
    own = command.load()

    assert isinstance(own, click.Command)
    assert (own.name, own.get_short_help_str(500)) == (command.name, command.help)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_knows_debug_once(command: LazyCommand) -> None:
    command.load()

    assert command.load().params.count(DEBUG) == 1


def test_the_table_is_in_order() -> None:
    names = [str(command.name) for command in COMMANDS]

    assert names == sorted({*names})


@pytest.mark.once
@pytest.mark.parametrize(
    "program",
    [
        "import vrss_contract.cli",
        "from vrss_contract.cli import main; main(['--version'])",
        "from vrss_contract.cli import main; main(['--help'])",
    ],
)
def test_what_needs_no_command_imports_none(program: str) -> None:
    assert imported(program) & (HEAVY | OURS) == frozenset()


@pytest.mark.once
def test_a_version_imports_little_but_click() -> None:
    clicks = imported("import click")

    modules = imported("from vrss_contract.cli import main; main(['--version'])")

    assert len(modules - clicks) < 20


@pytest.mark.once
def test_a_contract_that_was_read_before_imports_no_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = paths.fixtures() / "contracts" / "library"
    program = f"from vrss_contract.cli import main; main(['list', '--contract', {str(folder)!r}])"
    readers = {"yaml", "jsonschema_rs", "vrss_contract.contract.read"}

    first, second = imported(program), imported(program)

    assert first & readers == readers
    assert second & readers == frozenset()


@pytest.mark.once
def test_quick_kinds_import_what_they_need() -> None:
    words = ["verify", *(f"--kind={kind}" for kind in ("table", "rows", "cascade", "phase"))]

    modules = imported(f"from vrss_contract.cli import main; main({words})")

    rooms = {f"vrss_contract.{room}" for room in ("concurrency", "data", "doctor", "performance")}
    others = {"docker", "faker", "hypothesis", "jinja2", "jsonschema", "rich", "testcontainers"}
    assert modules & (rooms | others) == frozenset()


@pytest.mark.once
def test_shells_complete_commands(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("_VRSS_CONTRACT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "vrss-contract ex")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert run().out.split() == ["plain,explain", "plain,export"]

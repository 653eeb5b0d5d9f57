"""``vrss-contract ablate``: words that it does not take, and how it ends when it is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import Ran, empty, inside, started, stopped

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
HANGS = "CREATE TABLE users ();\nSELECT pg_sleep(3600);\n"
COMMANDS = {"ablate": ["{}"], "compare": ["{}", "{}"]}


def test_a_place_for_the_report_is_seen_to_before_any_world(run: Run) -> None:
    ran = run("ablate", "--output", "no/such/report.md")
    assert (ran.code, ran.err.partition(":")[0]) == (3, "error[no-output]")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ablate", "--profile", "huge"], "huge"),
        (["ablate", "--samples", "1"], "x>=10"),
        (["ablate", "--format", "html"], "html"),
        (["compare"], "BASE"),
        (["compare", "a", "b", "--profile", "huge"], "huge"),
        (["compare", "a", "b", "--samples", "1"], "x>=30"),
        (["compare", "a", "b", "--format", "junit"], "junit"),
    ],
)
def test_wrong_use_names_the_word(run: Run, words: list[str], named: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (3, "")
    assert named in ran.err


def test_a_target_that_is_not_there_is_told(run: Run) -> None:
    ran = run("ablate", "gone.sql")
    assert (ran.code, ran.err.partition(":")[0]) == (3, "error[no-such-file]")


@pytest.mark.once
@pytest.mark.parametrize("command", COMMANDS)
def test_an_interrupted_run_leaves_nothing(room: Path, tmp_path: Path, command: str) -> None:
    path = tmp_path / "hangs.sql"
    path.write_text(HANGS)
    run = started(command, *(word.format(path) for word in COMMANDS[command]))

    ran = stopped(run, signal.SIGINT, when=lambda: any(server.sleeps() for server in inside(room)))

    told = (ran.code, ran.out, ran.err.strip())
    assert told == (130, "", "interrupted; nothing was left behind")
    assert empty(room)

"""``vrss-contract mutate`` on a small contract: the same report whatever befalls it."""

from __future__ import annotations

import json
import re
import shlex
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import LIBRARY
from tests.engine import tiny
from tests.engine.owners import wait_until
from tests.engine.runs import Ran, empty, ended, started, stopped

pytestmark = pytest.mark.once

WORDS = ("mutate", "--contract", LIBRARY, "--format", "json", "--jobs", "1")
KILLED = "trigger-disabled:marks.mark"
CHOSEN = ("--only", "check-*", "--only", "not-null-*", "--sample", "16")
TIMES = {"seconds", "milliseconds", "milliseconds_undone"}


def _timeless(value: Any) -> Any:
    """The report without what differs from run to run."""
    if isinstance(value, Mapping):
        return {key: _timeless(one) for key, one in value.items() if key not in TIMES}
    return [_timeless(one) for one in value] if isinstance(value, list) else value


def test_a_run_that_was_killed_ends_with_the_report_of_one_that_was_not_by_two_processes(
    room: Path, tmp_path: Path
) -> None:
    homes = [tmp_path / "whole", tmp_path / "killed"]
    whole, killed = ({"XDG_CACHE_HOME": str(home)} for home in homes)

    def journals() -> list[Path]:
        return [*homes[1].rglob("mutants/*.jsonl")]

    expected = ended(started(*WORDS, *CHOSEN, "--jobs", "2", env=whole))
    stopped(started(*WORDS, *CHOSEN, env=killed), signal.SIGKILL, when=journals)
    kept = len(journals())
    wait_until(lambda: empty(room))
    found = ended(started(*WORDS, *CHOSEN, env=killed))

    assert (kept, found.code, expected.code, journals()) == (1, expected.code, found.code, [])
    assert expected.code in {0, 1}, expected.err
    assert _timeless(json.loads(found.out)) == _timeless(json.loads(expected.out))


def test_a_glob_that_no_mutant_is_like_is_wrong_use(run: Callable[..., Ran]) -> None:
    ran = run(*WORDS, "--only", "no-such-operator:*")

    assert (ran.code, ran.out) == (3, "")
    assert "error[no-mutant]: there is no mutant to judge" in ran.err


def test_the_command_that_is_told_of_a_survivor_judges_it_alone(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    target = tmp_path / "mine.sql"
    target.write_text(tiny.KEEPS, "utf-8")
    given = (target, "--contract", tiny.folder(tmp_path), "--jobs", "1")
    both = run("mutate", *given, "--only", "function-setting:mark[DateStyle]", "--only", KILLED)
    (command,) = re.findall(r"^  see it   vrss-contract (.*)$", both.out, re.MULTILINE)

    alone = run(*shlex.split(command))

    assert (both.code, alone.code) == (1, 1)
    assert "1 of 2 mutants killed (50.0 %), 1 survived\n" in both.out
    assert "0 of 1 mutants killed (0.0 %), 1 survived\n" in alone.out
    assert "SURVIVED function-setting:mark[DateStyle]\n" in alone.out


def test_where_every_mutant_is_killed_the_exit_code_is_0(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    target, base = tmp_path / "mine.sql", tmp_path / "base.sql"
    target.write_text(tiny.KEEPS, "utf-8")
    base.write_text(tiny.FORGETS, "utf-8")
    contract = tiny.folder(tmp_path)

    ran = run(
        *("mutate", target, "--contract", contract, "--changed", base, "--jobs", "1"),
        *("--only", "default-dropped:*", "--only", KILLED, "--format", "json"),
    )

    assert (ran.code, ran.err) == (0, "")
    assert [one["id"] for one in json.loads(ran.out)["mutants"]] == [KILLED]

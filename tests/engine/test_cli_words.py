"""Words that the command line does not take, and places that a report can not go to."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

import pytest

from tests.engine.runs import Ran
from vrss_contract.cli import kept_contract

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
MISUSES = {
    "--sever": ["verify", "--sever", "embedded"],
    "verfiy": ["verfiy"],
    "pdf": ["verify", "--format", "pdf"],
    "shall": ["verify", "--level", "shall"],
    "TARGET": ["draft", "-o", "c"],
    "sixteen": ["verify", "--postgres", "sixteen"],
    "1<=x<=64": ["verify", "--jobs", "0"],
    "0.0": ["verify", "--timeout", "0"],
    "nan": ["verify", "--timeout", "nan"],
    "inf": ["verify", "--timeout", "inf"],
    "no/such/folder": ["verify", "--contracts", "no/such/folder"],
    "ID": ["explain"],
}
"""What the last line of the message names, and the words it is about."""
STRANGERS = {
    "unknown-server": ["--server", "sqlite"],
    "server-without-address": ["--server", "postgresql:mydb"],
    "no-such-clause-near": ["--only", "users.emial.type"],
    "no-such-clause": ["--only", "zzzzzz"],
    "no-clause": ["--only", "users.email.default", "--level", "must"],
}


@pytest.mark.parametrize("named", MISUSES)
def test_wrong_use_is_no_verdict_and_names_the_word(run: Run, named: str) -> None:
    ran = run(*MISUSES[named])

    assert ran.code == 3
    assert named in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", STRANGERS)
def test_a_word_for_something_that_is_not_there_is_told(run: Run, told: Told, name: str) -> None:
    ran = run("verify", *STRANGERS[name])

    assert ran.code == 3
    told(f"cli-{name}", ran)


def test_no_word_at_all_prints_the_help_and_is_wrong_use(run: Run) -> None:
    ran = run()

    assert ran.code == 3
    assert "Usage: vrss-contract" in ran.out + ran.err


@pytest.mark.parametrize("word", ["-h", "--help", "--version"])
def test_help_and_version_are_no_misuse(run: Run, word: str) -> None:
    assert run(word).code == 0


OUTPUTS = {
    "output-no-folder": "no/such/report.txt",
    "output-is-a-folder": ".",
    "output-below-a-file": "file/report.txt",
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_place_for_the_report_is_seen_to_before_any_work(
    run: Run, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(kept_contract, "read", lambda _: pytest.fail("it began"))

    ran = run("verify", "--output", tmp_path / OUTPUTS[name])

    assert ran.code == 3
    told(name, ran)


def _refused(*_: Any, **__: Any) -> Never:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_folder_that_may_not_be_written_is_told(
    run: Run, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so the refusal is made up."""
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "open", _refused)
        ran = run("verify", "--output", tmp_path / "report.txt")

    assert ran.code == 3
    told("output-closed", ran)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_report_that_does_not_fit_is_told(run: Run, told: Told) -> None:
    ran = run("verify", "--only", "users.table", "--output", "/dev/full")

    assert ran.code == 3
    told("output-full", ran)


def test_the_report_goes_into_the_file_and_nowhere_else(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.json"

    ran = run("verify", "--only", "users.table", "--format", "json", "--output", path)

    told = f"1 held, 0 broken, 0 undecided; the report is in {path}\n"
    assert ran == Ran(0, "", told)
    assert json.loads(path.read_text("utf-8"))["tally"]["holds"] == 1


def test_a_report_of_before_is_written_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("x" * 100_000)

    run("verify", "--only", "users.table", "--output", path)

    assert "x" * 10 not in path.read_text("utf-8")


@pytest.mark.parametrize("command", ["list", "explain"])
def test_a_clause_that_is_not_there_is_told_by_every_command(run: Run, command: str) -> None:
    words = ["--only", "zzzzzz"] if command == "list" else ["zzzzzz"]

    ran = run(command, *words)

    assert ran.code == 3
    assert ran.err.startswith("error[no-such-clause]: ")


def test_explain_takes_a_glob(run: Run) -> None:
    ran = run("explain", "users.email.uni*")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("-- users.email.unique\n--   No two rows of users")
    assert "\n-- users.email.unique.named\n" in ran.out

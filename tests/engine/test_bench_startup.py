"""The bench of what a command costs before it does anything."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from benchmarks.startup import ROOT, main, row, unpack

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout, so no commit"),
]


def test_a_commit_is_unpacked(tmp_path: Path) -> None:
    unpack("HEAD", tmp_path)

    assert (tmp_path / "src" / "vrss_contract" / "__init__.py").is_file()


def test_each_tree_is_a_column_and_the_last_says_how_many_times() -> None:
    told = row("--version", ["--version"], {"one": ROOT, "other": ROOT}, runs=1)

    assert told[0] == "--version"
    assert [len(told), float(told[1]) > 0, float(told[-1]) > 0] == [6, True, True]


def test_a_commit_that_is_not_there_ends_the_bench() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        main(["--base", "no-such-commit", "--runs", "1"])

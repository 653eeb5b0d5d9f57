"""What the comparison with golden files refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import Golden


def test_a_text_that_is_its_file_passes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text\r\n")

    Golden(folder=tmp_path)("a.txt", "text\r\n")


def test_a_text_that_differs_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old\n")

    with pytest.raises(AssertionError, match="new"):
        Golden(folder=tmp_path)("a.txt", "new\n")

    assert (tmp_path / "a.txt").read_text() == "old\n"


def test_a_missing_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        Golden(folder=tmp_path)("a.txt", "text")

    assert str(caught.value) == "a.txt is not there; run with --rewrite-golden to write it"


def test_a_rewritten_file_is_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        Golden(rewrite=True, folder=tmp_path)("deep/a.txt", "new\n")

    assert str(caught.value) == "deep/a.txt is rewritten; run again without --rewrite-golden"
    assert (tmp_path / "deep/a.txt").read_text() == "new\n"


def test_rewriting_passes_what_is_already_right(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("same")

    Golden(rewrite=True, folder=tmp_path)("a.txt", "same")

"""The journal of a run, by which one that was killed goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.mutants import killed
from vrss_contract.mutation.journal import Journal

pytestmark = pytest.mark.once

FIRST, SECOND = (killed("a", "one"), killed("b", "one", "two")), (killed("c", "three"),)
PARTS = tuple(tuple(one.mutant for one in part) for part in (FIRST, SECOND))


def _file(folder: Path) -> Path:
    (file,) = folder.rglob("*.jsonl")
    return file


def _cut(file: Path) -> None:
    """As a kill in the midst of writing leaves it."""
    file.write_text(file.read_text("ascii")[:-20], "ascii")


def test_what_came_of_a_part_is_read_again(tmp_path: Path) -> None:
    Journal("d", folder=tmp_path).add(1, SECOND)

    assert Journal("d", folder=tmp_path).read(PARTS) == {1: SECOND}


def test_a_mutant_keeps_the_level_that_it_was_judged_by(tmp_path: Path) -> None:
    softer = replace(SECOND[0], mutant=replace(SECOND[0].mutant, level="should"))
    Journal("d", folder=tmp_path).add(1, [softer])

    assert Journal("d", folder=tmp_path).read(PARTS) == {1: (softer,)}


def test_a_run_of_other_things_reads_nothing_of_it(tmp_path: Path) -> None:
    Journal("d", folder=tmp_path).add(1, SECOND)

    assert Journal("e", folder=tmp_path).read(PARTS) == {}


def test_a_part_that_was_cut_off_in_the_midst_of_a_line_is_judged_again(tmp_path: Path) -> None:
    journal = Journal("d", folder=tmp_path)
    journal.add(0, FIRST)
    journal.add(1, SECOND)
    _cut(_file(tmp_path))

    assert journal.read(PARTS) == {0: FIRST}


def test_what_is_added_after_a_line_that_was_cut_off_is_read(tmp_path: Path) -> None:
    journal = Journal("d", folder=tmp_path)
    journal.add(0, FIRST)
    _cut(_file(tmp_path))

    journal.add(1, SECOND)

    assert journal.read(PARTS) == {1: SECOND}


def test_a_part_that_lacks_a_mutant_is_judged_again(tmp_path: Path) -> None:
    journal = Journal("d", folder=tmp_path)
    journal.add(0, FIRST[:1])

    assert journal.read(PARTS) == {}


def test_bytes_that_are_no_text_are_no_journal(tmp_path: Path) -> None:
    journal = Journal("d", folder=tmp_path)
    journal.add(0, FIRST)
    _file(tmp_path).write_bytes(b"\xff")

    assert journal.read(PARTS) == {}


def test_a_journal_goes_when_its_run_ends(tmp_path: Path) -> None:
    journal = Journal("d", folder=tmp_path)
    journal.add(0, FIRST)

    journal.end()

    assert list(tmp_path.rglob("*.jsonl")) == []


def test_the_end_of_a_run_that_kept_nothing_is_no_surprise(tmp_path: Path) -> None:
    Journal("d", folder=tmp_path).end()

"""The commands on sessions at once, on the library: ``replay``, ``search``, ``storm``."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.library.conftest import FOLDER, SCHEMA, Run

pytestmark = pytest.mark.once
FEW = ("--connections", "4", "--operations", "400")


def test_what_a_broken_schedule_prints_can_be_played_again(
    run: Run, judged: Run, wrong: Callable[[str], Path]
) -> None:
    racy = wrong("racy_counter")
    told = judged("verify", racy, "--only", "schedule.borrow.two-copies").out
    (command,) = re.findall(r"vrss-contract (replay .*)", told)[:1]

    ran = run(*shlex.split(command))

    assert ran.code == 1
    assert "invariant.open-loans" in ran.out


def test_an_interleaving_that_is_kept_is_told_step_by_step(judged: Run) -> None:
    ran = judged("replay", "schedule.borrow.two-copies @ rc,rc | abab", SCHEMA)

    assert ran.code == 0
    assert "INSERT INTO loans" in ran.out


def test_a_search_finds_a_lost_count_and_prints_a_program_that_shows_it(
    judged: Run, wrong: Callable[[str], Path]
) -> None:
    ran = judged("search", wrong("lost_trigger"), "--seconds", "30", "--examples", "60")

    assert ran.code == 1
    assert "BROKEN invariant.open-loans" in ran.out
    assert "vrss-contract replay 'rc: " in ran.out


def test_a_search_finds_nothing_in_the_schema(judged: Run) -> None:
    ran = judged("search", SCHEMA, "--seconds", "3", "--examples", "30")

    assert (ran.code, ran.out.partition(" in ")[0]) == (0, "0 faults")


def test_a_storm_leaves_every_account_right(judged: Run) -> None:
    ran = judged("storm", SCHEMA, *FEW)

    assert ran.code == 0, ran.out
    assert ran.out.count("0 counter-examples, 0 forbidden endings") == 3


def test_a_storm_finds_counts_that_are_lost(judged: Run, wrong: Callable[[str], Path]) -> None:
    ran = judged("storm", wrong("lost_trigger"), *FEW)

    assert ran.code == 1
    assert "BROKEN invariant.open-loans" in ran.out


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT id FROM members WHERE FALSE", "it returns no row"),
        ("SELECT id FROM readers", 'relation "readers" does not exist'),
    ],
)
def test_a_query_that_gives_a_storm_no_keys_is_told(
    run: Run, tmp_path: Path, query: str, found: str
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    manifest = folder / "contract.yaml"
    text = manifest.read_text("utf-8").replace("SELECT id FROM members ORDER BY id", query)
    manifest.write_text(text, "utf-8")

    ran = run("storm", SCHEMA, *FEW, "--contract", folder)

    assert ran.code == 2
    assert "ask for the keys of member" in ran.err
    assert found in ran.err

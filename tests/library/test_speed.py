"""The commands on plans and times, on the library, and on what runs keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once


def test_an_index_that_is_gone_makes_its_query_worse(judged: Run, tmp_path: Path) -> None:
    less = tmp_path / "less.sql"
    change = "DROP INDEX library.loans_of_member;\n"
    less.write_text(SCHEMA.read_text("utf-8") + change, "utf-8")

    ran = judged("compare", SCHEMA, less, "--profile", "branch", "--samples", "30")

    assert ran.code == 1
    assert "loans-of-member.first" in ran.out
    assert "plan-worse" in ran.out


def test_ablation_tells_what_each_index_is_worth(judged: Run) -> None:
    ran = judged("ablate", SCHEMA, "--profile", "branch", "--samples", "10", "--format", "json")

    indexes = {one["name"]: one for one in json.loads(ran.out)["indexes"]}
    assert ran.code == 0
    assert [query["name"] for query in indexes["loans_of_copy"]["queries"]]
    assert indexes["without tier 1"]["claim"] == "a page at once"


def test_what_is_kept_between_runs_is_listed_and_removed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    listed, cleared = run("cache"), run("cache", "--clear")

    assert (listed.code, cleared.code) == (0, 0)
    assert cleared.out == "removed 0 archives, 0 bytes\n"


def test_clean_finds_nothing_that_runs_left(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")  # containers of this machine stay out

    ran = run("clean")

    assert (ran.code, ran.out) == (0, "removed 0 leftovers\n")

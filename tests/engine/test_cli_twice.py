"""Two runs at once on one machine do not come between each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import Outside, Ran, empty, ended, started

pytestmark = pytest.mark.once

WORDS = ("verify", "--only", "users.*", "--format", "json")


def at_once(*words: str, env: dict[str, str] | None = None) -> list[Ran]:
    processes = [started(*WORDS, *words, env=env) for _ in range(2)]
    return [ended(process) for process in processes]


def test_each_has_a_server_of_its_own(room: Path) -> None:
    runs = at_once()

    assert [(ran.code, ran.err) for ran in runs] == [(0, "")] * 2
    assert empty(room)


def test_each_may_be_the_first_to_fill_the_cache(room: Path, tmp_path: Path) -> None:
    runs = at_once(env={"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)})

    assert [(ran.code, ran.err) for ran in runs] == [(0, "")] * 2
    assert len(list(tmp_path.rglob("cluster-*.tar"))) == 1
    assert empty(room)


def test_a_cache_that_can_not_be_made_is_done_without(room: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ran = ended(started(*WORDS, env={"XDG_CACHE_HOME": str(tmp_path / "file" / "cache")}))

    assert (ran.code, ran.err) == (0, "")
    assert empty(room)


@pytest.mark.parametrize("user", ["vrss_contract_admin", "creator"])
def test_they_share_a_server_outside(outside: Outside, user: str) -> None:
    runs = at_once("--server", outside.url(user))

    assert [(ran.code, ran.err) for ran in runs] == [(0, "")] * 2
    assert outside.left() == []

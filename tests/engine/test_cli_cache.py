"""``vrss-contract cache``: what is kept is shown, and removed when asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.archives import files
from tests.engine.runs import Ran
from vrss_contract.postgres import cache, leftovers

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
MINUTE = 1_767_225_600
"""2026-01-01 00:00 UTC."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache with two archives."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    for name, size, used in (("cluster-a", 1000, MINUTE), ("filled-scale-b", 3 << 29, MINUTE + 60)):
        path = tmp_path / f"{name}.tar"
        path.touch()
        os.truncate(path, size)
        os.utime(path, (used, used))
    return tmp_path


def test_what_is_kept_is_shown_with_size_and_last_use(run: Run, home: Path) -> None:
    assert run("cache") == Ran(
        0,
        "filled-scale-b     1.5 GiB  last used 2026-01-01 00:01 UTC\n"
        "cluster-a       1000 bytes  last used 2026-01-01 00:00 UTC\n"
        f"2 archives, 1.5 GiB of 8.0 GiB at most in {home}\n",
        "",
    )


def test_the_limit_that_the_environment_sets_is_shown(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "2048")
    assert run("cache").out.splitlines()[-1] == (
        f"2 archives, 1.5 GiB of 2.0 KiB at most in {home}"
    )


def test_clearing_removes_all_and_says_how_much(run: Run, home: Path) -> None:
    assert run("cache", "--clear") == Ran(0, "removed 2 archives, 1.5 GiB\n", "")
    assert list(home.iterdir()) == []


def test_an_empty_cache_is_no_trouble(run: Run, home: Path) -> None:
    run("cache", "--clear")
    assert run("cache") == Ran(0, f"0 archives, 0 bytes of 8.0 GiB at most in {home}\n", "")
    assert run("cache", "--clear") == Ran(0, "removed 0 archives, 0 bytes\n", "")


@pytest.mark.parametrize("words", [(), ("--clear",)])
def test_what_a_killed_run_was_writing_goes(run: Run, home: Path, words: tuple[str, ...]) -> None:
    (home / "filled-scale-c.part").touch()
    run("cache", *words)
    assert not (home / "filled-scale-c.part").exists()


def test_what_a_living_run_is_writing_stays(run: Run, home: Path) -> None:
    part = home / "filled-scale-c.part"
    part.touch()
    with cache.lock(part):
        run("cache", "--clear")
    assert files(home) == {"filled-scale-c.part"}


def test_other_files_are_left_alone(run: Run, home: Path) -> None:
    (home / "notes.txt").touch()
    run("cache", "--clear")
    assert [path.name for path in home.iterdir()] == ["notes.txt"]


def test_a_machine_without_a_cache_has_nothing_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("platformdirs.user_cache_path", refused)
    assert run("cache") == Ran(0, "0 archives, 0 bytes of 8.0 GiB at most\n", "")


def test_a_limit_that_is_no_number_is_wrong_use(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "8G")
    ran = run("cache")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error[bad-cache-limit]: the cache's limit is no number of bytes\n")
    assert len(list(home.iterdir())) == 2


def test_cleaning_sweeps_what_a_killed_run_was_writing_and_spares_the_rest(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "_sweep_containers", lambda: 0)
    (home / "filled-scale-c.part").touch()
    assert run("clean") == Ran(0, "removed 1 leftover\n", "")
    assert len(files(home)) == 2

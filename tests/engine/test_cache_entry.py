"""An archive comes into the cache whole or not at all, and is made once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest

from tests.engine.archives import KIB, absent, files, gave_up, kept, second, wrote
from tests.engine.owners import wait_until
from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres import cache
from vrss_contract.postgres.cache_entry import CacheEntry, find

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of another user")
_DIES = """
import os, sys
from vrss_contract.postgres import cache
from vrss_contract.postgres.cache_entry import find
cache.folder = lambda: __import__("pathlib").Path(sys.argv[1])
entry = find("one", lambda _: True)
entry.keep(9, lambda packed: packed.write(b"half") and os.kill(os.getpid(), 9))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache that nothing is in yet."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path


def test_what_is_kept_is_found_again(home: Path) -> None:
    read: list[bytes] = []

    assert kept("one") == ""

    def take(stored: IO[bytes]) -> bool:
        read.append(stored.read())
        return True

    assert find("one", take) is None
    assert (read, files(home)) == ([KIB], {"one.tar"})


def test_an_archive_that_is_being_made_has_another_name(home: Path) -> None:
    seen: list[set[str]] = []

    def look(packed: IO[bytes]) -> bool:
        seen.append(files(home))
        return wrote(packed)

    entry = find("one", absent)
    assert entry
    entry.keep(len(KIB), look)

    assert seen == [{"one.part"}]
    entry.close()


def test_an_archive_is_as_long_as_what_was_written(home: Path) -> None:
    entry = find("one", absent)
    assert entry

    entry.keep(10 * len(KIB), wrote)

    assert (home / "one.tar").read_bytes() == KIB
    entry.close()


def test_an_archive_that_fails_halfway_is_not_there(home: Path) -> None:
    entry = find("one", absent)
    assert entry

    why = entry.keep(10, gave_up)
    entry.close()

    assert (why, files(home)) == (f"it could not be written to {home}", set())


def test_a_damaged_archive_goes_and_may_be_made_anew(home: Path) -> None:
    kept("one")

    entry = find("one", lambda _: False)

    assert entry
    assert files(home) == set()
    entry.close()


@pytest.mark.usefixtures("home")
def test_two_archives_are_made_at_once() -> None:
    one, two = find("one", absent), find("two", absent)

    assert one
    assert two
    assert (one.keep(10, wrote), two.keep(10, wrote)) == ("", "")
    one.close()
    two.close()


def test_who_comes_second_waits_and_takes_what_the_first_made(home: Path) -> None:
    first = find("one", absent)
    assert first
    waits = home / "waits"
    script = (
        "import sys, pathlib; from vrss_contract.postgres import cache, cache_entry\n"
        "cache.folder = lambda: pathlib.Path(sys.argv[1])\n"
        "wait = lambda: pathlib.Path(sys.argv[1], 'waits').touch()\n"
        "print(cache_entry.find('one', lambda stored: stored.read(1) == b'k', wait))"
    )
    with second(script, home) as process:
        wait_until(waits.exists)
        first.keep(len(KIB), wrote)
        first.close()
        out, _ = process.communicate()

    assert out == "None\n"


@pytest.mark.usefixtures("home")
def test_who_waits_makes_it_where_the_first_one_gives_up() -> None:
    first = find("one", absent)
    assert first
    taken: list[CacheEntry | None] = []

    taken.append(find("one", absent, waiting=first.close))

    assert taken[0]
    assert taken[0].keep(len(KIB), wrote) == ""
    taken[0].close()


def test_what_a_killed_run_was_making_is_swept_by_the_next(home: Path) -> None:
    with second(_DIES, home) as process:
        process.communicate()
    assert files(home) == {"one.part"}

    assert kept("two") == ""

    assert files(home) == {"two.tar"}


def test_what_a_living_run_is_making_is_not_swept(home: Path) -> None:
    entry = find("one", absent)
    assert entry

    assert entry.keep(len(KIB), lambda packed: cache.sweep(home) == 0 and wrote(packed)) == ""

    entry.close()


def test_who_finds_a_killed_runs_file_makes_it_himself(home: Path) -> None:
    with second(_DIES, home) as process:
        process.communicate()

    assert kept("one") == ""
    assert files(home) == {"one.tar"}


@ONLY_ROOT
def test_an_archive_of_another_user_is_not_taken(home: Path) -> None:
    """Its settings can run programs."""
    kept("one")
    os.chown(home / "one.tar", 12345, 12345)

    assert kept("one") == ""

    assert (home / "one.tar").stat().st_uid == 0


@ONLY_ROOT
def test_a_file_that_another_user_left_is_not_written_to(home: Path) -> None:
    (home / "one.part").write_bytes(b"theirs")
    os.chown(home / "one.part", 12345, 12345)
    with (home / "one.part").open("rb") as theirs:
        assert kept("one") == ""

        assert theirs.read() == b"theirs"
    assert (home / "one.tar").stat().st_uid == 0


def test_a_file_that_was_taken_away_meanwhile_is_told(home: Path) -> None:
    entry = find("one", absent)
    assert entry

    def lost(packed: IO[bytes]) -> bool:
        (home / "one.part").unlink()
        return wrote(packed)

    assert entry.keep(len(KIB), lost) == "No such file or directory"

    entry.close()
    assert files(home) == set()


def test_the_lock_stays_so_that_all_wait_for_the_same_one(home: Path) -> None:
    kept("one")
    before = (home / "locks" / "one.lock").stat().st_ino

    cache.clear()
    kept("one")

    assert (home / "locks" / "one.lock").stat().st_ino == before


def test_who_waited_and_fails_to_unpack_frees_the_lock(home: Path) -> None:
    first = find("one", absent)
    assert first

    def made() -> None:
        first.keep(len(KIB), wrote)
        first.close()

    def full(_: IO[bytes]) -> bool:
        trouble = Trouble("x", "", says="no room", tried="unpack", found="a full disk", do="wait")
        raise trouble()

    with pytest.raises(TroubleError):
        find("one", full, waiting=made)

    with cache.lock(home / "one").acquire(timeout=0):
        assert files(home) == {"one.tar"}

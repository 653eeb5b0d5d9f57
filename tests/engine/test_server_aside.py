"""An archive comes into the cache whole or not at all, and is made once."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

import pytest

from tests.engine.archives import KIB, absent, files, gave_up, kept, second, wrote
from tests.engine.owners import wait_until
from vrss_contract.postgres import cache
from vrss_contract.postgres.cache_entry import Aside, find

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of another user")
_DIES = """
import os, sys
from vrss_contract.postgres import cache
from vrss_contract.postgres.cache_entry import find
cache.folder = lambda: __import__("pathlib").Path(sys.argv[1])
aside = find("one", lambda _: True)
os.kill(os.getpid(), 9)
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
    aside = find("one", absent)
    assert aside

    assert files(home) == {"one.part"}
    aside.close()
    assert files(home) == set()


def test_an_archive_that_fails_halfway_is_not_there(home: Path) -> None:
    aside = find("one", absent)
    assert aside

    why = aside.keep(10, gave_up)
    aside.close()

    assert (why, files(home)) == (f"it could not be written to {home}", set())


def test_a_damaged_archive_goes_and_may_be_made_anew(home: Path) -> None:
    kept("one")

    aside = find("one", lambda _: False)

    assert aside
    assert files(home) == {"one.part"}
    aside.close()


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


def test_who_waits_makes_it_where_the_first_one_gives_up(home: Path) -> None:
    first = find("one", absent)
    assert first
    taken: list[Aside | None] = []

    taken.append(find("one", absent, waiting=first.close))

    assert taken[0]
    assert files(home) == {"one.part"}
    taken[0].close()


def test_what_a_killed_run_was_making_is_swept_by_the_next(home: Path) -> None:
    with second(_DIES, home) as process:
        process.communicate()
    assert files(home) == {"one.part"}

    assert kept("two") == ""

    assert files(home) == {"two.tar"}


def test_what_a_living_run_is_making_is_not_swept(home: Path) -> None:
    aside = find("one", absent)
    assert aside

    cache.sweep(home)

    assert files(home) == {"one.part"}
    aside.close()


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
def test_a_file_that_another_user_is_writing_is_not_written_to(home: Path) -> None:
    (home / "one.part").write_bytes(b"theirs")
    os.chown(home / "one.part", 12345, 12345)
    with (home / "one.part").open() as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)

        assert kept("one") == "no cache folder can be written"

    assert (home / "one.part").read_bytes() == b"theirs"


def test_a_file_that_was_taken_away_meanwhile_is_begun_again(home: Path) -> None:
    """Whoever tidies up after a dead maker removes by name, and may meet the next one's file."""
    aside = find("one", absent)
    assert aside
    (home / "one.part").unlink()

    assert aside.keep(len(KIB), wrote) == ""

    aside.close()
    assert files(home) == {"one.tar"}


def test_a_file_that_another_has_begun_meanwhile_is_left_to_him(home: Path) -> None:
    aside = find("one", absent)
    assert aside
    (home / "one.part").unlink()
    other = find("one", absent)
    assert other

    assert aside.keep(len(KIB), wrote) == "another run is making it"

    aside.close()
    assert files(home) == {"one.part"}
    other.close()

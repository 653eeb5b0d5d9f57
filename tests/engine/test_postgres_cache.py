"""What is kept between runs has a limit, and what was not used for longest goes first."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from tests.engine.archives import KIB, absent, files, kept, wrote
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import cache, run_directory
from vrss_contract.postgres.cache_entry import find


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache that nothing is in yet."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path


def test_taking_an_archive_makes_it_the_last_used(home: Path) -> None:
    now = int(home.stat().st_mtime)
    kept("one", used=now - 200)
    kept("two", used=now - 100)

    find("one", lambda _: True)

    assert [entry.path.name for entry in cache.entries()] == ["one.tar", "two.tar"]


def test_what_was_not_used_for_longest_goes_first(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", str(3 * 1024))
    now = int(home.stat().st_mtime)
    for age, name in enumerate(["new", "middle", "old"]):
        kept(name, used=now - 100 * age)

    assert kept("next") == ""

    assert files(home) == {"new.tar", "middle.tar", "next.tar"}


def test_an_archive_larger_than_the_limit_drops_no_other(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept("one")
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "1023")

    assert kept("two") == "it takes 1,024 bytes, and VRSS_CONTRACT_CACHE_BYTES allows 1,023"

    assert files(home) == {"one.tar"}


def test_what_is_being_written_counts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "2000")
    why: list[str] = []

    def meanwhile(packed: IO[bytes]) -> bool:
        why.append(kept("two"))
        return wrote(packed)

    one = find("one", absent)
    assert one
    assert one.keep(1024, meanwhile) == ""
    one.close()

    told = "others are being written, and VRSS_CONTRACT_CACHE_BYTES allows 2,000 bytes in all"
    assert (why, files(home)) == ([told], {"one.tar"})


def test_a_disk_without_room_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_directory, "free", lambda _: 1000)

    assert kept("one") == f"it takes 1,024 bytes, and {home} has 1,000 free"
    assert files(home) == set()


def test_without_a_cache_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("platformdirs.user_cache_path", refused)

    assert kept("one") == "no cache folder can be written"
    assert (cache.entries(), cache.clear()) == ([], [])


@pytest.mark.parametrize("text", ["8G", "-1", "1e9", "²", " 1"])
def test_a_limit_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", text)

    with pytest.raises(TroubleError, match="bad-cache-limit") as refusal:
        cache.limit()

    assert str(refusal.value) == (
        "error[bad-cache-limit]: the cache's limit is no number of bytes\n"
        "  tried   read VRSS_CONTRACT_CACHE_BYTES\n"
        f"  found   {text!r}\n"
        "  do      set a whole number, such as VRSS_CONTRACT_CACHE_BYTES=8589934592, or leave it"
        " unset"
    )


def test_clearing_spares_what_a_living_run_is_making(home: Path) -> None:
    kept("one")
    cleared: list[str] = []

    def meanwhile(packed: IO[bytes]) -> bool:
        cleared.extend(one.path.name for one in cache.clear())
        return wrote(packed)

    two = find("two", absent)
    assert two
    assert two.keep(len(KIB), meanwhile) == ""
    two.close()

    assert (cleared, files(home)) == (["one.tar"], {"two.tar"})

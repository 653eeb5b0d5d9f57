"""What becomes of a world whose maker dies, and of one that two make at once."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.engine.archives import shelved
from tests.engine.filled_databases import opener, told
from tests.engine.owners import wait_until
from tests.engine.runs import empty
from vrss_contract.postgres import leftovers

pytestmark = pytest.mark.once

MAKING, KEEPING, OPENING = (
    f"{word} the filled database few" for word in ("making", "keeping", "opening")
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's cache that nothing is in yet."""
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("midst", [MAKING, KEEPING])
def test_a_killed_maker_leaves_nothing(
    room: Path, home: Path, midst: str, way: signal.Signals
) -> None:
    with opener(room, home, "SELECT pg_sleep(0.2)") as maker:
        told(maker, midst)
        maker.send_signal(way)
        maker.wait()
        wait_until(lambda: empty(room))
        assert [path.suffix for path in shelved(home)] in ([], [".tar"])


def test_an_interrupted_maker_leaves_nothing(room: Path, home: Path) -> None:
    with opener(room, home, "SELECT pg_sleep(100)") as maker:
        told(maker, MAKING)
        maker.send_signal(signal.SIGINT)
        maker.wait()
        assert empty(room)
        assert shelved(home) == []


def test_two_who_want_a_world_at_once_make_it_once(room: Path, home: Path) -> None:
    with opener(room, home) as one:
        told(one, MAKING)
        with opener(room, home) as other:
            told(other, "stored")
            told(one, "made")
            one.communicate()
            other.communicate()
    assert len(shelved(home)) == 1


def test_who_waits_for_a_maker_that_dies_makes_the_world(room: Path, home: Path) -> None:
    with opener(room, home, "SELECT pg_sleep(100)") as one:
        told(one, MAKING)
        with opener(room, home) as other:
            told(other, "waiting for another run that fills the database few")
            one.kill()
            told(other, "made")
            other.communicate()
    assert [path.suffix for path in shelved(home)] == [".tar"]


def test_a_world_out_of_the_cache_goes_with_its_killed_owner(room: Path, home: Path) -> None:
    with opener(room, home) as maker:
        told(maker, "made")
        maker.communicate()
    with opener(room, home) as owner:
        told(owner, "stored")
        owner.kill()
        owner.wait()
        wait_until(lambda: empty(room))
    assert leftovers.sweep_folders() == 0

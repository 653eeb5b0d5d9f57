"""What was asked of a filled database is known to later runs, where it is of the same cluster."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vrss_contract.data import known_answers
from vrss_contract.data.known_answers import Answer, KnownAnswers

pytestmark = pytest.mark.once
_ANSWER: Answer = [{"reader": "7"}, {"reader": None}]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in an empty cache."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path / "answers-few.tar"


def kept(path: Path, question: str = "who") -> None:
    known = KnownAnswers(path, "one cluster")
    known.add(question, _ANSWER)
    known.keep()


def test_an_answer_is_known_to_a_later_run(path: Path) -> None:
    kept(path)

    assert KnownAnswers(path, "one cluster").get("who") == _ANSWER


def test_another_question_is_not_answered(path: Path) -> None:
    kept(path)

    assert KnownAnswers(path, "one cluster").get("who else") is None


def test_nothing_is_known_of_another_cluster(path: Path) -> None:
    kept(path)

    assert KnownAnswers(path, "another").get("who") is None


def test_what_another_run_kept_meanwhile_stays(path: Path) -> None:
    first = KnownAnswers(path, "one cluster")
    assert first.get("who") is None
    kept(path, "whom")
    first.add("who", _ANSWER)
    first.keep()

    later = KnownAnswers(path, "one cluster")
    assert later.get("who") == later.get("whom") == _ANSWER


def test_what_becomes_large_is_what_the_last_run_asked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(path, "before")
    monkeypatch.setattr(known_answers, "_MOST", path.stat().st_size)
    kept(path, "now")

    later = KnownAnswers(path, "one cluster")
    assert (later.get("before"), later.get("now")) == (None, _ANSWER)


def test_nothing_is_written_where_all_was_known(path: Path) -> None:
    kept(path)
    before = path.stat().st_ino
    known = KnownAnswers(path, "one cluster")
    known.get("who")
    known.keep()

    assert path.stat().st_ino == before


def test_without_a_path_answers_last_as_long_as_the_run() -> None:
    known = KnownAnswers()
    known.add("who", _ANSWER)
    known.keep()

    assert known.get("who") == _ANSWER


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 32 + b'["one cluster",{}]'])
def test_a_damaged_file_is_passed_over(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert KnownAnswers(path, "one cluster").get("who") is None


def test_another_users_file_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(path)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)

    assert KnownAnswers(path, "one cluster").get("who") is None


def test_a_cache_without_room_costs_time_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "1")
    kept(path)

    assert not path.exists()

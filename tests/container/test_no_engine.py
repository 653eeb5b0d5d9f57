"""What is said where containers are asked for and no engine is there: needs none."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import container_engine, leftovers, run_directory
from vrss_contract.postgres.container import ContainerServer

# The driver leaves its socket to the garbage collector when its first question fails.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """That socket is collected here, and not in some other test that takes it for its own."""
    yield
    gc.collect()


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Path]:
    """An engine that takes connections and never says a word."""
    with socket.socket(socket.AF_UNIX) as listener:
        path = tmp_path / "s"
        listener.bind(str(path))
        listener.listen()
        yield path


def refused(monkeypatch: pytest.MonkeyPatch, host: str) -> str:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(TroubleError, match="no-engine") as refusal:
        ContainerServer("postgres:16", major=16).__enter__()
    return str(refusal.value)


def test_a_machine_without_an_engine_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = refused(monkeypatch, f"unix://{tmp_path}/docker.sock")
    assert text.startswith("error[no-engine]: no container engine answers\n")
    assert "No such file or directory" in text


def test_an_engine_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Connection refused" in refused(monkeypatch, "tcp://127.0.0.1:1")


def test_an_engine_that_never_answers_is_told_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch, silent: Path
) -> None:
    monkeypatch.setattr(container_engine, "ANSWER_SECONDS", 0.2)
    assert "timed out" in refused(monkeypatch, f"unix://{silent}").lower()


def test_a_failed_start_leaves_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_RUN_DIR", str(tmp_path))
    refused(monkeypatch, "tcp://127.0.0.1:1")
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_without_an_engine_sweeps_what_there_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run_directory, "parents", lambda: frozenset({tmp_path}))
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    (tmp_path / "vrss-contract-dead").mkdir()
    assert leftovers.sweep_kept() == 1

"""A contract that was read before is taken from the cache, as long as nothing has changed."""

from __future__ import annotations

import io
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import paths
from vrss_contract.cli import kept_contract
from vrss_contract.contract import digest, files
from vrss_contract.contract import read as reading
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import sealed_file

pytestmark = pytest.mark.once

Reads = list[Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this test alone."""
    home = tmp_path / "cache"
    home.mkdir()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: home)
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A contract that may be changed."""
    folder = tmp_path / "library"
    shutil.copytree(paths.fixtures() / "contracts" / "library", folder)
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The folders that were read, and not taken from what is kept."""
    read: Reads = []

    def noting(folder: Path) -> Contract:
        read.append(folder)
        return read_contract(folder)

    monkeypatch.setattr(reading, "read_contract", noting)
    return read


def kept(home: Path) -> Path:
    (path,) = home.glob("contract-*.tar")
    return path


def sealed(*parts: bytes) -> bytes:
    whole = b"".join(parts)
    return sealed_file._SEAL(whole).digest() + whole


def test_what_is_taken_is_what_was_read(folder: Path, reads: Reads) -> None:
    first, second = kept_contract.read(folder), kept_contract.read(folder)

    assert second == first
    assert second.manifest.lines == first.manifest.lines
    assert [one.place for one in second.clauses] == [one.place for one in first.clauses]
    assert reads == [folder]


def test_the_digest_is_taken_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = digest.of_contract(kept_contract.read(folder))
    taken = kept_contract.read(folder)
    monkeypatch.setattr(digest, "of_clause", None)

    assert digest.of_contract(taken) == known


CHANGES: dict[str, Callable[[Path], object]] = {
    "a changed entry": lambda folder: _append(folder / "books.yaml", "# a remark\n"),
    "another file of entries": lambda folder: (folder / "more.yaml").touch(),
    "a file less": lambda folder: (folder / "restored.yaml").unlink(),
    "a changed query": lambda folder: _append(next((folder / "queries").glob("*.sql")), "-- \n"),
    "a changed document": lambda folder: _append(next((folder / "jsonb").iterdir()), "\n"),
    "a manifest's file that is gone": lambda folder: (folder / "reference.sql").unlink(),
    "a form of its own": lambda folder: shutil.copy(
        paths.schema().parent / "contracts" / "clause.schema.json", folder
    ),
}


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_folder_is_read_again_after(
    change: Callable[[Path], object], folder: Path, reads: Reads
) -> None:
    kept_contract.read(folder)
    change(folder)

    kept_contract.read(folder)

    assert reads == [folder, folder]


def test_a_folder_is_read_again_by_other_code(
    folder: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_contract.read(folder)
    monkeypatch.setattr(kept_contract, "__version__", "another")

    kept_contract.read(folder)

    assert len(reads) == 2


@pytest.mark.parametrize("damage", [b"", b"junk", sealed(), sealed(b"junk")], ids=repr)
def test_what_is_damaged_is_mended(damage: bytes, home: Path, folder: Path, reads: Reads) -> None:
    kept_contract.read(folder)
    kept(home).write_bytes(damage)

    kept_contract.read(folder)
    kept_contract.read(folder)

    assert len(reads) == 2


class Harm:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_nothing_is_run_that_a_strange_file_asks_for(
    home: Path, folder: Path, reads: Reads
) -> None:
    kept_contract.read(folder)
    kept(home).write_bytes(sealed(pickle.dumps(Harm(home / "done"))))

    kept_contract.read(folder)

    assert len(reads) == 2
    assert not (home / "done").exists()


def test_another_users_file_is_not_taken(
    folder: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_contract.read(folder)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    kept_contract.read(folder)

    assert len(reads) == 2


def test_a_faulty_contract_is_told_each_time(home: Path, folder: Path) -> None:
    _append(folder / "books.yaml", "- id: books.more\n")

    for _ in range(2):
        with pytest.raises(TroubleError, match="clause"):
            kept_contract.read(folder)

    assert not list(home.glob("contract-*"))


def test_a_few_contracts_are_kept(home: Path, tmp_path: Path) -> None:
    for number in range(kept_contract._MOST + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "empty.yaml").touch()
        kept_contract.read(folder)

    assert len(list(home.glob("contract-*.tar"))) == kept_contract._MOST


def test_a_cache_that_takes_nothing_is_no_trouble(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "1")

    assert kept_contract.read(folder) == read_contract(folder)
    assert not list(home.glob("contract-*"))


def test_every_file_that_a_contract_is_read_from_is_relied_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: set[str] = set()
    open_ = io.open

    def noting(file: Any, *rest: Any, **named: Any) -> Any:
        opened.add(str(file))
        return open_(file, *rest, **named)

    monkeypatch.setattr(io, "open", noting)
    with files.noted() as answers:
        read_contract(folder)

    assert len(opened) > 10
    assert opened == {path for question, path in answers if question == "content"}

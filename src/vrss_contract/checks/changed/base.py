"""What a change is told against: the schema and the contract as they were, from git or a file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.contract.manifest import FILE, Manifest
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError
from vrss_contract.target import Target, dsn
from vrss_contract.target.commit import Commit, commit
from vrss_contract.target.errors import NO_SUCH_BASE
from vrss_contract.target.read import committed, of_path

_FILE = re.compile(r"\.sql$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Base:
    """A target and a contract as they were."""

    label: str
    target: Target
    contract: Contract
    data: bool = False
    """Whether files of data changed since, or what a manifest says of them."""
    strange: str = ""
    """Why nothing can be said of the contract as it was; nothing where it can."""


def read_base(word: str, target: Path, contract: Contract) -> Base:
    """What the word stands for: a ``.sql`` file, or a commit of the repository the target is in.

    Args:
        word: the file's path, or what git knows the commit by.
        target: the file that is judged, whose path the commit has too.
        contract: the contract that is judged by. The commit's own is read where it has one there.

    Raises:
        TroubleError: it is neither, or what it stands for can't be read.
    """
    dsn.refuse(word)
    if _FILE.search(word) or Path(word).is_file() or word.endswith("/"):
        if not Path(word).exists():
            raise NO_SUCH_BASE(word=word, found="no file of that name")
        return Base(word, of_path(Path(word)), contract)
    found = commit(word, target.resolve().parent, NO_SUCH_BASE)
    place = found.place_of(target)
    if place is None or not found.has(place):
        raise NO_SUCH_BASE(word=word, found=f"it has no file {place or target}")
    was = committed(found, place)
    return _with_contract(found, was, contract)


def _with_contract(found: Commit, target: Target, contract: Contract) -> Base:
    place = found.place_of(contract.manifest.folder)
    if place is None:  # such as the one that ships with this tool
        return Base(found.label, target, contract)
    data = _other_data(found, place, contract)
    if not found.differ([place]):
        return Base(found.label, target, contract, data)
    if not found.has(place):
        return Base(found.label, target, contract, strange=f"{found.label} has no {place}")
    # No run folder's name: other runs sweep those that nobody holds.
    with tempfile.TemporaryDirectory(prefix="contract-base-") as folder:
        found.extract(place, Path(folder))
        try:
            was = read_contract(Path(folder) / place)
        except (TroubleError, OSError, RecursionError) as error:
            told = str(getattr(error, "headline", error)).replace(f"{folder}/", "")
            strange = f"the contract of {found.label} can't be read: {told}"
            return Base(found.label, target, contract, strange=strange)
        return Base(found.label, target, was, data)


def _other_data(found: Commit, place: str, contract: Contract) -> bool:
    """Whether rows, or what is said of them and of calls in the manifest, are others."""
    manifest = contract.manifest
    files = [found.place_of(path) for path in (manifest.folder / FILE, *data_files(manifest))]
    inside = [one for one in files if one is not None]
    return found.differ([os.path.normpath(one) for one in inside] or [place])


def data_files(manifest: Manifest) -> Iterator[Path]:
    """The files and folders of the rows that databases are filled with."""
    if manifest.reference:
        yield manifest.reference.file
    for profile in manifest.profiles.values():
        yield from profile.files
        if profile.generator:
            yield profile.generator

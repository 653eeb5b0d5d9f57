"""What the export says of the manifest, and of every file that it names.

Paths are relative to the contract's folder, with slashes. Rule: contracts/README.md,
"contracts.json".
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vrss_contract.contract import strict
from vrss_contract.contract.errors import CONTRACT_LACKS
from vrss_contract.contract.manifest import FILE, SIZES, Profile
from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.errors import TroubleError

_ELSEWHERE = frozenset({"folder", "lines", "mutants", "profiles"})
"""Fields of the manifest that say where it is, are told otherwise, or no runner wants."""


class ExportedFiles:
    """The manifest and its files as values that JSON can hold.

    Raises TroubleError where a file that it names can't be read.
    """

    def __init__(self, contract: Contract) -> None:
        self._manifest = contract.manifest
        self._repairs = {
            clause.promise.repair
            for clause in contract.clauses
            if isinstance(clause.promise, InvariantPromise) and clause.promise.repair
        }

    def manifest(self) -> Mapping[str, Any]:
        """What contract.yaml says; profiles are told by their own."""
        told: Mapping[str, Any] = self._plain(self._manifest)
        return {name: value for name, value in told.items() if name != "moved"}  # no file's word

    @cached_property
    def profiles(self) -> Mapping[str, Mapping[str, Any]]:
        """What makes the rows of each profile: files in their order, and the sizes to put in."""
        return {name: self._profile(one) for name, one in self._manifest.profiles.items()}

    def files(self) -> Mapping[str, Mapping[str, str]]:
        """Every file that the document names but the schema: with a digest, short ones as text."""
        long = {step["file"] for one in self.profiles.values() for step in one["steps"]}
        told = {self._named(path) for path in _paths(self._manifest)} | self._repairs
        return {name: self._file(name, told=name in told) for name in sorted(told | long)}

    def _profile(self, profile: Profile) -> Mapping[str, Any]:
        if profile.generator is None:
            return {"steps": [{"file": self._named(path)} for path in _each(profile.files)]}
        plan = self._plan(profile.generator / SIZES)
        steps = [
            {**step, "file": self._named(profile.generator / step["file"])}
            for step in plan["steps"]
        ]
        return {"sizes": plan["sizes"].get(profile.name, {}), "steps": steps}

    def _plan(self, path: Path) -> Mapping[str, Any]:
        try:
            return strict.read_mapping(path, self._named(path))[0]
        except OSError as error:
            raise self._unread(path, error) from error

    def _file(self, name: str, *, told: bool) -> Mapping[str, str]:
        path = self._manifest.folder / name
        try:
            whole = path.read_bytes()
            text = {"text": whole.decode("utf-8")} if told else {}
        except (OSError, ValueError) as error:
            raise self._unread(path, error) from error
        return {"sha256": hashlib.sha256(whole).hexdigest(), **text}

    def _unread(self, path: Path, error: Exception) -> TroubleError:
        name = self._named(path)
        return CONTRACT_LACKS(
            manifest=self._manifest.folder / FILE,
            lacks=f"no file {name} that can be read",
            found=str(error),
            do="put the file there, or name another one",
        )

    def _named(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._manifest.folder)).as_posix()

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Path):
            return self._named(value)
        if isinstance(value, Mapping):
            return {key: self._plain(part) for key, part in value.items()}
        if isinstance(value, tuple):
            return [self._plain(part) for part in value]
        if is_dataclass(value):
            names = [field.name for field in fields(value) if field.name not in _ELSEWHERE]
            return {name: self._plain(getattr(value, name)) for name in names}
        return value


def _each(files: Iterable[Path]) -> Iterator[Path]:
    """The files, in the place of a folder all ``*.sql`` files in it."""
    for path in files:
        yield from sorted(path.glob("*.sql")) if path.is_dir() else [path]


def _paths(value: Any) -> Iterator[Path]:
    """The paths that a value of the manifest has in it, profiles left out."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _paths(part)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in (*_ELSEWHERE, "schema"):
                yield from _paths(getattr(value, field.name))

"""The contract of a folder, kept in the user's cache as it was read.

Reading takes ten times as long as taking what was read before, and that is taken only where every
file that it was read from is as it was, and our own code too. What is not whole, is another user's,
or holds anything but a contract's values is passed over, and the folder is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from vrss_contract import __version__, paths
from vrss_contract.contract import digest, files
from vrss_contract.contract.model import Contract
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import cache, sealed_file

_PACKAGE = Path(paths.__file__).parent
_CODE = ("contract", "contract/derive", "sql")
"""The folders of what reads a contract; what it imports beside that decides nothing."""
_VALUES = "vrss_contract.contract."
"""Where the classes are that a contract is made of."""
_PREFIX = "contract-"
_MOST = 8
"""Contracts that are kept: of folders that come and go, the last ones."""


def read(folder: Path) -> Contract:
    """The contract in the folder, and its digest remembered.

    Raises:
        TroubleError: no contract there, or a fault in a file, with its line.
    """
    home = cache.folder()
    path = home and home / f"{_PREFIX}{_name(folder)}{cache.SUFFIX}"
    known = path and _taken(path)
    if known:
        return known
    from vrss_contract.contract.read import read_contract  # noqa: PLC0415 - slow, seldom needed

    with files.noted() as answers:
        contract = read_contract(folder)
    if path:
        with contextlib.suppress(OSError, TroubleError):  # a cache that is full costs time alone
            _keep(path, _packed(contract, answers))
    return contract


def _taken(path: Path) -> Contract | None:
    """The contract, if what is kept is ours and whole, and all that it rests on is as it was."""
    try:
        packed = sealed_file.read(path)
        if packed is None:
            return None
        parts = io.BytesIO(packed)
        if _Unpickler(parts).load() != _code() or not files.same(_Unpickler(parts).load()):
            return None
        known = _Unpickler(parts).load()
        contract: Contract = _Unpickler(parts).load()
    except Exception:  # noqa: BLE001 - whatever stands there, the folder can be read
        return None
    digest.remember(contract, known)
    return contract


def _packed(contract: Contract, answers: files.Answers) -> bytes:
    """What is kept: our code, what the files answered, the digest, and the contract itself."""
    parts = io.BytesIO()
    for part in (_code(), answers, digest.of_contract(contract), contract):
        _Pickler(parts, pickle.HIGHEST_PROTOCOL).dump(part)
    return parts.getvalue()


def _keep(path: Path, packed: bytes) -> None:
    """Put it in the place of what is kept of the folder. Raises OSError and TroubleError."""
    sealed_file.write(path, packed)
    kept = sorted(path.parent.glob(f"{_PREFIX}*{cache.SUFFIX}"), key=_used, reverse=True)
    for other in kept[_MOST:]:
        other.unlink(missing_ok=True)


def _used(path: Path) -> float:
    return path.stat().st_mtime


def _name(folder: Path) -> str:
    """What tells apart contracts that may not stand for each other: folders, readers, Pythons."""
    here = "" if folder.is_absolute() else Path.cwd()
    way = (here, folder, folder.resolve(), _PACKAGE, sys.version)
    return hashlib.sha256(repr(way).encode()).hexdigest()[:16]


def _code() -> tuple[Any, ...]:
    """What changes when the code does that reads contracts."""
    modules = (
        (entry.path, entry.stat().st_mtime_ns, entry.stat().st_size)
        for part in _CODE
        for entry in os.scandir(_PACKAGE / part)
        if entry.name.endswith(".py")
    )
    return (__version__, *sorted(modules))


class _Pickler(pickle.Pickler):
    """Writes a value as its class and fields, which is read twice as fast as its state."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Path):
            return files.path, (str(value),)
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, field.name) for field in fields(value))
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Makes nothing but a contract's values."""

    def find_class(self, module: str, name: str) -> Any:
        if not module.startswith(_VALUES):
            raise pickle.UnpicklingError(module)
        found = super().find_class(module, name)
        if found is files.path or is_dataclass(found):
            return found
        raise pickle.UnpicklingError(name)

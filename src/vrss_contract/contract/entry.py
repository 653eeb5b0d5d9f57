"""One entry of the contract's files, and the parts that entries have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrss_contract.contract import files
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import Clause, Given, Promise, SourceLocation


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read, and where it stands."""

    place: SourceLocation
    raw: Mapping[str, Any]
    folder: Path = Path()
    """The folder of the contract, which the files that an entry names are under."""

    def file(self, name: str) -> str:
        """The text of a file that the entry names.

        Raises:
            TroubleError: there is no such file.
        """
        try:
            return files.text(self.folder / name).strip()
        except OSError as error:
            remedy = "name a file by its path from the folder of the contract"
            raise CLAUSE_FAULT(
                place=self.place, found=f"there is no file {name!r}", do=remedy
            ) from error


def made(entry: Entry, promise: Promise) -> Clause:
    """The clause that an entry writes."""
    raw = entry.raw
    return Clause(
        id=raw["id"],
        kind=raw["kind"],
        level=raw["level"],
        says=raw["says"],
        promise=promise,
        objects=objects(raw),
        source=raw.get("source", ""),
        reason=raw.get("reason", ""),
        place=entry.place,
    )


def objects(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What the entry speaks of, be it one thing or a list."""
    named = raw.get("object", ())
    return (named,) if isinstance(named, str) else tuple(named)


def given_rows(raw: Mapping[str, Any]) -> tuple[Given, ...]:
    """The rows that are there before."""
    return tuple(Given(**given) for given in raw.get("given", ()))


def tuples(
    raw: Mapping[str, Any], keys: tuple[str, ...] = ("columns", "include", "events")
) -> dict[str, Any]:
    """The fields, with the lists among ``keys`` frozen."""
    return {key: tuple(value) if key in keys else value for key, value in raw.items()}

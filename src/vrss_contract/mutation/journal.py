"""What came of a list's parts, kept until the run is over, so that one that was killed goes on.

A file in the user's cache folder, a line for each part that is done. It is of one list of mutants,
target and contract, by a digest of them, and goes when the run ends.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.tried import Killer, Tried
from vrss_contract.postgres import cache

_FOLDER = "mutants"


class Journal:
    """The parts of a run that are done; nothing is kept where there is no cache folder."""

    def __init__(self, digest: str, *, folder: Path | None = None) -> None:
        """The journal of the run that has this digest."""
        kept = folder or cache.folder()
        self._path = kept / _FOLDER / f"{digest}.jsonl" if kept else None

    def read(self, parts: Sequence[Sequence[Mutant]]) -> dict[int, tuple[Tried, ...]]:
        """What came of the parts that were done, by their numbers."""
        found: dict[int, tuple[Tried, ...]] = {}
        for line in self._lines():
            with contextlib.suppress(ValueError, KeyError, TypeError):  # a line may be cut off
                raw = json.loads(line)
                own = {one.id: one for one in parts[raw["part"]]}
                tried = tuple(_tried(one, own) for one in raw["tried"])
                if len(tried) == len(own):
                    found[raw["part"]] = tried
        return found

    def add(self, part: int, tried: Sequence[Tried]) -> None:
        """Keep what came of a part."""
        if self._path is None:
            return
        line = json.dumps({"part": part, "tried": [_raw(one) for one in tried]})
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"\n{line}\n")  # what a killed run cut off is a line of its own
                file.flush()
                os.fsync(file.fileno())

    def end(self) -> None:
        """Remove it: the run is over."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _lines(self) -> list[str]:
        with contextlib.suppress(OSError, ValueError):
            return self._path.read_text("ascii").splitlines() if self._path else []
        return []


def _raw(tried: Tried) -> Mapping[str, Any]:
    raw = asdict(tried)
    return {**raw, "mutant": tried.mutant.id, "level": tried.mutant.level}


def _tried(raw: Mapping[str, Any], own: Mapping[str, Mutant]) -> Tried:
    kept = dict(raw)
    mutant = replace(own[kept["mutant"]], level=kept.pop("level"))  # that which it was found to be
    killers = tuple(Killer(**one) for one in kept["killers"])
    fallen = tuple(kept["fallen"])
    return Tried(**{**kept, "mutant": mutant, "killers": killers, "fallen": fallen})

"""A dataset that a folder of SQL files makes on the server, at one of several sizes.

The files are for psql as well, which is why they hold placeholders of its kind. Rule:
contracts/README.md, "The manifest".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from vrss_contract.contract.manifest import SIZES
from vrss_contract.data.dataset import NO_REFERENCE, Portion, Prepared, ReferenceRows, Selected
from vrss_contract.data.dataset.errors import UNREADABLE_DATASET

PORTION = 125_000
"""Rows that one statement writes at most, about: a second's work."""
_PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_]+)")
_TABLE = re.compile(r"^INSERT INTO ((?:[\w.]|\"[^\"]+\")+)", re.MULTILINE)
_BLOCKS = 100
"""What is ranged over comes in so many blocks, and no portion ends inside of one."""


@dataclass(frozen=True, slots=True)
class SizedDataset:
    """The rows that the files make at these sizes.

    ``sizes`` gives a whole number for each placeholder but ``first`` and ``last``. What a step
    ranges over must divide by 100.
    """

    name: str
    folder: Path
    sizes: Mapping[str, int]
    reference: ReferenceRows = NO_REFERENCE
    bulk: bool = True
    triggers: bool = False

    @property
    def rows(self) -> int:
        """About how many rows there are."""
        return sum(portion.rows for portion in self.portions())

    @property
    def digest(self) -> str:
        """Changes when a statement does."""
        return hashlib.sha256(repr(tuple(self.portions())).encode()).hexdigest()

    def portions(self) -> Iterator[Portion]:
        """The statements in the order of the steps."""
        for step in plan(self.folder)["steps"]:
            yield from self._divided(step)

    def _divided(self, step: dict[str, Any]) -> Iterator[Portion]:
        """A file's statements: one that has no range is a single one."""
        text = (self.folder / step["file"]).read_text("utf-8")
        rows = sum(self.sizes[size] for size in step.get("rows", ()))
        number = self.sizes[step["over"]] if "over" in step else 0
        for first, last in ranges(number, rows) if number else [(0, 0)]:
            statement = rendered(text, {**self.sizes, "first": first, "last": last})
            share = rows * last // number - rows * (first - 1) // number if number else rows
            yield _portion(statement, share)


def read(folder: Path, name: str, reference: ReferenceRows = NO_REFERENCE) -> SizedDataset:
    """The dataset of that name in the folder's sizes.yaml.

    Raises:
        TroubleError: there is no such folder, or no size of that name.
    """
    sizes = plan(folder)["sizes"]
    if name not in sizes:
        raise UNREADABLE_DATASET(
            path=folder / SIZES, found=f"no size {name!r}", do=f"it has: {[*sizes]}"
        )
    return SizedDataset(name, folder, sizes[name], reference)


def ranges(number: int, rows: int) -> list[tuple[int, int]]:
    """What 1 to ``number`` falls into, whole blocks each, if all of it makes so many rows."""
    parts = min(_BLOCKS, max(1, -(-rows // PORTION)))
    block = number // _BLOCKS
    bounds = [_BLOCKS * part // parts * block for part in range(parts + 1)]
    return [(before + 1, last) for before, last in pairwise(bounds)]


def rendered(text: str, values: Mapping[str, int]) -> str:
    """The SQL with a number for each placeholder; KeyError for one that has none."""
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def _portion(statement: str, rows: int) -> Portion:
    table = _TABLE.search(statement)
    return Selected(table[1], statement, rows) if table else Prepared(statement)


@cache
def plan(folder: Path) -> dict[str, Any]:
    """The sizes and steps of a folder. Raises TroubleError."""
    path = folder / SIZES
    try:
        found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        remedy = "a generator's folder holds sizes.yaml, with `sizes` and `steps`"
        raise UNREADABLE_DATASET(path=path, found=str(error), do=remedy) from error
    return found

"""A platform's worth of rows, which the SQL files of fixtures/datasets/scale make on the server.

Knows the files, their sizes, and how a file's work is divided; does not know what the rows are. The
files are for psql as well, which is why they hold placeholders of its kind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import yaml

from vrss_contract import paths
from vrss_contract.data.dataset import Portion, Prepared, Selected
from vrss_contract.data.dataset.reference import aged

PORTION = 125_000
"""Rows that one statement writes at most, about: a second's work."""
_PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_]+)")
_TABLE = re.compile(r"^INSERT INTO (\w+)", re.MULTILINE)
_FILES = paths.fixtures() / "datasets" / "scale"
_BLOCKS = 100
"""What is ranged over comes in so many blocks, and no portion ends inside of one."""


@dataclass(frozen=True, slots=True)
class ScaleDataset:
    """The rows that the files make at these sizes.

    ``sizes`` gives a whole number for each placeholder but ``first`` and ``last``. What a step
    ranges over must divide by 100, and posts by 5,000.
    """

    name: str
    sizes: Mapping[str, int]
    bulk: bool = True

    @property
    def rows(self) -> int:
        """About how many rows there are."""
        return sum(portion.rows for portion in self.portions())

    @property
    def digest(self) -> str:
        """Changes when a statement does."""
        return hashlib.sha256(repr(tuple(self.portions())).encode()).hexdigest()

    def portions(self) -> Iterator[Portion]:
        """The statements in the files' order; before them the age of the tiers."""
        yield aged(datetime.fromtimestamp(self.sizes["opened"], UTC))
        for step in _plan()["steps"]:
            yield from self._divided(step)

    def _divided(self, step: dict[str, Any]) -> Iterator[Portion]:
        """A file's statements: one that has no range is a single one."""
        text = (_FILES / step["file"]).read_text("utf-8")
        rows = sum(self.sizes[size] for size in step.get("rows", ()))
        number = self.sizes[step["over"]] if "over" in step else 0
        for first, last in ranges(number, rows) if number else [(0, 0)]:
            statement = rendered(text, {**self.sizes, "first": first, "last": last})
            share = rows * last // number - rows * (first - 1) // number if number else rows
            yield _portion(statement, share)


def read(name: str) -> ScaleDataset:
    """The dataset of that name in sizes.yaml; KeyError where there is none."""
    return ScaleDataset(name, _plan()["sizes"][name])


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
def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = yaml.safe_load((_FILES / "sizes.yaml").read_text("utf-8"))
    return plan

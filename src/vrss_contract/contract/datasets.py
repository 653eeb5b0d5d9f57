"""Entries on what is true of the datasets, as values.

The JSON Schema has vouched for the shape of each entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vrss_contract.contract.entry import Entry, made
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import Clause, DatasetPromise, Range


def dataset(entry: Entry) -> Iterator[Clause]:
    """What a dataset's figures are, or what else is proven of it.

    Raises:
        TroubleError: a figure is to be less than its least, which nothing is.
    """
    raw = entry.raw
    expects = raw.get("expects") or {profile: {} for profile in raw["profiles"]}
    promise = DatasetPromise(
        query=raw.get("query", ""),
        expects={profile: _ranges(entry, figures) for profile, figures in expects.items()},
        proves=raw.get("proves", ""),
    )
    yield made(entry, promise)


def _ranges(entry: Entry, figures: Mapping[str, Any]) -> Mapping[str, Range]:
    ranges = {name: _range(figure) for name, figure in figures.items()}
    for name, one in ranges.items():
        if one.most is not None and one.most < one.least:
            found = f"{name} is at least {one.least:g} and at most {one.most:g}"
            raise CLAUSE_FAULT(
                place=entry.place, found=found, do="give the lesser number as `least`"
            )
    return ranges


def _range(figure: Any) -> Range:
    return Range(**figure) if isinstance(figure, Mapping) else Range(figure, figure)

"""Entries on what a dump and its restore keep, as values.

The JSON Schema has vouched for the shape of each entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vrss_contract.contract.entry import Entry, given_rows, made
from vrss_contract.contract.model import Clause, Promise, RestoredPromise

_DUMPS = {
    "schema-only": "a dump of the schema alone",
    "whole": "a whole dump",
    "data-only": "a dump of the data alone, without triggers",
}
_SAYS = {
    "loads": "Every statement of {} is taken by pg_restore.",
    "catalog": "Restored from {}, the catalog is as it was.",
    "rows": "Restored from {}, every row and sequence is as it was.",
    "pairs": "Restored from {}, operations that met without a deadlock still do.",
}
_ASPECTS: Mapping[str, tuple[str, ...]] = {
    "schema-only": ("loads", "catalog"),
    "whole": ("loads", "catalog", "rows"),
    "data-only": ("loads", "rows"),
}


def restored(entry: Entry) -> Iterator[Clause]:
    """A clause for each thing that is kept on the way that the entry names."""
    way = entry.raw["way"]
    pairs = {id_: tuple(operations) for id_, operations in entry.raw.get("pairs", {}).items()}
    for aspect in (*_ASPECTS[way], *(("pairs",) if pairs else ())):
        promise = RestoredPromise(
            way, aspect, given_rows(entry.raw), pairs if aspect == "pairs" else {}
        )
        clause = made(entry, promise)
        yield replace(clause, id=f"{clause.id}.{aspect}", says=_SAYS[aspect].format(_DUMPS[way]))


def pairs_named(promise: Promise) -> tuple[str, ...]:
    """The clauses of kind pairs that a promise refers to."""
    return tuple(promise.pairs) if isinstance(promise, RestoredPromise) else ()

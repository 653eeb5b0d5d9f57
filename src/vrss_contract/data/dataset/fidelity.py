"""What of a schema must be the same before and after its tables are filled.

The catalog's facts, and what a fill touches beside them: comments and the order of references.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.data.dataset.asking import HOME, ask
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.database.catalog.read import read

_COMMENTS = f"""
SELECT format('comment on %s', coalesce(
    (SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.oid = d.objoid),
    (SELECT format('%s.%s', k.conrelid::regclass, k.conname) FROM pg_constraint AS k
     WHERE k.oid = d.objoid)
)), d.description
FROM pg_description AS d
WHERE
    d.objsubid = 0
    AND (
        (d.classoid = 'pg_class'::regclass AND d.objoid IN (
            SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = {HOME}
        )) OR (d.classoid = 'pg_constraint'::regclass AND d.objoid IN (
            SELECT k.oid FROM pg_constraint AS k WHERE k.connamespace = {HOME}
        ))
    )
"""
# The triggers behind foreign keys fire in the order of their names, which end in their numbers.
_ORDER = f"""
SELECT format('references of %s', g.tgrelid::regclass), string_agg(
    format('%s.%s', k.conrelid::regclass, k.conname), ' ' ORDER BY g.tgname::text COLLATE "C"
)
FROM pg_trigger AS g
INNER JOIN pg_constraint AS k ON g.tgconstraint = k.oid
INNER JOIN pg_class AS t ON g.tgrelid = t.oid
WHERE g.tgisinternal AND t.relnamespace = {HOME}
GROUP BY g.tgrelid
"""
_PARTS = {
    "column": "columns",
    "constraint": "constraints",
    "index": "indexes",
    "trigger": "triggers",
}
"""What a part of a table is called, and where its facts are."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A schema, as far as a fill could change it."""

    catalog: Catalog
    comments: Mapping[str, str]
    order: Mapping[str, str]
    """The order in which a table's references are asked, by what people call it."""


def likeness(connection: psycopg.Connection[Any], schemas: Sequence[str] = ("public",)) -> Likeness:
    """The schema as this transaction sees it."""
    comments: dict[str, str] = dict(ask(connection, _COMMENTS))
    return Likeness(read(connection, schemas), comments, order(connection))


def order(connection: psycopg.Connection[Any]) -> Mapping[str, str]:
    """In which order the references of each table are asked."""
    return dict(ask(connection, _ORDER))


def differences(before: Likeness, after: Likeness) -> tuple[str, ...]:
    """What is not as it was, by name, sorted; a part of a table rather than the table."""
    return tuple(sorted(_differences(before, after)))


def _differences(before: Likeness, after: Likeness) -> Iterator[str]:
    yield from _changed("", before.comments, after.comments)
    yield from _changed("", before.order, after.order)
    then, now = before.catalog, after.catalog
    yield from _changed("enum ", then.enums, now.enums)
    yield from _changed("sequence ", then.sequences, now.sequences)
    yield from _changed("", {"functions": then.functions}, {"functions": now.functions})
    yield from _changed("", {"others": then.others}, {"others": now.others})
    for name in _changed("", then.tables, now.tables):
        inside = _inside(name, then.tables.get(name), now.tables.get(name))
        yield from inside or [f"table {name}"]


def _inside(name: str, then: CatalogTable | None, now: CatalogTable | None) -> list[str]:
    """Which parts of a table differ."""
    return [
        f"{word} {name}.{changed}"
        for word, part in _PARTS.items()
        for changed in _changed("", getattr(then, part, {}), getattr(now, part, {}))
    ]


def _changed(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            yield f"{kind}{name}"

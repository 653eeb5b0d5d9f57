"""Keys, indexes and references, taken away before rows come in bulk and made again after.

Only what PostgreSQL can print so that what is made again is the same, and what nothing else depends
on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import psycopg

from vrss_contract.data.dataset.asking import NAME, ask, run
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.fidelity import order
from vrss_contract.data.dataset.progress import Meter, Phase

# Stays: what a partition shares with its parent; what is not valid; what has a property that its
# definition does not print, be it a mark for CLUSTER or replication, a tablespace, a setting of a
# key's index or a statistics target. Within a table the order is kept, since the planner takes the
# older of two indexes that serve alike.
_INDEXES = f"""
SELECT
    CASE WHEN k.oid IS NULL THEN 'indexes' ELSE 'keys' END,
    {NAME},
    CASE
        WHEN k.oid IS NULL THEN format('DROP INDEX %s', i.oid::regclass)
        ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', t.oid::regclass, k.conname)
    END,
    CASE
        WHEN k.oid IS NULL THEN pg_get_indexdef(i.oid)
        ELSE format(
            'ALTER TABLE %s ADD CONSTRAINT %I %s',
            t.oid::regclass, k.conname, pg_get_constraintdef(k.oid)
        )
    END
    || coalesce(
        '; COMMENT ON INDEX ' || i.oid::regclass
        || ' IS ' || quote_literal(obj_description(i.oid, 'pg_class')), ''
    )
    || coalesce(
        '; COMMENT ON CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || t.oid::regclass
        || ' IS ' || quote_literal(obj_description(k.oid, 'pg_constraint')), ''
    )
FROM pg_index AS x
INNER JOIN pg_class AS i ON x.indexrelid = i.oid
INNER JOIN pg_class AS t ON x.indrelid = t.oid
LEFT JOIN pg_constraint AS k
    ON i.oid = k.conindid AND t.oid = k.conrelid AND k.contype IN ('p', 'u', 'x')
WHERE
    {NAME} = ANY($1::text[]) AND t.relkind = 'r'
    AND NOT t.relispartition AND x.indisvalid AND x.indisready
    AND NOT x.indisclustered AND NOT x.indisreplident AND i.reltablespace = 0
    AND (k.oid IS NULL OR i.reloptions IS NULL)
    AND NOT EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = i.oid AND coalesce(a.attstattarget, -1) >= 0
    )
ORDER BY array_position($1::text[], {NAME}), i.oid
"""
# In the order in which PostgreSQL asks them. Not for us to make again: what another table has, what
# a partition shares with its parent, and what somebody disabled, since it would then be enabled.
_REFERENCES = f"""
SELECT
    'references',
    {NAME},
    format('ALTER TABLE %s DROP CONSTRAINT %I', t.oid::regclass, k.conname),
    format(
        'ALTER TABLE %s ADD CONSTRAINT %I %s',
        t.oid::regclass, k.conname, pg_get_constraintdef(k.oid)
    )
    || coalesce(
        '; COMMENT ON CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || t.oid::regclass
        || ' IS ' || quote_literal(obj_description(k.oid, 'pg_constraint')), ''
    ),
    t.oid::regclass::text,
    k.confrelid::regclass::text,
    {NAME} = ANY($1::text[]) AND t.relkind = 'r'
    AND NOT t.relispartition AND k.conparentid = 0
    AND NOT EXISTS (
        SELECT FROM pg_trigger AS g WHERE k.oid = g.tgconstraint AND g.tgenabled <> 'O'
    )
FROM pg_constraint AS k
INNER JOIN pg_class AS t ON k.conrelid = t.oid
WHERE k.contype = 'f'
ORDER BY (
    SELECT g.tgname::text COLLATE "C" FROM pg_trigger AS g
    WHERE k.oid = g.tgconstraint AND g.tgfoid = '"RI_FKey_check_ins"()'::regprocedure
)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A key, index or reference, as the statements that take it away and make it again."""

    phase: Phase
    table: str
    drop: str
    make: str


@dataclass(frozen=True, slots=True)
class RebuiltReference:
    """A foreign key, and whether it is one that may be taken away."""

    part: Part
    table: str
    refers_to: str
    ours: bool


def movable(asked: Sequence[RebuiltReference]) -> list[Part]:
    """Which references can be made again and are then asked in the same order as before.

    What is made again is asked last, so one that is older than one that stays has to stay as well,
    where the two are asked of the same table.

    Args:
        asked: all references of the database, in the order in which they are asked.
    """
    parts: list[Part] = []
    held: set[tuple[str, str]] = set()
    for one in reversed(asked):
        ends = {("refers", one.table), ("is referred to", one.refers_to)}
        if one.ours and not ends & held:
            parts.append(one.part)
        else:
            held |= ends
    return parts[::-1]


class Rebuilding:
    """Takes parts of the tables away when it begins, and makes them again."""

    def __init__(self, connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
        self._connection = connection
        self._order = order(connection)
        # Made again in this order, taken away in the other: a key is referred to by a reference.
        indexes = [Part(*row) for row in ask(connection, _INDEXES, list(tables))]
        asked = [
            RebuiltReference(Part(*row[:4]), *row[4:])
            for row in ask(connection, _REFERENCES, list(tables))
        ]
        whole = [*indexes, *movable(asked)]
        self._parts = [part for part in reversed(whole) if self._dropped(part)][::-1]

    def make_again(self, rows: Mapping[str, int], meter: Meter, failing: Failing) -> None:
        """Make the parts; ``rows`` by table say how much of the work each is."""
        references = [part for part in self._parts if part.phase == "references"]
        others = [part for part in self._parts if part.phase != "references"]
        for chosen in (others, references):
            weights = [rows.get(part.table, 0) + 1 for part in chosen]
            for part, done in zip(chosen, accumulate(weights), strict=True):
                failing.writing(part.table)
                run(self._connection, part.make)
                meter.at(part.phase, done / sum(weights))
        if references and order(self._connection) != self._order:
            # PostgreSQL orders them by numbers as if these were words: 100000 comes before 99999.
            # It gave the one after the other; from here on it gives numbers of one length.
            run(self._connection, ";\n".join(part.drop for part in references))
            run(self._connection, ";\n".join(part.make for part in references))

    def _dropped(self, part: Part) -> bool:
        """Whether it could be dropped, in one round trip; what others depend on stays."""
        try:
            run(self._connection, f"SAVEPOINT part; {part.drop}; RELEASE part")
        except psycopg.errors.DependentObjectsStillExist:
            run(self._connection, "ROLLBACK TO part; RELEASE part")
            return False
        return True

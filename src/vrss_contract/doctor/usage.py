"""What the server has counted of tables and indexes, as values, in one round trip.

The cumulative statistics, which no snapshot holds still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from vrss_contract.sql.literal import named

_TABLES = """
SELECT
    s.schemaname, s.relname,
    COALESCE(NULLIF(s.n_live_tup, 0), GREATEST(c.reltuples, 0)::bigint),
    s.n_mod_since_analyze,
    pg_relation_size(s.relid),
    EXISTS (
        SELECT FROM pg_stats AS p WHERE p.schemaname = s.schemaname AND p.tablename = s.relname
    )
FROM pg_stat_user_tables AS s INNER JOIN pg_class AS c ON c.oid = s.relid
WHERE s.schemaname = ANY(%s)
"""
_INDEXES = """
SELECT
    s.schemaname, s.indexrelname, s.relname, s.idx_scan, s.idx_tup_read, s.idx_tup_fetch,
    pg_relation_size(s.indexrelid),
    EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = s.indexrelid)
FROM pg_stat_user_indexes AS s WHERE s.schemaname = ANY(%s)
"""
_SINCE = "SELECT stats_reset, now() FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class TableUsage:
    """A table; rows are the server's estimates."""

    rows: int
    modified: int
    """Rows written since the last ANALYZE."""
    bytes: int
    analyzed: bool
    """Whether the planner has statistics that this role can see."""


@dataclass(frozen=True, slots=True)
class IndexUsage:
    """An index."""

    table: str
    """Its table's own name, without a schema."""
    scans: int
    read: int
    """Entries that scans returned."""
    fetched: int
    """Rows that simple scans fetched by them."""
    bytes: int
    building: bool
    """Whether a session is making it now."""


@dataclass(frozen=True, slots=True)
class Usage:
    """All that was counted, by name."""

    tables: Mapping[str, TableUsage] = field(default_factory=dict)
    indexes: Mapping[str, IndexUsage] = field(default_factory=dict)
    since: datetime | None = None
    """When counting began anew; None where that was never asked for."""
    now: datetime | None = None

    @property
    def age(self) -> str:
        """For how long it was counted, in words."""
        if self.since is None or self.now is None:
            return "since the database was made, or since the server crashed last"
        return f"since {self.since:%Y-%m-%d %H:%M} ({(self.now - self.since).days:,} days)"


def read(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> Usage:
    """What was counted in these schemas; the first one's names are bare. Raises psycopg.Error."""

    def counted(query: str) -> Iterator[tuple[str, Sequence[Any]]]:
        for schema, name, *rest in connection.execute(query.encode(), [list(schemas)]):
            yield named("" if schema == schemas[0] else schema, name), rest

    tables = {name: TableUsage(*rest) for name, rest in counted(_TABLES)}
    indexes = {name: IndexUsage(*rest) for name, rest in counted(_INDEXES)}
    since, now = connection.execute(_SINCE).fetchone() or (None, None)
    return Usage(tables, indexes, since, now)

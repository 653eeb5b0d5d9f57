"""Decisions of schema.sql, each taken back: ours without it, to see what it costs.

A step is added behind schema.sql: it asks the catalog what there is, or puts the strategy's own
function with its triggers in the place of ours. Does not know a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.schemas import changed, strategys_own
from benchmarks.writepath_workloads import MANY_ROWS
from vrss_contract.target import Target

_INDEX = re.compile(r"CREATE INDEX (\w+)")
_EACH_FUNCTION = """
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
    LOOP
        EXECUTE format('ALTER FUNCTION %s {change}', one);
    END LOOP;
END $$
"""
_NO_TRIGGERS = """
DO $$
DECLARE one regclass;
BEGIN
    FOR one IN SELECT DISTINCT tgrelid FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one);
    END LOOP;
END $$
"""
_LIKES = ("like of one post", "like", "unlike")


@dataclass(frozen=True, slots=True)
class Price:
    """A decision that can be taken back."""

    name: str
    target: Target
    """Ours without it."""
    bears_on: tuple[str, ...]
    """How the rows of the workloads begin that tell its price."""

    def tells(self, row: str) -> bool:
        """Whether a workload's row tells the price."""
        return row.startswith(self.bears_on)


def prices(strategy: Target, ours: Target) -> Iterator[Price]:
    """Every decision whose price the errata tell, and all triggers together."""

    def without(name: str, bears_on: tuple[str, ...], *steps: str) -> Price:
        return Price(name, changed(ours, name, steps), bears_on)

    everything = (*_LIKES, "follow", "comment", "reply", "soft delete", "repost", "upload")
    yield without(
        "likes counted once a statement",
        (*_LIKES, f"{MANY_ROWS:,} likes"),
        *strategys_own("update_post_likes_count", strategy),
    )
    yield without(
        "pinned search_path",
        (*_LIKES, "follow,", "comment"),
        _EACH_FUNCTION.format(change="RESET ALL"),
    )
    yield without(
        "SECURITY DEFINER and pinned search_path",
        (*_LIKES, "follow,", "comment"),
        _EACH_FUNCTION.format(change="SECURITY INVOKER RESET ALL"),
    )
    yield without(
        "lock of a pair and probe",
        ("follow",),
        *strategys_own("create_friendship_on_mutual_follow", strategy),
    )
    yield without(
        "updated_at by the wall clock, on all tables",
        ("edit", "soft delete", "like,"),
        *strategys_own("update_updated_at_column", strategy),
    )
    more = sorted(_indexes(ours) - _indexes(strategy))
    yield without("indexes that the strategy lacks", everything, f"DROP INDEX {', '.join(more)}")
    yield without("all triggers", everything, _NO_TRIGGERS)


def _indexes(target: Target) -> set[str]:
    return {match[1] for step in target.steps if (match := _INDEX.match(step.sql))}

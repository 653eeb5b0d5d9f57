"""Decisions of schema.sql, each taken back: ours without it, to see what it costs.

A step is added behind schema.sql: it asks the catalog what there is, or puts the strategy's own
function with its triggers in the place of ours. Does not know a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.writepath_workloads import MANY_ROWS
from vrss_contract.target import Statement, Target

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
        added = tuple(Statement(sql, 1) for sql in steps)
        return Price(name, replace(ours, name=name, steps=ours.steps + added), bears_on)

    everything = (*_LIKES, "follow", "comment", "reply", "soft delete", "repost", "upload")
    yield without(
        "likes counted once a statement",
        (*_LIKES, f"{MANY_ROWS:,} likes"),
        *_own(strategy, "update_post_likes_count"),
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
        *_own(strategy, "create_friendship_on_mutual_follow"),
    )
    yield without(
        "updated_at by the wall clock, on all tables",
        ("edit", "soft delete", "like,"),
        *_own(strategy, "update_updated_at_column"),
    )
    more = sorted(_indexes(ours) - _indexes(strategy))
    yield without("indexes that the strategy lacks", everything, f"DROP INDEX {', '.join(more)}")
    yield without("all triggers", everything, _NO_TRIGGERS)


def _own(strategy: Target, function: str) -> Iterator[str]:
    """The strategy's function and triggers in the place of ours."""
    yield f"DROP FUNCTION {function}() CASCADE"
    yield from (step.sql for step in strategy.steps if f"{function}()" in step.sql)


def _indexes(target: Target) -> set[str]:
    return {match[1] for step in target.steps if (match := _INDEX.match(step.sql))}

"""The schemas that are compared.

They are the strategy's, ours, ours without triggers, and the strategy's with one fix of ours each.
Knows how a fix is cut out of schema.sql: its functions, with all triggers that run them, take the
place of the strategy's. A function's rights and search_path are a fix of their own, so every other
one goes without. Does not know a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vrss_contract.target import Statement, Target

STRATEGY, OURS, BARE = "strategy", "schema.sql", "no triggers"
"""The schemas that every workload is run on; all ratios are to the first."""
COUNTERS, MORE_COUNTERS, DEFINER = "counters", "more counters", "definer"
PAIR_LOCK, PROBE, STORAGE = "pair lock", "pair lock, probe", "storage"
UPDATED_AT, INDEXES, CHECKS, LOCK_ORDER = "updated_at", "indexes", "checks", "lock order"
MEANING = {
    COUNTERS: "likes and comments are counted per statement, also on UPDATE and TRUNCATE",
    MORE_COUNTERS: "replies and reposts are counted, which the strategy's SQL leaves out",
    DEFINER: "the strategy's functions as SECURITY DEFINER with a pinned search_path",
    PAIR_LOCK: "per statement, follows lock their pairs before they look for the reverse ones",
    PROBE: "the same, and above READ COMMITTED the unique index is asked for the reverse ones",
    STORAGE: "storage is charged per statement, also on UPDATE and TRUNCATE",
    UPDATED_AT: "updated_at by the wall clock, on every table that has it, not for counters",
    INDEXES: "the indexes that the strategy's SQL lacks, most of them for foreign keys",
    CHECKS: "a comment of white space of any kind is refused",
    LOCK_ORDER: "deletes and recounting updates take turns; a user's delete locks all that goes",
}
"""The fixes, and what each does."""
_REPLACED = {
    COUNTERS: ("update_post_likes_count", "update_post_comments_count"),
    MORE_COUNTERS: ("update_post_reposts_count", "update_comment_replies_count"),
    PROBE: ("create_friendship_on_mutual_follow",),
    STORAGE: (
        "update_storage_on_media_insert",
        "update_storage_on_media_delete",
        "update_storage_on_media_update",
        "update_storage_on_media_truncate",
    ),
    UPDATED_AT: ("update_updated_at_column",),
    LOCK_ORDER: ("take_turns_with_deletes", "lock_what_goes_with_user"),
}
"""The functions that each of these fixes consists of."""
_ABOVE_READ_COMMITTED = "current_setting('transaction_isolation') <> 'read committed'"
_NOT_BLANK = """
ALTER TABLE comments DROP CONSTRAINT comments_content_not_empty,
ADD CONSTRAINT comments_content_not_empty CHECK (NOT is_blank(content))
"""
_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (?P<name>\w+)")
_TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\w+)\s.*\sEXECUTE FUNCTION (?P<runs>\w+)", re.DOTALL
)
_INDEX = re.compile(r"CREATE INDEX (?P<name>\w+)")
_PINNED = re.compile(r"^SET search_path = .+$", re.MULTILINE)


class LostFixError(Exception):
    """A fix that can't be cut out of schema.sql any more: the bench has to follow its change."""


def schemas(strategy: Target, ours: Target) -> dict[str, Target]:
    """Every schema, by name.

    Raises:
        LostFixError: schema.sql no longer holds what a fix is made of.
    """
    bare = tuple(step for step in ours.steps if not _TRIGGER.match(step.sql))
    fixed = {
        name: Target(name, (*strategy.steps, *steps))
        for name, steps in _fixes(Parts.of(strategy), Parts.of(ours)).items()
    }
    return {STRATEGY: strategy, OURS: ours, BARE: Target(BARE, bare), **fixed}


@dataclass(frozen=True, slots=True)
class Parts:
    """A schema's functions and indexes by name, and each trigger with the function it runs."""

    functions: dict[str, Statement]
    indexes: dict[str, Statement]
    triggers: tuple[tuple[str, Statement], ...]

    @classmethod
    def of(cls, target: Target) -> Parts:
        """The parts of the target."""
        return cls(
            {match["name"]: step for match, step in _found(_FUNCTION, target)},
            {match["name"]: step for match, step in _found(_INDEX, target)},
            tuple((match["runs"], step) for match, step in _found(_TRIGGER, target)),
        )

    def function(self, name: str) -> Statement:
        """One of the functions. Raises LostFixError."""
        if name not in self.functions:
            raise LostFixError(f"schema.sql has no function {name}")
        return self.functions[name]


def _found(pattern: re.Pattern[str], target: Target) -> Iterator[tuple[re.Match[str], Statement]]:
    for step in target.steps:
        if match := pattern.match(step.sql):
            yield match, step


def _fixes(strategy: Parts, ours: Parts) -> dict[str, tuple[Statement, ...]]:
    missing = (step for name, step in ours.indexes.items() if name not in strategy.indexes)
    return {
        **{name: _replaced(functions, ours) for name, functions in _REPLACED.items()},
        PAIR_LOCK: tuple(map(_without_probe, _replaced(_REPLACED[PROBE], ours))),
        DEFINER: tuple(_definers(strategy, ours)),
        INDEXES: tuple(missing),
        CHECKS: (ours.function("is_blank"), _step(_NOT_BLANK)),
    }


def _replaced(functions: tuple[str, ...], ours: Parts) -> tuple[Statement, ...]:
    """Our functions with their triggers instead of the strategy's, its rights and path kept."""
    steps: list[Statement] = []
    for name in functions:
        steps += [
            _step(f"DROP FUNCTION IF EXISTS {name}() CASCADE"),
            ours.function(name),
            _step(f"ALTER FUNCTION {name}() SECURITY INVOKER"),
            _step(f"ALTER FUNCTION {name}() RESET ALL"),
        ]
    return (*steps, *(step for runs, step in ours.triggers if runs in functions))


def _without_probe(step: Statement) -> Statement:
    """The step, in which a function takes every isolation level for READ COMMITTED."""
    if not _FUNCTION.match(step.sql):
        return step
    if step.sql.count(_ABOVE_READ_COMMITTED) != 1:
        raise LostFixError("the friendship function asks for the isolation level in other words")
    return _step(step.sql.replace(_ABOVE_READ_COMMITTED, "FALSE"))


def _definers(strategy: Parts, ours: Parts) -> Iterator[Statement]:
    for name in strategy.functions:
        theirs = ours.function(name).sql
        pinned = _PINNED.search(theirs)
        if pinned is None:
            raise LostFixError(f"the function {name} of schema.sql pins no search_path")
        rights = "SECURITY DEFINER " if "SECURITY DEFINER" in theirs else ""
        yield _step(f"ALTER FUNCTION {name}() {rights}{pinned[0]}")


def _step(sql: str) -> Statement:
    return Statement(sql.strip(), 1)

"""Kind ``phase``: phases load in order, each alone on the ones before, and roll back.

The phases of a target are loaded one after the other into an empty database. The state of a schema
is its catalog; two states are the same if their facts are.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg

from vrss_contract.checks.judged import Judged, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind, as_one
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Clause, Contract, PhasePromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read
from vrss_contract.database.loader import said
from vrss_contract.database.naming.naming import run
from vrss_contract.database.session import PUBLIC
from vrss_contract.errors import TroubleError
from vrss_contract.sql.literal import qualified
from vrss_contract.target import Target

_ABSENT = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedObject,
    psycopg.errors.UndefinedFunction,
)


@dataclass(frozen=True, slots=True)
class Walked:
    """What was seen of one phase."""

    before: Catalog
    after: Catalog | None = None
    trouble: str = ""
    """Why it did not load, if it did not."""
    rolled_back: Catalog | None = None
    stuck: str = ""
    """Why what it made could not be dropped, if it could not."""


def asked(clauses: Sequence[Clause], target: Target) -> tuple[Sequence[Clause], tuple[str, ...]]:
    """The clauses without those on phases, where the target marks none, and a note of it.

    Who asks for nothing but phases is told that they can't be judged.
    """
    others = [clause for clause in clauses if not isinstance(clause.promise, PhasePromise)]
    if target.phases or not others or len(others) == len(clauses):
        return clauses, ()
    count = len(clauses) - len(others)
    told = f"{count:,} clauses on phases were not asked: no line `-- phase 1: name` marks any"
    return others, (told,)


def needs_a_later_one(trouble: TroubleError, target: Target, contract: Contract) -> bool:
    """Whether the target does not load since a phase names what a later one makes."""
    error, line = trouble.__cause__, trouble.given.get("line", 0)
    if not isinstance(error, _ABSENT) or not (
        before := [s for s in target.steps if s.line <= line]
    ):
        return False
    declared = (contract.tables, contract.enums, contract.functions)
    later = {n for group in declared for n, one in group.items() if one.phase > before[-1].phase}
    words = re.findall(r"\w+", error.diag.message_primary or "")
    return bool(before[-1].phase) and not later.isdisjoint(words)


def _judge(
    promises: Mapping[str, PhasePromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    walked = _walk(context)
    for promise in promises.values():
        yield [_judged(promise, walked, context)]


def _sql(promise: PhasePromise, _: Contract, target: Target) -> str:
    """The statements of the phase."""
    return "".join(f"{step.sql};\n" for step in target.phase(promise.phase))


def _judged(promise: PhasePromise, walked: Mapping[int, Walked], context: JudgingContext) -> Judged:
    seen = walked.get(promise.phase)
    if seen is None:
        marked = ", ".join(map(str, context.target.phases)) or "none"
        wanted = f"a line `-- phase {promise.phase}: name` before its statements"
        found = f"phases marked by lines such as `-- phase 1: name`: {marked}"
        return lost(Finding(f"phase {promise.phase} is not marked", wanted, found))
    if promise.aspect == "loads":
        return Judged(_loads(promise, seen))
    if seen.after is None:
        return lost(Finding("the phase does not load", "a phase that loads", seen.trouble))
    return Judged(_ASPECTS[promise.aspect](promise, seen))


def _loads(promise: PhasePromise, seen: Walked) -> tuple[Finding, ...]:
    if not seen.trouble:
        return ()
    return (Finding(f"phase {promise.phase} alone", "it loads", seen.trouble),)


def _creates(promise: PhasePromise, seen: Walked) -> tuple[Finding, ...]:
    made = set(_tables(seen.after)) - set(_tables(seen.before))
    if made == set(promise.tables):
        return ()
    expected, found = ", ".join(sorted(promise.tables)), ", ".join(sorted(made)) or "none"
    return (Finding(f"the tables of phase {promise.phase}", expected, found),)


def _rolls_back(promise: PhasePromise, seen: Walked) -> tuple[Finding, ...]:
    because = f"everything that phase {promise.phase} made is dropped"
    if seen.stuck:
        return (Finding(because, "nothing depends on it", seen.stuck),)
    if seen.rolled_back == seen.before:
        return ()
    left = ", ".join(_changed(seen.before, seen.rolled_back or Catalog()))
    return (Finding(because, "the schema as it was before", f"another state of {left}"),)


_ASPECTS = {"creates": _creates, "rolls-back": _rolls_back}


def _walk(context: JudgingContext) -> dict[int, Walked]:
    """Load phase after phase into an empty database; undo and redo each on the way."""
    database = replace(context.databases.create(), schemas=PUBLIC)
    walked: dict[int, Walked] = {}
    with database.connect() as session:
        # What stands before the first marker is nobody's phase, and there before all of them.
        context.databases.loader(context.target, session).load(context.target.phase(0))
        with _by_name(session, context) as before:
            pass
        for phase in context.target.phases:
            loader = context.databases.loader(context.target, session)
            try:
                loader.load(context.target.phase(phase))
            except TroubleError as trouble:
                walked[phase] = Walked(before, trouble=f"{trouble.headline}\n{trouble.found}")
                break
            with _by_name(session, context) as after:
                walked[phase] = _undone(session, before, after, context.contract)
            before = after
    return walked


@contextlib.contextmanager
def _by_name(session: psycopg.Connection, context: JudgingContext) -> Iterator[Catalog]:
    """What is there by the contract's names, which are put back: later phases use their own."""
    with session.transaction(force_rollback=True):
        run(session, context.contract, context.target.renames)
        yield read(session, context.contract.schemas)


def _undone(
    session: psycopg.Connection, before: Catalog, after: Catalog, contract: Contract
) -> Walked:
    """Drop all that the phase made, look, and put it back by rolling back."""
    try:
        with session.transaction(force_rollback=True):
            session.execute("".join(_drops(before, after, contract)).encode())
            return Walked(before, after, rolled_back=read(session, contract.schemas))
    except psycopg.Error as error:
        return Walked(before, after, stuck=said(error))


def _drops(before: Catalog, after: Catalog, contract: Contract) -> Iterator[str]:
    """What removes the phase's own objects and fails where something else depends on them."""
    views = [one.name for one in contract.objects if one.form == "view"]
    for word, old, new in (
        ("VIEW", _others(before, views), _others(after, views)),
        ("TABLE", _tables(before), _tables(after)),
        ("FUNCTION", _signatures(before), _signatures(after)),
        ("TYPE", tuple(before.enums), tuple(after.enums)),
    ):
        made = [name for name in new if name not in set(old)]
        if made:
            listed = (_signed(name, contract.schemas[0]) for name in made)
            yield f"DROP {word} {', '.join(listed)} RESTRICT;\n"


def _signed(name: str, home: str) -> str:
    """An object with its schema; a function's arguments stay behind its name."""
    name, open_, arguments = name.partition("(")
    return f"{qualified(name, home)}{open_}{arguments}"


def _others(catalog: Catalog, declared: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for _, name in catalog.others if name in declared)


def _tables(catalog: Catalog | None) -> tuple[str, ...]:
    return tuple(catalog.tables) if catalog else ()


def _signatures(catalog: Catalog) -> tuple[str, ...]:
    return tuple(f"{one.name}({one.arguments})" for one in catalog.functions)


def _changed(old: Catalog, new: Catalog) -> Iterator[str]:
    """The names of what differs between two states."""
    for before, after in ((old.tables, new.tables), (old.enums, new.enums)):
        yield from sorted(k for k in {*before, *after} if before.get(k) != after.get(k))
    if set(old.functions) != set(new.functions):
        yield "functions"
    if (old.sequences, old.others) != (new.sequences, new.others):
        yield "sequences or other objects"


KIND: Kind[PhasePromise] = Kind((PhasePromise,), _judge, _sql, as_one)

"""Whether each line of functions and triggers is seen to matter: it is changed, and judged.

    python -m benchmarks.function_changes [--contract DIR] [--object NAME ...] [--jobs N]
        [--by {all,alone,nearest}] [--unlisted] [--thorough]

A change is seen where a clause of behaviour breaks by it, at level must or should; clauses that
compare texts and declarations are not asked. What is not seen must be no change of what happens: it
is listed as equal, with the reason, in tests/contract/function_changes.yaml. There too stands which
clause sees what only sessions at once can show; that one is asked first. Exit code 1 where a change
is unseen, or otherwise than listed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import get_args

import yaml
from tests import paths

from benchmarks.equals import Equal
from benchmarks.function_changes_judge import TOGETHER, Asked, Ending, Judge, Seen
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.mutation.bodies.changes import BodyChange, ChangedObject, changes
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

LISTED = Path(__file__).parents[1] / "tests" / "contract" / "function_changes.yaml"
TIMEOUT = 5.0
"""Seconds for a statement: a change may make one run for ever."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A change of an object, and what came of it."""

    object: str
    change: BodyChange
    seen: Seen


@dataclass(frozen=True, slots=True)
class Tries:
    """Which changes are tried, and by which kinds."""

    by: Asked = "all"
    unlisted: bool = False
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of changes that one session does not show."""

    equal: Sequence[Equal] = ()
    together: Sequence[Equal] = ()
    """What sessions at once show; the reason is the clause that breaks."""
    endless: Sequence[Equal] = ()
    """What never ends: clauses are undecided, since nothing is there to be judged."""
    open: Sequence[Equal] = ()
    """What nothing shows yet; the reason is what would."""

    def ending(self, changed: str, name: str) -> Ending:
        """What the change is to end in."""
        if self.clause(changed, name):
            return "seen"
        for found, ending in _ENDINGS.items():
            if any(one.speaks_of(changed, name) for one in getattr(self, found)):
                return ending
        return "seen"

    def clause(self, changed: str, name: str) -> str:
        """The clause that sees the change, where it takes sessions at once."""
        return next((one.reason for one in self.together if one.speaks_of(changed, name)), "")

    def knows(self, changed: str, name: str) -> bool:
        """Whether the change is listed at all."""
        return any(one.speaks_of(changed, name) for one in self._all)

    def idle(self, tried: Sequence[tuple[str, str]]) -> list[str]:
        """What is listed of nothing."""
        return [name for one in self._all for name in one.idle(tried)]

    @property
    def _all(self) -> Sequence[Equal]:
        return (*self.equal, *self.together, *self.endless, *self.open)


_COLUMNS = ("stillborn", "alone", "together", "equal", "undecided", "unseen")
_ENDINGS: Mapping[str, Ending] = {"equal": "unseen", "endless": "undecided", "open": "unseen"}


def listed(contract: str) -> Listed:
    """The reviewed list of a contract."""
    found: Mapping[str, Mapping[str, list[Mapping[str, object]]]] = yaml.safe_load(
        LISTED.read_text("utf-8")
    )
    own = found.get(contract, {})
    reasons = {"equal": "reason", "together": "clause", "endless": "reason", "open": "wants"}
    return Listed(
        **{
            part: [Equal.of(one, reason, "objects") for one in own.get(part, [])]
            for part, reason in reasons.items()
        }
    )


def faults(found: Sequence[Tried], known: Listed) -> list[str]:
    """What is unseen and not listed, what is seen otherwise than listed, and what is idle."""
    told = [
        f"listed, but nothing of it: {one}"
        for one in known.idle([(one.object, one.change.name) for one in found])
    ]
    return [*told, *filter(None, (fault(one, known) for one in found))]


def fault(one: Tried, known: Listed) -> str:
    """What is wrong with what came of a change, or nothing."""
    name, seen = one.change.name, one.seen
    called, ending = f"{one.object}: {name}", known.ending(one.object, name)
    clause = known.clause(one.object, name)
    if clause:
        right = seen.clause == clause
        return "" if right else f"listed for {clause}, but {_told(seen)}: {called}"
    if ending != "seen":
        return "" if seen.ending == ending else f"listed as {ending}, but {_told(seen)}: {called}"
    return (
        ""
        if seen.ending in {"seen", "stillborn"}
        else f"{_told(seen)}: {called}\n{one.change.diff}"
    )


def _told(seen: Seen) -> str:
    return f"{seen.ending} by {seen.clause}" if seen.clause else seen.ending


def main() -> int:
    """Try them all, and say what came of them."""
    given = _words()
    contract = read_contract(given.contract)
    script = contract.manifest.required_schema().read_text("utf-8")
    known = listed(contract.manifest.name)
    wanted = [
        (changed, made)
        for changed, made in changes(script, contract)
        if not given.object or any(one in changed.name for one in given.object)
    ]
    asked = Tries(given.by, unlisted=given.unlisted, thorough=given.thorough)
    began = time.monotonic()
    say = sys.stdout.write
    say(f"| object | changes | {' | '.join(_COLUMNS)} |\n|---{'|---:' * (1 + len(_COLUMNS))}|\n")
    found: list[Tried] = []
    for own in _tried(wanted, contract, known, asked, given.jobs):
        if own:
            say(_line(own[0].object, own, contract, known))
            sys.stderr.write("".join(f"{one}\n" for each in own if (one := fault(each, known))))
            sys.stdout.flush()
        found += own
    say(_line("all", found, contract, known))
    told = faults(found, known)
    say(f"\n{time.monotonic() - began:.0f} s, {len(told)} unseen or otherwise than listed\n")
    say("".join(f"{one}\n" for one in told))
    return 1 if told else 0


Group = list[tuple[ChangedObject, list[BodyChange]]]


def _tried(
    wanted: Group, contract: Contract, known: Listed, asked: Tries, jobs: int
) -> Iterator[list[Tried]]:
    """What came of every change, object by object; those at one table share what they found out."""
    groups: dict[str, Group] = defaultdict(list)
    for changed, made in wanted:
        groups[next(iter(changed.tables), "")].append((changed, made))
    target = sqlfile.read(contract.manifest.required_schema())
    ready: SimpleQueue[list[Tried] | None] = SimpleQueue()

    def work(databases: Databases, database: Database, group: Group) -> None:
        judge = Judge(contract, target, databases, database)
        try:
            for changed, made in group:
                ready.put([*tried(judge, changed, made, known, asked)])
        finally:
            judge.close()
            ready.put(None)

    with (
        choose("embedded", major=contract.manifest.postgres) as server,
        Databases(server.access, timeout=TIMEOUT, schemas=contract.schemas) as databases,
        ThreadPoolExecutor(jobs) as pool,
    ):
        loaded = databases.load(target)
        copies = [databases.create(loaded) for _ in groups]
        done = [
            pool.submit(work, databases, copy, group)
            for copy, group in zip(copies, groups.values(), strict=True)
        ]
        for _ in groups:
            while (own := ready.get()) is not None:
                yield own
        for one in done:
            one.result()


def tried(
    judge: Judge, changed: ChangedObject, made: Sequence[BodyChange], known: Listed, asked: Tries
) -> Iterator[Tried]:
    """Every change of an object, judged; what is listed for a clause is judged by that first."""
    for change in made:
        clause = known.clause(changed.name, change.name)
        if not (asked.unlisted and known.knows(changed.name, change.name)):
            shown = clause or known.ending(changed.name, change.name) == "seen"
            by: Asked = asked.by if shown or asked.thorough else "alone"
            seen = judge.seen(changed, change, [clause] if clause else [], by)
            yield Tried(changed.name, change, seen)


def _line(name: str, found: Sequence[Tried], contract: Contract, known: Listed) -> str:
    kinds = {one.id: one.kind for one in contract.clauses}
    count = Counter(_sort(one, kinds, known) for one in found)
    parts = (count[one] for one in _COLUMNS)
    return f"| {name} | {len(found)} | {' | '.join(map(str, parts))} |\n"


def _sort(one: Tried, kinds: Mapping[str, str], known: Listed) -> str:
    if one.seen.ending == "seen":
        return "together" if kinds[one.seen.clause] in TOGETHER else "alone"
    if one.seen.ending == "unseen":
        equal = any(each.speaks_of(one.object, one.change.name) for each in known.equal)
        return "equal" if equal else "unseen"
    return one.seen.ending


def _words() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--contract", type=Path, default=paths.contracts())
    words.add_argument("--object", action="extend", nargs="+", default=[], help="part of its name")
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument(
        "--by", choices=get_args(Asked), default="all", help="which clauses are asked"
    )
    words.add_argument("--unlisted", action="store_true", help="leave out what the list speaks of")
    words.add_argument(
        "--thorough", action="store_true", help="have sessions at once judge what is equal, too"
    )
    return words.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""One interleaving played again, and told step by step."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import AllowedErrors, Oracle, Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import PATIENT, Player
from vrss_contract.concurrency.schedule.program import COMMIT, Event, Program
from vrss_contract.concurrency.workload import replay_text
from vrss_contract.concurrency.workload.errors import NO_ROWS, NO_SUCH_SCHEDULE
from vrss_contract.concurrency.workload.trial import Trial, allowed_errors, program
from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import Contract, SchedulePromise, WorkloadPromise
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.loader import said
from vrss_contract.database.naming.naming import assumed
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import BROKEN, UNJUDGED
from vrss_contract.postgres import Server
from vrss_contract.target import Target

_LETTERS = string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Scene:
    """What a replay text stands for."""

    rows: Sequence[str]
    program: Program
    allowed_errors: AllowedErrors
    order: tuple[int, ...]
    promise: SchedulePromise | WorkloadPromise


def scene(text: str, contract: Contract) -> Scene:
    """What the text stands for in this contract.

    Raises:
        TroubleError: the text is wrong, or names what is not there.
    """
    asked = replay_text.read(text, contract.operations)
    if isinstance(asked, Trial):
        return _of_trial(text, asked, contract)
    clause = next((one for one in contract.clauses if one.id == asked.clause), None)
    promise = played(clause.promise, contract) if clause else None
    if not isinstance(promise, SchedulePromise):
        raise NO_SUCH_SCHEDULE(text=text, found=f"there is no schedule {asked.clause!r}")
    if len(asked.levels) != len(promise.sessions):
        found = f"{len(asked.levels)} levels for {len(promise.sessions)} sessions"
        raise NO_SUCH_SCHEDULE(text=text, found=found)
    scripts = scenarios.scripts(promise, asked.levels)
    may = [session.may for session in promise.sessions]
    return Scene(
        scenarios.schedule_rows(promise, BaselineRows(contract)), scripts, may, asked.order, promise
    )


def replay(  # noqa: PLR0913 - where it is played, and how often
    one: Scene,
    contract: Contract,
    target: Target,
    server: Server,
    *,
    times: int,
    tell: Callable[[str], None],
) -> int:
    """Play it, tell each step and what came of it, at worst; returns the exit code.

    Raises:
        TroubleError: the server can't be had, the target doesn't load, or the rows aren't taken.
    """
    with server as started, Databases(started.access, schemas=contract.schemas) as databases:
        database, _ = assumed(databases, target, contract)
        with (
            RestorableDatabase(database, contract) as restorable,
            Player(database, len(one.program), reset=restorable.reset, tries=PATIENT) as player,
        ):
            try:
                restorable.prepare(one.rows)
            except psycopg.Error as error:
                raise NO_ROWS(text=target.name, reason=said(error)) from error
            oracle = _oracle(one, restorable, player)
            runs = [oracle.play(one.order) for _ in range(times)]
    worst = max(runs, key=lambda run: (bool(run.broken), bool(run.run.lost)))
    for line in lines(one.program, worst):
        tell(line)
    if times > 1:
        alike = sum(run.shape == worst.shape for run in runs)
        tell(f"{alike} of {times} times exactly like this")
    if worst.broken:
        return BROKEN
    return UNJUDGED if worst.run.lost else 0


def _oracle(one: Scene, restorable: RestorableDatabase, player: Player) -> Oracle:
    promise = one.promise
    if isinstance(promise, WorkloadPromise):
        return Oracle(restorable, player, one.program, one.allowed_errors, promise.asks)
    asks = scenarios.asks(promise)
    return Oracle(restorable, player, one.program, one.allowed_errors, asks, promise.then)


def lines(scripts: Program, played: Played) -> Iterator[str]:
    """The run in words: a line each step, each ending, each thing that is broken."""
    for letter, script in zip(_LETTERS, scripts, strict=False):
        yield f"session {letter}: {script.level.sql}"
    yield ""
    for event in played.run.events:
        head, *rest = event.statement.splitlines()
        yield f"{_LETTERS[event.session]}  {head}"
        yield from (f"   {line}" for line in rest)
        yield f"     -> {_ended(event)}{', after a wait' if event.waited else ''}"
    yield ""
    for letter, ending in zip(_LETTERS, played.run.endings, strict=False):
        yield f"{letter} {'committed' if not ending else f'ended with {ending}'}"
    if played.run.lost:
        yield f"not played to its end: {played.run.lost}"
    yield from (f"BROKEN {one}" for one in played.broken)
    if not played.broken and not played.run.lost:
        yield "every invariant holds, and every ending is allowed"


def _ended(event: Event) -> str:
    if event.condition or event.statement == COMMIT:
        return event.condition or "done"
    return f"{event.rows} row{'' if event.rows == 1 else 's'}"


def _of_trial(text: str, trial: Trial, contract: Contract) -> Scene:
    """A program of operations, on the rows of the first workload that has them all."""
    promises = (
        clause.promise for clause in contract.clauses if isinstance(clause.promise, WorkloadPromise)
    )
    promise = next((one for one in promises if trial.operations <= set(one.operations)), None)
    if promise is None:
        raise NO_SUCH_SCHEDULE(text=text, found="no workload has all of these operations")
    scripts = program(trial, contract.operations)
    return Scene(
        scenarios.workload_rows(promise, contract, BaselineRows(contract)),
        scripts,
        allowed_errors(trial, contract.operations),
        trial.order,
        promise,
    )

"""How many interleavings the schedules have, what each costs, and whether they repeat.

    python -m benchmarks.schedules [TARGET] [--replays 20]

Plays every schedule at every mix of isolation levels, then those that a gate plays. With
``--replays`` each interleaving that broke something is played so often again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import click
from tests import paths

from benchmarks.timing import machine, table
from vrss_contract.checks import schedule
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import PATIENT, Player
from vrss_contract.concurrency.schedule.program import orders
from vrss_contract.contract.model import Clause, Contract, SchedulePromise
from vrss_contract.contract.read import read_contract
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

_SESSIONS = 4


@dataclass(frozen=True, slots=True)
class Mixed:
    """What one schedule at one mix of levels came to."""

    clause: str
    orders: int
    played: Sequence[Played]
    seconds: Sequence[float]
    """For each execution, from the reset to the verdict."""
    broken: int
    """Executions that did not end as they may."""
    repeats: int = 0
    """Broken executions, times the replays."""
    alike: int = 0
    """Of these, the ones that ended exactly like the first."""


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--replays", default=0, show_default=True, help="Plays of each broken interleaving.")
def main(target: Path | None, replays: int) -> None:
    """Print a table of what all mixes and what a gate's mixes cost, and of the replays."""
    contract = read_contract(paths.contracts())
    wanted = [clause for clause in contract.clauses if clause.kind == "schedule"]
    path = target or paths.schema()
    with choose("embedded", major=16) as server, Databases(server.access) as databases:
        database = databases.load(sqlfile.read(path))
        rows = []
        for name, thorough in (("every mix", True), ("a gate's", False)):
            began = time.perf_counter()
            mixed = list(_all(contract, wanted, database, thorough=thorough, replays=replays))
            rows.append(_row(name, mixed, wanted, time.perf_counter() - began))
            replays = 0
            if thorough and any(one.repeats for one in mixed):
                _tell(mixed)
    click.echo(f"{path.name}, {machine()}\n")
    head = (
        "mixes",
        "schedules",
        "orders",
        "executions",
        "broken",
        "median ms",
        "p95 ms",
        "total s",
    )
    click.echo(table(head, rows))


def _all(
    contract: Contract,
    clauses: Sequence[Clause],
    database: Database,
    *,
    thorough: bool,
    replays: int,
) -> Iterator[Mixed]:
    with (
        RestorableDatabase(database, contract) as restorable,
        Player(database, _SESSIONS, reset=restorable.reset, tries=PATIENT) as player,
    ):
        for clause in clauses:
            promise = clause.promise
            if isinstance(promise, SchedulePromise):
                restorable.prepare(scenarios.schedule_rows(promise, BaselineRows(contract)))
                for mix in schedule.mixes(clause.id, promise, thorough=thorough):
                    yield _mixed(clause.id, promise, mix, restorable, player, replays=replays)


def _mixed(  # noqa: PLR0913 - what is played, where, and how often
    id_: str,
    promise: SchedulePromise,
    mix: schedule.Mix,
    restorable: RestorableDatabase,
    player: Player,
    *,
    replays: int,
) -> Mixed:
    scripts = scenarios.scripts(promise, mix)
    played, seconds, last = [], [], time.perf_counter()
    for one in schedule.executions(promise, mix, restorable, player):
        now = time.perf_counter()
        seconds.append(now - last)
        played.append(one)
        last = now
    oracle = scenarios.oracle(promise, mix, restorable, player)
    broken = [one for one in played if one.broken]
    again = [
        oracle.play(one.run.order).shape == one.shape for one in broken for _ in range(replays)
    ]
    wrong = sum(bool(schedule.forbidden(promise, one)) for one in played)
    return Mixed(id_, orders(scripts), played, seconds, wrong, len(again), sum(again))


def _row(
    name: str, mixed: Sequence[Mixed], clauses: Sequence[Clause], total: float
) -> tuple[object, ...]:
    seconds = [one for mix in mixed for one in mix.seconds]
    executions = len(seconds)
    broken = sum(mix.broken for mix in mixed)
    ms = median(seconds) * 1000, quantiles(seconds, n=20)[-1] * 1000
    return (
        name,
        len(clauses),
        f"{sum(mix.orders for mix in mixed):,}",
        f"{executions:,}",
        f"{broken:,}",
        *(f"{one:.1f}" for one in ms),
        f"{total:.1f}",
    )


def _tell(mixed: Sequence[Mixed]) -> None:
    total, alike = sum(one.repeats for one in mixed), sum(one.alike for one in mixed)
    click.echo(f"{alike:,} of {total:,} replays of broken interleavings ended exactly alike")
    for one in mixed:
        if one.alike < one.repeats:
            click.echo(f"  {one.clause}: {one.alike} of {one.repeats}")


if __name__ == "__main__":
    main()

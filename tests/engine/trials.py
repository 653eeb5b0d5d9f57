"""Operations and trials for the tests of workloads, played without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from hypothesis import strategies as st

from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.schedule.program import Level, Run
from vrss_contract.concurrency.workload.call import Call
from vrss_contract.concurrency.workload.draw import trials
from vrss_contract.concurrency.workload.trial import Trial, TrialSession
from vrss_contract.contract.model import Operation
from vrss_contract.database.invariants import Counterexample

OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "like",
            "A user likes a post.",
            "INSERT INTO likes (user_id, post_id) VALUES (:user, :post)",
            {"user": (1, 2, 3), "post": (1, 2)},
            may=("unique_violation",),
        ),
        Operation("unlike", "A user likes no more.", "DELETE FROM likes", {"user": (1, 2)}),
        Operation("tag", "A post is tagged.", "UPDATE posts SET tag = :tag", {"tag": ("a b", "c")}),
        Operation("sweep", "All is swept.", "DELETE FROM posts", deletes=True),
    )
}

TRIALS = st.integers().map(lambda seed: next(trials(OPERATIONS, Random(seed))))
"""Any trial of these."""


def session(*calls: Call, level: Level = Level.RC) -> TrialSession:
    return TrialSession(level, calls)


def played(trial: Trial, *broken: str, lost: str = "") -> Played:
    """What a server would answer on which no session ever waits."""
    order = tuple(_order(trial))
    run = Run(order, (), ("",) * len(trial.sessions), (), lost)
    return Played(run, tuple(Counterexample(name, "{}") for name in broken))


def breaking(**rules: Callable[[Trial], bool]) -> Callable[[Trial], Played]:
    """A play in which an invariant breaks whenever its rule says so."""
    return lambda trial: played(trial, *(name for name, rule in rules.items() if rule(trial)))


def _order(trial: Trial) -> Iterator[int]:
    left = [each.steps for each in trial.sessions]
    for wish in trial.order:
        if left[wish]:
            left[wish] -= 1
            yield wish
    for number, steps in enumerate(left):
        yield from [number] * steps

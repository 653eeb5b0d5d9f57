"""The search for small trials that break something.

Trials are drawn, tried, made smaller and told apart from faults that are known.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.schedule.program import Run
from vrss_contract.concurrency.workload.call import Operations
from vrss_contract.concurrency.workload.draw import trials
from vrss_contract.concurrency.workload.reduce import reduced
from vrss_contract.concurrency.workload.trial import Trial

Play = Callable[[Trial], Played]
_REPLAYS = 3
"""A fault must come again so often before it is called steady."""
_DRAWS = 10
"""How many times as many are drawn as are played: of few operations many are drawn twice."""
_SHRINKS = 400
"""Trials that may be played to make one fault smaller; a number, so that no clock decides."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An invariant, and the smallest trial that was found to break it."""

    invariant: str
    detail: str
    trial: Trial
    """Its order is the one that was played."""
    examples: int
    """Trials drawn until it showed."""
    seconds: float
    """Time until it showed, from the search's begin; making it smaller is not in it."""
    steady: bool = True
    """Whether its replays all ended alike."""

    def covers(self, invariant: str, trial: Trial) -> bool:
        """Whether this trial breaks the invariant in a way that is known by this fault."""
        return invariant == self.invariant and self.trial.operations <= trial.operations


@dataclass(slots=True)
class SearchTally:
    """How far a search is."""

    examples: int = 0
    """Trials drawn and played."""
    lost: list[tuple[Trial, Run]] = field(default_factory=list)
    """Trials that were not played to their end, and how far they came."""


def search(  # noqa: PLR0913 - a search has these limits
    play: Play,
    operations: Operations,
    *,
    examples: int = 1000,
    seconds: float = 60.0,
    seed: int = 0,
    known: Iterable[Fault] = (),
    tally: SearchTally | None = None,
) -> Iterator[Fault]:
    """Faults, as they are found, each made small and replayed.

    Args:
        play: what comes of a trial; called in this thread, one trial at a time.
        operations: what trials are made of.
        examples: how many trials are drawn at most.
        seconds: after this time none is drawn; one fault may still be made smaller.
        seed: the same seed draws the same trials.
        known: faults that count as passing.
        tally: told how far it is, for whoever watches.
    """
    hunt = _Hunt(
        play, operations, tally or SearchTally(), examples, time.monotonic(), seconds, list(known)
    )
    round_ = 0
    while (chase := _chased(hunt, Random(f"{seed} {round_}"))) is not None:  # noqa: S311 - no secret
        fault = hunt.fault(chase)
        hunt.known.append(fault)
        round_ += 1
        yield fault


class _OverError(BaseException):
    """Ends a search from inside; no Exception, or it would be taken for a failing trial."""


@dataclass(slots=True)
class _Chase:
    """The fault that is being made smaller."""

    invariant: str
    trial: Trial
    played: Played
    examples: int
    seconds: float
    shrinks: int = 0

    @property
    def detail(self) -> str:
        return next(one.row for one in self.played.broken if one.invariant == self.invariant)


@dataclass(slots=True)
class _Hunt:
    """What is tried so far, and what it led to."""

    play: Play
    operations: Operations
    tally: SearchTally
    examples: int
    began: float
    seconds: float
    known: list[Fault]
    chase: _Chase | None = None
    _played: dict[Trial, Played] = field(default_factory=dict)

    def fails(self, trial: Trial) -> bool:
        """Whether a trial breaks something new; once it does, whether it breaks the same."""
        played = self._play(trial)
        if self.chase is None:
            broken = self._unknown(trial, played)
            if not broken:
                return False
            elapsed = time.monotonic() - self.began
            self.chase = _Chase(broken[0], trial, played, self.tally.examples, elapsed)
            return True
        if self.chase.invariant not in self._unknown(trial, played):
            return False
        if _size(trial) <= _size(self.chase.trial):
            self.chase.trial, self.chase.played = trial, played
        return True

    def fault(self, chase: _Chase) -> Fault:
        """What was chased, made as small as it gets and replayed."""
        chase.trial = replace(chase.trial, order=chase.played.run.order)
        with contextlib.suppress(_OverError):
            reduced(chase.trial, self.operations, self.fails)
        trial = replace(chase.trial, order=chase.played.run.order)
        replays = [self.play(trial).shape for _ in range(_REPLAYS)]
        steady = all(shape == chase.played.shape for shape in replays)
        return Fault(chase.invariant, chase.detail, trial, chase.examples, chase.seconds, steady)

    def _unknown(self, trial: Trial, played: Played) -> list[str]:
        names = dict.fromkeys(one.invariant for one in played.broken)
        return [n for n in names if not any(fault.covers(n, trial) for fault in self.known)]

    def _play(self, trial: Trial) -> Played:
        """What comes of it, once and for all: two answers would confuse who makes it smaller."""
        if trial not in self._played:
            self._count()
            played = self.play(trial)
            run = played.run
            if run.lost:
                self.tally.lost.append((trial, run))
            self._played[trial] = self._played[replace(trial, order=run.order)] = played
        return self._played[trial]

    def _count(self) -> None:
        if self.chase is not None:
            self.chase.shrinks += 1
            if self.chase.shrinks > _SHRINKS:
                raise _OverError
            return
        elapsed = time.monotonic() - self.began
        if self.tally.examples >= self.examples or elapsed >= self.seconds:
            raise _OverError
        self.tally.examples += 1


def _chased(hunt: _Hunt, random: Random) -> _Chase | None:
    """The next new fault; none where trials or time are used up."""
    hunt.chase = None
    with contextlib.suppress(_OverError):
        for trial in itertools.islice(trials(hunt.operations, random), _DRAWS * hunt.examples):
            if hunt.fails(trial):
                break
    return hunt.chase


def _size(trial: Trial) -> tuple[int, ...]:
    """What makes a trial harder to read, worst first."""
    calls = sum(len(session.calls) for session in trial.sessions)
    return calls, len(trial.sessions)

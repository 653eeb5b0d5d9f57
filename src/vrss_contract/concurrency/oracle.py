"""What comes of sessions that write at once: how each ends, and which invariants are broken then.

Rule: contracts/README.md, "Sessions at once".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from vrss_contract.concurrency.schedule.program import COMMIT, LOST, Event, Program, Run, Script
from vrss_contract.database.invariants import Counterexample

RETRIED = frozenset({"serialization_failure", "deadlock_detected"})
"""The conditions that ask for a retry; any session may end with them."""
AllowedErrors = Sequence[Collection[str]]
"""For each session, the other conditions that it may end with."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one interleaving."""

    run: Run
    broken: tuple[Counterexample, ...] = ()
    """Counter-examples, and endings that are not allowed (``ending.<condition>``)."""

    @property
    def shape(self) -> tuple[object, ...]:
        """What two plays of one order must have in common; a counter-example may hold the time.

        What several sessions did that one step let go is told apart by session, not by the clock.
        """
        steps = sorted((e.session, n, e.waited, e.condition) for n, e in self._numbered())
        broken = frozenset(one.invariant for one in self.broken)
        return self.run.order, self.run.endings, tuple(steps), broken, bool(self.run.lost)

    def _numbered(self) -> Iterator[tuple[int, Event]]:
        """Each event with its number among those of its session."""
        counts: Counter[int] = Counter()
        for event in self.run.events:
            counts[event.session] += 1
            yield counts[event.session], event


def always_lost(run: Run, again: Callable[[], Played], times: int = 2) -> bool:
    """Whether the run can't be played to its end however often, which then is the target's doing.

    One statement that hangs or whose session ends may be the machine's; three of three are not.
    """
    if run.by_server:
        return False
    runs = (again().run for _ in range(times))
    return all(one.lost and not one.by_server for one in runs)


class Rows(Protocol):
    """The committed rows, and the invariants that are asked of them."""

    def reset(self) -> None:
        """Put the rows back."""
        ...

    def observe(self) -> None:
        """Look at what must never fall; called while no session is at work."""
        ...

    def broken(self, asks: Sequence[str], then: Mapping[str, str]) -> Sequence[Counterexample]:
        """Look at what must never fall, and at all else: the counter-examples there are.

        Under ``then`` each of these expressions that is not its fellow.
        """
        ...


class Steps(Protocol):
    """Sessions that are stepped through a program."""

    def play(self, program: Program, prefix: Sequence[int], seen: Callable[[Event], None]) -> Run:
        """Step the sessions in this order as far as they can be."""
        ...

    def retry(self, script: Script) -> str:
        """Run a script alone; the condition that it failed with, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Oracle:
    """Plays interleavings of one program and says what is broken."""

    rows: Rows
    steps: Steps
    program: Program
    allowed_errors: AllowedErrors
    asks: tuple[str, ...] = ()
    then: Mapping[str, str] | None = None

    def play(self, order: Sequence[int]) -> Played:
        """Play from the rows as they were, retry what failed, and ask."""
        self.rows.reset()
        run = self.steps.play(self.program, order, self._looking())
        if run.lost:
            return Played(run)
        broken = list(self._refused(run))
        if RETRIED & set(run.endings):
            broken += self.rows.broken(self.asks, {})
            again = tuple(self._retried(run))
            if LOST in again:
                return Played(replace(run, lost="a retry was not played to its end"))
            broken += self._refused_again(run, again)
        broken += self.rows.broken(self.asks, self.then or {})
        return Played(run, tuple(dict.fromkeys(broken)))

    def _looking(self) -> Callable[[Event], None]:
        """What looks at the rows after each commit but the last: all is asked then."""
        ended: set[int] = set()

        def seen(event: Event) -> None:
            if len(ended) == len(self.program):  # it is played once more
                ended.clear()
            if event.condition or event.statement == COMMIT:
                ended.add(event.session)
            if event.statement == COMMIT and len(ended) < len(self.program):
                self.rows.observe()

        return seen

    def _refused(self, run: Run) -> Iterator[Counterexample]:
        said = {event.session: event.message for event in run.events if event.condition}
        for number, (may, condition) in enumerate(
            zip(self.allowed_errors, run.endings, strict=True)
        ):
            if condition and condition not in RETRIED and condition not in may:
                yield Counterexample(f"ending.{condition}", said.get(number, condition))

    def _retried(self, run: Run) -> Iterator[str]:
        """For each session what its retry ended in; nothing where there is none to be made."""
        left = sum(ending in RETRIED for ending in run.endings)
        for script, ending in zip(self.program, run.endings, strict=True):
            if ending in RETRIED:
                yield self.steps.retry(script)
                left -= 1
                if left:  # all is asked after the last one
                    self.rows.observe()
            else:
                yield ""

    def _refused_again(self, run: Run, retries: Sequence[str]) -> Iterator[Counterexample]:
        for may, ending, again in zip(self.allowed_errors, run.endings, retries, strict=True):
            if again and again not in may:
                yield Counterexample(f"retry.{again}", f"after {ending}, the retry ended with it")

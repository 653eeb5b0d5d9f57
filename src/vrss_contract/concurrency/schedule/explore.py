"""Every execution of a program, each once.

A pure search over choices, depth first; does not know what plays them. Rule: docs/ARCHITECTURE.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vrss_contract.concurrency.schedule.program import Run


def explore(play: Callable[[Sequence[int]], Run]) -> Iterator[Run]:
    """All executions, in the alphabetical order of their choices.

    ``play`` follows the choices it is given and then takes the first session that can be chosen.
    An execution that leaves the given choices, since the program does not always run alike, is
    yielded, and nothing is derived from it.
    """
    ahead: list[tuple[int, ...]] = [()]
    while ahead:
        prefix = ahead.pop()
        run = play(prefix)
        yield run
        if run.order[: len(prefix)] == prefix:
            ahead.extend(_branches(run, len(prefix)))


def _branches(run: Run, start: int) -> Iterator[tuple[int, ...]]:
    """Where the run could have turned off after the choices it was given; the next one last."""
    for at in range(start, len(run.order)):
        for other in reversed(run.choices[at]):
            if other > run.order[at]:
                yield (*run.order[:at], other)

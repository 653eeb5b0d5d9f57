"""How far something is, on one line of a terminal.

Silent where nobody looks, and gone without a trace when it is over.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TextIO, TypeVar

from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.report.screen import coloured, interactive
from vrss_contract.report.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Waited = TypeVar("Waited")
_WHOLE_RUN = 86_400.0
"""Seconds that the speed is taken from: all of a run, whose parts differ in speed."""


class Progress:
    """One line, drawn only on a terminal, while the context is open; it may be opened again.

    Args:
        total: how many are counted; without it a share is shown, once one is told.
        stream: where to draw; standard error if not given, so that a result can be piped.
        environ: what NO_COLOR and TERM are read from.
    """

    def __init__(
        self,
        total: int | None = None,
        stream: TextIO | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._total = total
        self._stream = sys.stderr if stream is None else stream
        self._environ = environ
        self._counts: Counter[Outcome] = Counter()
        self._what = ""
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        if interactive(self._stream, self._environ):
            self._bar = self._drawn()
            with contextlib.suppress(OSError):  # nobody looks any more
                self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar:
            with contextlib.suppress(OSError):  # as above
                self._bar.stop()
            self._bar = None

    def doing(self, what: str) -> None:
        """Say what takes the time."""
        self._what = what
        self._update(words=self._words())

    def at(self, share: float, what: str) -> None:
        """Say which part of the whole is done, from 0 to 1, and what takes the time."""
        self._update(total=1.0, completed=min(share, 1.0), words=visible(what), left="left")

    def judged(self, verdict: Verdict) -> None:
        """One clause further."""
        self._counts[verdict.outcome] += 1
        self._update(advance=1, words=self._words())

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The line is not there meanwhile, so that something can be printed in its place."""
        with contextlib.suppress(OSError):  # nobody looks any more
            if self._bar:
                self._bar.stop()
        yield
        with contextlib.suppress(OSError):
            if self._bar:
                self._bar.start()

    def until_each(self, awaited: Iterable[Waited]) -> Iterator[Waited]:
        """Each of these, with the line drawn only until it is there: what is printed then is alone.

        The context is opened and closed here.
        """
        remaining = iter(awaited)
        while True:
            with self:
                try:
                    one = next(remaining)
                except StopIteration:
                    return
            yield one

    def _words(self) -> str:
        """How many broke, once one was counted, and what takes the time."""
        counts = f"{self._counts[Outcome.BROKEN]:,} broken" if self._counts else ""
        if undecided := self._counts[Outcome.UNDECIDED]:
            counts += f", {undecided:,} undecided"
        return visible("; ".join(filter(None, (counts, self._what))))

    def _update(self, **fields: Any) -> None:
        if self._bar:
            self._bar.update(self._bar.task_ids[0], **fields)

    def _drawn(self) -> Bar:
        """A bar of one task. What others print stays where they print it: it may be a pipe."""
        from rich import progress  # noqa: PLC0415 - rich takes long to import
        from rich.console import Console  # noqa: PLC0415 - as above

        plain = not coloured(self._stream, self._environ)
        drawn = progress.Progress(
            progress.BarColumn(bar_width=24),
            progress.TaskProgressColumn() if self._total is None else progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[words]}", markup=False),
            progress.TimeElapsedColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[left]}"),
            console=Console(file=self._stream, force_terminal=True, no_color=plain),
            speed_estimate_period=_WHOLE_RUN,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        drawn.add_task("", total=self._total, words="", left="left" if self._total else "")
        return drawn

"""How far a run is, on one line of a terminal.

Silent where nobody looks, and gone without a trace when the report comes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.report.screen import bar

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Progress:
    """One line, drawn only on a terminal; ``ended`` belongs in a ``finally``.

    Args:
        stream: where to draw; standard error if not given, so that a report can be piped.
        environ: what NO_COLOR and TERM are read from.
    """

    def __init__(
        self, stream: TextIO | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._environ = environ
        self._counts: Counter[Outcome] = Counter()
        self._bar: Bar | None = None

    def began(self, total: int) -> None:
        """Start drawing for ``total`` clauses."""
        self._bar = bar(self._stream, self._environ, total, counted=True)
        if self._bar:
            self._bar.start()

    def doing(self, what: str) -> None:
        """Say what takes the time before anything is judged."""
        if self._bar:
            self._bar.update(self._bar.task_ids[0], words=what)

    def judged(self, verdict: Verdict) -> None:
        """One clause further."""
        self._counts[verdict.outcome] += 1
        if self._bar:
            words = f"{self._counts[Outcome.BROKEN]:,} broken"
            if undecided := self._counts[Outcome.UNDECIDED]:
                words += f", {undecided:,} undecided"
            self._bar.update(self._bar.task_ids[0], advance=1, words=words)

    def ended(self) -> None:
        """Take the line away; harmless if it never began or has ended."""
        if self._bar:
            self._bar.stop()
            self._bar = None

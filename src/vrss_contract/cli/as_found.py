"""What a run tells on standard error while it goes on: how far it is, and what broke.

Lines are for those who will not see the report on their terminal soon: where the terminal shows
nothing but a log, which will hold the report, they would be there twice.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Any, Self

from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.cli.formats import TERMINAL
from vrss_contract.report.finding import headline
from vrss_contract.report.output import say
from vrss_contract.report.progress import Progress
from vrss_contract.report.screen import interactive
from vrss_contract.report.text import short

_MOST = 20
"""Lines, after which only the count grows: a wrong schema can break all there is."""
_WIDTH = 200


class AsFound:
    """Told of verdicts as they are found."""

    def __init__(self, total: int, options: Mapping[str, Any]) -> None:
        self._progress = Progress(total)
        self._shown = contextlib.ExitStack()
        self._tells = interactive(sys.stderr) or (
            options["output"] is not None or options["formats"].plain != TERMINAL
        )
        self._begun = False
        self._broken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._shown.close()

    def doing(self, what: str) -> None:
        """Say what takes the time.

        The line is drawn from here on, by a thread: a run that shares its work has started its
        processes before, as they must be.
        """
        if not self._begun:
            self._begun = True
            self._shown.enter_context(self._progress)
        self._progress.doing(what)

    def judged(self, verdict: Verdict) -> None:
        """One clause further; one that broke is told."""
        self._progress.judged(verdict)
        if verdict.outcome is Outcome.BROKEN and self._tells:
            self._broken += 1
            if self._broken <= _MOST:
                self._tell(f"BROKEN {verdict.id}: {headline(verdict)}")
            elif self._broken == _MOST + 1:
                self._tell("and more, which the report will tell")

    def _tell(self, line: str) -> None:
        with self._progress.aside():
            say(f"{short(line, _WIDTH)}\n", sys.stderr)

"""How far a fill is, on one line of a terminal.

Silent where nobody looks, and gone without a trace when it is over.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self, TextIO

from vrss_contract.report.screen import bar

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Filling:
    """One line, drawn only on a terminal, while the context is open.

    Args:
        stream: where to draw; standard error if not given, so that a result can be piped.
        environ: what NO_COLOR and TERM are read from.
    """

    def __init__(
        self, stream: TextIO | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._environ = environ
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        self._bar = bar(self._stream, self._environ, 1.0, counted=False)
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar:
            self._bar.stop()

    def at(self, share: float, words: str) -> None:
        """So far it is, and this is being done."""
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=share, words=words)

"""How far a fill is, on one line of a terminal.

Knows a share from 0 to 1 and words beside it; is silent where nobody looks, and gone without a
trace when it is over.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self, TextIO

from vrss_contract.report.screen import coloured, interactive

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
        if interactive(self._stream, self._environ):
            self._bar = _bar(self._stream, colour=coloured(self._stream, self._environ))
            self._bar.add_task("filled", total=1.0, words="")
            self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar:
            self._bar.stop()

    def at(self, share: float, words: str) -> None:
        """So far it is, and this is being done."""
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=share, words=words)


def _bar(stream: TextIO, *, colour: bool) -> Bar:
    from rich.console import Console  # noqa: PLC0415 - rich takes long to import
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    words = TextColumn("{task.fields[words]}", markup=False)
    columns = BarColumn(bar_width=24), TaskProgressColumn(), words, TimeElapsedColumn()
    console = Console(file=stream, force_terminal=True, no_color=not colour)
    return Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    )

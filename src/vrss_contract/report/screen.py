"""Text to a stream, in colour where a person looks at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from vrss_contract.report.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_STYLES = {
    r"^BROKEN|^error\[[^\]]*\]:": "bold red",
    r"^UNDECIDED": "bold yellow",
    r"^ADVICE": "bold blue",
    r"^ +(because|differs|expected|found|repeat|repair|tried|do) ": "cyan",
    r"^ {18}-.*": "red",
    r"^ {18}\+.*": "green",
}
"""What a line shows in which style."""


def interactive(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a person looks at the stream and the terminal can draw."""
    return stream.isatty() and environ.get("TERM") != "dumb"


def coloured(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether colours are wanted: an interactive stream, and NO_COLOR empty (no-color.org)."""
    return interactive(stream, environ) and not environ.get("NO_COLOR")


def show(text: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
    """Write the text, each line visible, with what the stream cannot encode as escapes.

    Good for reports and for errors alike: no control character of a value gets through.
    """
    safe = "\n".join(visible(line) for line in text.split("\n"))
    encoding = stream.encoding or "utf-8"
    safe = safe.encode(encoding, "backslashreplace").decode(encoding)
    if coloured(stream, environ):
        _paint(safe, stream)
    else:
        stream.write(safe)
        stream.flush()


def overwrite(text: str, stream: TextIO) -> None:
    """Show one line in the place of the last one."""
    stream.write(f"\r\x1b[K{visible(text)}")
    stream.flush()


def bar(stream: TextIO, environ: Mapping[str, str], total: float, *, counted: bool) -> Bar | None:
    """A bar of one task with ``words`` beside it, gone when it is stopped; None for nobody.

    It shows how many of ``total`` are done where they are ``counted``, else the percentage. What
    others print stays where they print it: standard output may be a pipe for the report.
    """
    if not interactive(stream, environ):
        return None
    from rich import progress  # noqa: PLC0415 - rich takes long to import
    from rich.console import Console  # noqa: PLC0415 - as above

    drawn = progress.Progress(
        progress.BarColumn(bar_width=24),
        progress.MofNCompleteColumn() if counted else progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[words]}", markup=False),
        progress.TimeElapsedColumn(),
        console=Console(file=stream, force_terminal=True, no_color=not coloured(stream, environ)),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    drawn.add_task("", total=total, words="")
    return drawn


def _paint(text: str, stream: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 - rich takes long to import
    from rich.text import Text  # noqa: PLC0415 - as above

    painted = Text(text)
    for pattern, style in _STYLES.items():
        painted.highlight_regex(f"(?m){pattern}", style)
    Console(file=stream, force_terminal=True, soft_wrap=True).print(painted, end="")

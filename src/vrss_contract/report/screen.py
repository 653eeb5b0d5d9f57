"""Text to a stream, in colour where a person looks at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from vrss_contract.report.text import visible

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


def _paint(text: str, stream: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 - rich takes long to import
    from rich.text import Text  # noqa: PLC0415 - as above

    painted = Text(text)
    for pattern, style in _STYLES.items():
        painted.highlight_regex(f"(?m){pattern}", style)
    Console(file=stream, force_terminal=True, soft_wrap=True).print(painted, end="")

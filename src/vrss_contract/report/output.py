"""Where a report goes: a file, or a stream that may have nobody at its other end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from vrss_contract.errors import Misuse
from vrss_contract.report.screen import show

NO_OUTPUT = Misuse(
    "no-output",
    "The report can't be written where it is wanted.",
    says="the report can't be written to {where}",
    tried="to write to {where}",
    found="{reason}",
    do="name a file in a folder that is there and may be written to,\nor leave --output out",
)


def require_writable(path: Path) -> None:
    """See, before any work is done, that a file can be written there. Raises TroubleError."""
    folder = path.parent
    if path.is_dir():
        raise NO_OUTPUT(where=str(path), reason="a folder where a file is due")
    if not folder.is_dir():
        raise NO_OUTPUT(where=str(path), reason=f"no folder {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise NO_OUTPUT(where=str(path), reason="no right to write there")


def write(report: str, path: Path) -> None:
    """Write the report into the file. Raises TroubleError."""
    try:
        path.write_text(report, "utf-8")
    except OSError as error:
        raise NO_OUTPUT(where=str(path), reason=error.strerror or str(error)) from error


def say(text: str, stream: TextIO | None) -> None:
    """Show the text; whoever closed the stream has read enough, and that is no error.

    Raises TroubleError where the stream takes no more for another reason.
    """
    if stream is None:  # Python's name for one that was closed before it began
        return
    try:
        show(text, stream)
    except BrokenPipeError:
        hush(stream)
    except OSError as error:
        hush(stream)
        raise NO_OUTPUT(where=stream.name, reason=error.strerror or str(error)) from error


def hush(stream: TextIO) -> None:
    """Send to nowhere what is left in the buffer: it would fail again as the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

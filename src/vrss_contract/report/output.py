"""Where a report goes: a file, or a stream that may have nobody at its other end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
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
    try:
        reason = _obstacle(path)
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise NO_OUTPUT(where=str(path), reason=reason)


def _obstacle(path: Path) -> str:
    """Why nothing can be written there, as far as trying it leaves no trace."""
    if path.is_dir():
        return "a folder where a file is due"
    if not path.parent.is_dir():
        return f"no folder {path.parent}"
    if not path.exists():
        with path.open("xb") as tried:
            full = os.fstatvfs(tried.fileno()).f_bfree == 0 < os.fstatvfs(tried.fileno()).f_blocks
        path.unlink()
        return os.strerror(errno.ENOSPC) if full else ""
    if path.is_file():
        with path.open("ab"):
            return ""
    # Whoever reads a pipe would take our opening and closing it for all that comes.
    return "" if os.access(path, os.W_OK) else "no right to write there"


def write(report: str, path: Path) -> None:
    """Write the report into the file. Raises TroubleError."""
    try:
        path.write_bytes(_encoded(report))
    except OSError as error:
        raise NO_OUTPUT(where=str(path), reason=error.strerror or str(error)) from error


def say(text: str, stream: TextIO | None) -> None:
    """Show the text to people; whoever closed the stream has read enough, and that is no error.

    Raises TroubleError where the stream takes no more for another reason, and is not that of
    errors: what went wrong counts, be there room to tell it or not.
    """
    _put(show, text, stream)


def pass_on(report: str, stream: TextIO | None) -> None:
    """Write a machine's format as it is: the bytes that ``write`` puts into a file.

    Neither the stream's encoding nor what is visible on a terminal has a say in it. Ends as ``say``
    does where the stream takes no more.
    """
    _put(_pour, report, stream)


def _put(how: Callable[[str, TextIO], None], text: str, stream: TextIO | None) -> None:
    if stream is None:  # Python's name for one that was closed before it began
        return
    try:
        how(text, stream)
    except BrokenPipeError:
        hush(stream)
    except OSError as error:
        hush(stream)
        if stream is not sys.stderr:
            raise NO_OUTPUT(where=stream.name, reason=error.strerror or str(error)) from error


def _pour(report: str, stream: TextIO) -> None:
    stream.flush()  # what was said before comes before
    binary = getattr(stream, "buffer", None)
    if binary is None:  # a stream that holds text, such as one that captures it
        stream.write(report)
    else:
        binary.write(_encoded(report))
    stream.flush()


def _encoded(report: str) -> bytes:
    """UTF-8; half of a surrogate pair, which a file's name can bring, as its escape."""
    return report.encode("utf-8", "backslashreplace")


def hush(stream: TextIO) -> None:
    """Send to nowhere what is left in the buffer: it would fail again as the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

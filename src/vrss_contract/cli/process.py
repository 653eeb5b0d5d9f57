"""The process that the command line runs in: its streams, its signals, its end.

Nothing is imported here that takes time, so that an interrupt is heard from the first moment on.
"""

from __future__ import annotations

import io
import os
import signal
import sys

TYPE_CHECKING = False  # not typing's, whose import takes longer than all of this
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn, TextIO

INTERRUPTED = 130
"""The exit code of a call that was asked to end."""
_TIDY = "\ninterrupted; nothing was left behind\n"
_UNTIDY = "\ninterrupted again, before all was tidied up; vrss-contract clean does the rest\n"
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAMPLE = "error[code]: some words\n" * 9
"""What a stream's encoding has to take; IDNA, for one, takes words of 63 letters."""


class Interrupts:
    """How the process ends when it is asked to."""

    def __init__(self) -> None:
        self.count = 0
        self._working = False

    def listen(self) -> None:
        """Hear the signals that ask a process to end, but for those that its parent ignores."""
        for one in _ENDINGS:
            if signal.getsignal(one) is not signal.SIG_IGN:
                signal.signal(one, self._hear)
        # Where these are ignored, how a child ended is not told, and reads as a success.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def work(self) -> None:
        """From here on there is something to tidy up."""
        self._working = True

    def cease(self) -> None:
        """There is nothing to tidy up any more: the next signal ends the process by itself."""
        for one in _ENDINGS:
            if signal.getsignal(one) == self._hear:
                signal.signal(one, signal.SIG_DFL)

    def told(self) -> int:
        """Say that the call was interrupted. Returns its exit code."""
        self.cease()
        complain(_UNTIDY if self.count > 1 else _TIDY)
        return INTERRUPTED

    def _hear(self, _: int, __: FrameType | None) -> None:
        self.count += 1
        if not self._working:  # an exception in the midst of an import can become another one
            complain(_TIDY)
            os._exit(INTERRUPTED)
        raise KeyboardInterrupt


INTERRUPTS = Interrupts()


def open_streams() -> None:
    """Have three standard streams that can be written to, whatever the parent left of them.

    A closed one leads nowhere: the next file to be opened would take its number, and get what is
    meant for people. What an encoding lacks becomes an escape.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # it is the lowest number that is free, and so what is opened gets it
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - as it is
    sys.stdin = sys.stdin or _stream(0, "r")
    sys.stdout = _writable(sys.stdout or _stream(1, "w"))
    sys.stderr = _writable(sys.stderr or _stream(2, "w"))


def complain(text: str) -> None:
    """Write to standard error without its buffer, be there somebody who reads it or not."""
    try:
        os.write(2, text.encode("ascii", "backslashreplace"))
    except OSError:
        return


def end(code: int) -> NoReturn:
    """Exit with the code, and no other: the interpreter has one of its own for a full disk."""
    INTERRUPTS.cease()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
    if os.environ.get("PYTHONINSPECT"):  # it would show our exit as an error, and end with another
        os._exit(code)
    sys.exit(code)


def _stream(number: int, mode: str) -> TextIO:
    return io.TextIOWrapper(io.FileIO(number, mode, closefd=False), "utf-8")


def _writable(stream: TextIO) -> TextIO:
    """The stream, with an encoding that takes any text, and where writing waits for its reader."""
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="backslashreplace")
        try:
            _SAMPLE.encode(stream.encoding)
        except UnicodeError:
            reconfigure(encoding="utf-8")
        os.set_blocking(stream.fileno(), True)
    return stream

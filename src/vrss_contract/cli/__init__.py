"""The command line: words in, calls, exit code out. No decision lives here.

A command is a module or a part of one here, and a line in ``commands.COMMANDS``. Exit codes: 0 all
held, 1 something broke, 2 could not judge, 3 wrong use, 130 interrupted. Importing this package
imports no command and no click, so that an interrupt is heard from the first moment on.
"""

from __future__ import annotations

import sys

from vrss_contract.cli import process

TYPE_CHECKING = False  # not typing's, whose import takes its time
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    process.open_streams()
    process.INTERRUPTS.listen()
    try:
        _tell_the_rest_plainly()
        code = _main(arguments)
    except KeyboardInterrupt:  # another one, while the first was told
        code = process.INTERRUPTS.told()
    process.end(code)


def _main(arguments: Sequence[str] | None = None) -> int:
    try:
        from vrss_contract.cli.run import run  # noqa: PLC0415 - takes a while; see above

        return run(arguments)
    except KeyboardInterrupt:
        return process.INTERRUPTS.told()
    except BaseException as error:  # noqa: BLE001 - an installation without click, an exit in a library
        if process.INTERRUPTS.count:  # some libraries make another exception of an interrupt
            return process.INTERRUPTS.told()
        _tell(error)
        return 2  # as errors.UNJUDGED, which may be what can't be imported


def _tell_the_rest_plainly() -> None:
    """Have what is raised where nobody can catch it told as other surprises are."""
    import threading  # noqa: PLC0415 - takes a while; see above

    threading.excepthook = lambda failed: _tell(failed.exc_value, "in a thread")
    sys.unraisablehook = lambda failed: _tell(failed.exc_value, "while tidying up")


def _tell(error: BaseException | None, where: str = "") -> None:
    """Say in one line what nobody foresaw."""
    try:
        from vrss_contract.cli import invocation, unforeseen  # noqa: PLC0415 - as above

        text = unforeseen.told(error or Exception(), invocation.Invocation(where), sys.argv[1:])
    except Exception:  # noqa: BLE001 - what is said of the first error is at least its name
        text = f"error[unforeseen]: vrss-contract ended in {type(error).__name__}\n"
    process.complain(text)

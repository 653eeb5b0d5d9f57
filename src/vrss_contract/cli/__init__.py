"""The command line: words in, calls, exit code out. No decision lives here.

A command is a module or a part of one here, and a line in ``commands.COMMANDS``. Exit codes: 0 all
held, 1 something broke, 2 could not judge, 3 wrong use, 130 interrupted. Importing this package
imports no command and no click, so that an interrupt is heard from the first moment on.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_main(arguments))


def _main(arguments: Sequence[str] | None = None) -> int:
    try:
        from vrss_contract.cli.run import run  # noqa: PLC0415 - takes a while; see above

        return run(arguments)
    except KeyboardInterrupt:
        from vrss_contract.report.output import say  # noqa: PLC0415 - as above

        say("\ninterrupted; nothing was left behind\n", sys.stderr)
        return _INTERRUPTED


def _terminate(*_: object) -> NoReturn:
    raise KeyboardInterrupt
